"""What calling a number means for who pays: the types of telephone numbers, and which of them are called back."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from service.errors import PhoneRefused


class NumberType(StrEnum):
    """The type of a telephone number, as its country assigns it."""

    FIXED = "fixed"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"


_TYPES = {
    PhoneNumberType.FIXED_LINE: NumberType.FIXED,
    PhoneNumberType.MOBILE: NumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.FIXED,
    PhoneNumberType.TOLL_FREE: NumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberType.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberType.SHARED_COST,
    PhoneNumberType.VOIP: NumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberType.PERSONAL,
    PhoneNumberType.PAGER: NumberType.PAGER,
    PhoneNumberType.UAN: NumberType.UAN,
    PhoneNumberType.VOICEMAIL: NumberType.VOICEMAIL,
}
_COUNTRY_CODE_TYPES = {
    808: NumberType.SHARED_COST,
    870: NumberType.SATELLITE,  # Inmarsat
    881: NumberType.SATELLITE,  # global mobile satellite systems
    882: NumberType.SATELLITE,  # international networks: satellite and maritime ones, at the same prices
    883: NumberType.SATELLITE,
    979: NumberType.PREMIUM,
}
"""Country codes that are no country's (ITU-T E.164, annex to the operational bulletin)."""
COSTLY_TYPES = frozenset({NumberType.PREMIUM, NumberType.SHARED_COST, NumberType.SATELLITE})
"""What an impostor leaves to be called back: the company pays for the call, and the impostor earns."""


def number_type(phone: str) -> NumberType:
    """The type of a number in E.164.

    Networks ignore digits beyond a whole number, so a number that is too long has the type of its beginning.
    """
    number = phonenumbers.parse(phone)
    by_country_code = _COUNTRY_CODE_TYPES.get(number.country_code or 0)
    if by_country_code is not None:
        return by_country_code
    found = phonenumbers.number_type(number)
    if found == PhoneNumberType.UNKNOWN and phonenumbers.truncate_too_long_number(number):
        found = phonenumbers.number_type(number)
    return _TYPES.get(found, NumberType.UNKNOWN)


def check_callable(phone: str, allowed: AbstractSet[str]) -> str:
    """The number, if numbers of its type are called back. PhoneRefused if not."""
    found = number_type(phone)
    if found not in allowed:
        raise PhoneRefused(
            f"Numbers of the type {found} are not called back.",
            field="phone",
            message="Name a number of another type.",
        )
    return phone


def callable_or_none(phone: str | None) -> str | None:
    """A number on record for a callback that no person has asked for: none of a costly type, whatever is allowed."""
    return None if phone is None or number_type(phone) in COSTLY_TYPES else phone
