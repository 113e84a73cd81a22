"""Telephone numbers that can be evidence, out of fields in which people write anything."""

import re
from functools import lru_cache

import phonenumbers

from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.matching.model import NormalPhone
from service.identity.spelling import plain_signs
from service.model.vocabulary import IdentityKind

_MAX_CHARS = 200
_MAX_NUMBERS = 5
_ONE = re.compile(r"\+?[0-9][0-9() -]*(?:/[1-9(][0-9() -]*)?")
_MOST_OF_ONE = 15
"""Digits of E.164: a field of signs with fewer holds one number."""
_FAX = re.compile(r"\b(?:tele)?fax[^a-z,;|\n]*", re.IGNORECASE)
_EXTENSION = re.compile(r"(?<=\d)\s*(?:-\s*)?(?:dw|durchwahl|ext|kl|klappe|app|apparat|x)[.:]?\s*(?=\d)", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_PLUS_FORGOTTEN = re.compile(r"^\s*\(?00\s?(?=[1-9])")
_BETWEEN = re.compile(r"[;,|\n\t]|[^\W\d_]{1,}[.:]*|\s/\s|(?<=\d)\s+(?=(?:\+|00)[1-9])|(?<=\d{6})\s+(?=0[1-9]\d)")
_SLASH = re.compile(r"(?<=\d)\s*/\s*(?=[+0(])")
_FLOAT = re.compile(r"\s*(\+?\d{6,})\.0+\s*")
"""How spreadsheets write a number."""
_DIGITS = re.compile(r"\D+")
_MIN_DIGITS = 6
_MAX_DIGITS = 17
"""Of E.164 with its international prefix."""
_SEQUENCES = ("01234567890", "1234567890", "9876543210", "0987654321")
_MIN_REPEATED = 7
_MOBILE = {
    "49": re.compile(r"1(?:5\d|6[023]|7\d)\d{6,9}"),
    "43": re.compile(r"6(?:[5-7]\d|8[0168]|99|4\d)\d{5,10}"),
    "41": re.compile(r"7[4-9]\d{7}"),
}
"""Ranges of mobile lines: Bundesnetzagentur, RTR and BAKOM."""
_HOME_CODES = {"DE": "49", "AT": "43", "CH": "41", "LI": "423"}
_MIN_WITH_CODE = 11


@lru_cache(maxsize=65_536)
def read_phones(text: str, region: str) -> tuple[NormalPhone, ...]:
    """All numbers of one field, without placeholders and fax numbers; national ones belong to the region.

    A number that cannot exist is kept as its digits if it is long enough: two sources may hold it.
    """
    if _ONE.fullmatch(text) and len(text) <= _MAX_CHARS and sum(map(str.isdigit, text)) <= _MOST_OF_ONE:
        number = _number(text, region)
        return () if number is None else (number,)
    plain = _FAX.sub(";", plain_signs(text[:_MAX_CHARS]))
    plain = _EXTENSION.sub("", plain)
    if (spreadsheet := _FLOAT.fullmatch(plain)) is not None:
        plain = spreadsheet[1]
    found = []
    for part in _BETWEEN.split(plain):
        for piece in _numbers(part):
            number = _number(piece, region)
            if number is not None and number not in found:
                found.append(number)
    return tuple(found[:_MAX_NUMBERS])


def _numbers(part: str) -> list[str]:
    """The part, or its numbers where slashes stand between whole numbers."""
    pieces = _SLASH.split(part)
    return pieces if len(pieces) > 1 and all(len(_DIGITS.sub("", piece)) > _MIN_DIGITS for piece in pieces) else [part]


def _number(text: str, region: str) -> NormalPhone | None:
    text = _PLUS_FORGOTTEN.sub("+", _TRUNK_ZERO.sub("", text))
    digits = _DIGITS.sub("", text)
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        return None
    stated, code = digits, _HOME_CODES.get(region, "")
    if "+" in text:
        digits = digits.lstrip("0")
    elif not (code and digits.startswith(code) and len(digits) >= _MIN_WITH_CODE):
        digits = code + digits.lstrip("0") if code else digits
    if code and digits.startswith(f"{code}0"):
        digits = code + digits.removeprefix(code).lstrip("0")
    e164 = f"+{digits}" if code or "+" in text else digits
    if _is_placeholder(stated, digits, code):
        return None
    number = _canonical(e164, region)
    return NormalPhone(number, _is_mobile(number))


def _is_placeholder(stated: str, digits: str, code: str) -> bool:
    national = digits.removeprefix(code).lstrip("0")
    return (
        len(national) < _MIN_DIGITS
        or len(set(national)) == 1
        or national[-_MIN_REPEATED:] == national[-1] * _MIN_REPEATED
        or any(stated == run[: len(stated)] or national == run[: len(national)] for run in _SEQUENCES)
    )


def _canonical(e164: str, region: str) -> str:
    try:
        return canonical_value(IdentityKind.PHONE, e164, region).removeprefix("+")
    except InvalidInput:
        return e164.removeprefix("+")


@lru_cache(maxsize=65_536)
def _is_mobile(number: str) -> bool:
    for code, pattern in _MOBILE.items():
        if number.startswith(code):
            return pattern.fullmatch(number, len(code)) is not None
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
