"""Judges telephone numbers by the numbering plans of phonenumbers."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from service.identity.normal.phones import read_phones
from service.identity.sources.quality.model import Judgement, Verdict

_MIN_DIGITS = 6
"""Numbers with fewer digits are extensions and emergency numbers."""
_MAX_DIGITS = 17
"""Of E.164 with its international prefix."""
_VERDICTS = {
    PhoneNumberType.MOBILE: Judgement(Verdict.MOBILE),
    PhoneNumberType.FIXED_LINE: Judgement(Verdict.LINE),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Judgement(Verdict.VALID),
    PhoneNumberType.PREMIUM_RATE: Judgement(Verdict.PREMIUM, "Calls to this number cost extra."),
    PhoneNumberType.SHARED_COST: Judgement(Verdict.PREMIUM, "Calls to this number cost extra."),
}
_IMPOSSIBLE = Judgement(Verdict.IMPOSSIBLE, "No telephone number has so many digits, or so few.")
_OTHER = Judgement(Verdict.OTHER_NUMBER, "This is neither a mobile number nor that of a line.")


@lru_cache(maxsize=65_536)
def judge_phone(text: str, region: str) -> Judgement:
    """What is to be thought of a number; one without a country code is of the region (ISO 3166).

    Of several numbers in one field the first with something to mend counts.
    """
    found = read_phones(text, region)
    if not found:
        return _judge_no_number(text)
    judged = [_judge_number(one.number) for one in found]
    return next((one for one in judged if not one.verdict.is_good), judged[0])


def _judge_no_number(text: str) -> Judgement:
    digits = [sign for sign in text if sign.isdigit()]
    if not digits:
        return Judgement(Verdict.UNREADABLE, "No number can be read in it.")
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS and len(set(digits)) > 1:
        return _IMPOSSIBLE
    return Judgement(Verdict.PLACEHOLDER, "This is written where no number is known.")


def _judge_number(digits: str) -> Judgement:
    """The judgement of a number in E.164 without its plus."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return _IMPOSSIBLE
    if not phonenumbers.is_possible_number(number):
        return _IMPOSSIBLE
    if not phonenumbers.is_valid_number(number):
        return Judgement(Verdict.INVALID, "No such number was given out.")
    return _VERDICTS.get(phonenumbers.number_type(number), _OTHER)
