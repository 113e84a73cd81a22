"""The canonical value of an identity: one spelling for every way of writing it, so that channels mean the same one."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import email_validator
import phonenumbers

from service.errors import InvalidInput
from service.identity.normal.renumbering import line_number, present_number
from service.identity.spelling import fold_width, hyphenated, lower_case, plain_signs, upper_case, without_spaces
from service.identity.withheld import is_withheld
from service.model.vocabulary import IdentityKind

_URI_SCHEME = re.compile(r"^(?:tel|sip|sips|mailto):", re.IGNORECASE)
_DOTS_TO_QUOTE = re.compile(r"(?=\.|.*\.\.|.*\.\Z)(?=.*[^.])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
"""A local part of unquoted letters with dots at its ends or side by side, as some providers have given them."""
_HOST_BELOW_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+\.[A-Za-z]+")
_URI_PARAMETER = re.compile(r";(?!ext=)(?P<name>[a-z][a-z-]*)=(?P<value>[^;]*)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(?<=[0-9)])\s*(?:(?:[*,;]|[pw](?![a-z]))+|dw\.?|durchwahl)\s*(?P<digits>[0-9]{1,15})#?$", re.IGNORECASE
)
"""Extensions as they are dialled (`*12`, pauses `p12`, `w12` and `,,12`), and in German; the library knows the rest."""
_SEPARATORS = "-./"
_AFTER_LETTERS = re.compile(rf"(?P<letters>(?:^|:)[^\W\d]+)[{_SEPARATORS}]+(?=\d)")
"""What stands between the letters that a number begins with and its digits: K-4711."""
_NETWORK_ALIASES = {"x": "twitter"}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIN_REGIONS = {
    str(code): regions[0]
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    if regions[0] != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
}
"""Country code -> the region with the numbering plan that all its regions share."""
_NEVER_MATCHES = r"(?!)"
_MAX_PHONE_CHARS = 80
_MIN_NATIONAL_NUMBER = 10**5
"""National numbers below have fewer than six digits: extensions and emergency numbers, which identify no customer."""
_MIN_NATIONAL_DIGITS_FOR_SURE = 7
"""Shorter ones can be dial codes such as 116117, which the library knows."""


@lru_cache(maxsize=131_072)  # a number costs 50 µs to parse and 200 bytes to remember
def canonical_value(kind: IdentityKind, value: str, region: str) -> str:
    """The one spelling of this identity; numbers without a country code belong to `region`. Raises InvalidInput."""
    if "\x00" in value:
        raise InvalidInput(field="value", message="A NUL character is no part of an identity.")
    result = _CANONICAL[kind](value, region)
    if not result:
        raise InvalidInput(field="value", message=f"This is no {kind}: it is empty.")
    return result


def dialable_number(text: str, region: str) -> str:
    """E.164 as it is dialled today, with `;ext=12` if an extension is called (RFC 3966). Raises InvalidInput.

    It differs from the canonical value where two spellings of one line are in use, of which a call needs the right one.
    """
    number = text if _E164.fullmatch(text) else _dialled_text(text)
    if len(number) > _MAX_PHONE_CHARS:
        raise _invalid_phone()
    if is_withheld(number):
        raise InvalidInput(field="value", message="This stands for a withheld number, which identifies no customer.")
    if _is_e164(number):
        return present_number(number)
    parsed = _international_without_plus(number, region) or _parse(number, region)
    if parsed is None:
        raise _invalid_phone()
    is_international = number.startswith("+")
    today = _renumbered(parsed)
    if today is None or not _is_possible_line(today):
        raise _invalid_phone() if is_international else _invalid_in(region)
    if not is_international and _is_of_another_country(number, today):
        raise _invalid_in(region)
    return _e164(today) + (f";ext={parsed.extension}" if parsed.extension else "")


def _email(text: str, _region: str) -> str:
    """Lower case, domain in Unicode as IDNA 2008 has it; the local part keeps its dots and tags (RFC 5321).

    Dots that RFC 5321 allows within quotes alone get them (`abc..def.@docomo.ne.jp` is in use); a host below its domain
    may have underscores, which the DNS knows.
    """
    local, at, domain = _URI_SCHEME.sub("", fold_width(text)).rpartition("@")
    if _DOTS_TO_QUOTE.fullmatch(local):
        local = f'"{local}"'
    has_underscores = "_" in domain and _HOST_BELOW_DOMAIN.fullmatch(domain) is not None
    checkable = domain.replace("_", "x") if has_underscores else domain
    try:
        checked = email_validator.validate_email(
            local + at + checkable, check_deliverability=False, allow_quoted_local=True, test_environment=True
        )
    except email_validator.EmailNotValidError as error:
        raise InvalidInput(field="value", message=f"This is no e-mail address. {error}") from error
    return lower_case(f"{checked.local_part}@{domain}" if has_underscores else checked.normalized)


def _phone(text: str, region: str) -> str:
    """E.164 without `tel:`, `sip:` and a SIP domain, with the extension that is called; one number for each line."""
    number, semicolon, extension = dialable_number(text, region).partition(";")
    return line_number(number) + semicolon + extension


def _dialled_text(text: str) -> str:
    """What is dialled, out of a URI or a text, with an extension as the library reads it."""
    bare = _URI_SCHEME.sub("", plain_signs(text)).partition("@")[0]
    parameters = {found["name"].lower(): found["value"] for found in _URI_PARAMETER.finditer(bare)}
    number = _EXTENSION.sub(r" ext \g<digits>", _URI_PARAMETER.sub("", bare))
    context = parameters.get("phone-context", "")
    return f"{context}{number}" if context.startswith("+") and not number.startswith("+") else number


def _international_without_plus(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number, if its digits begin with the region's own country code."""
    if not number.startswith(str(phonenumbers.country_code_for_region(region))):
        return None
    parsed = _parse(f"+{number}", region)
    return parsed if parsed is not None and phonenumbers.is_valid_number(parsed) else None


def _renumbered(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber | None:
    """The number in the numbering plan of today."""
    e164 = _e164(number)
    today = present_number(e164)
    return number if today == e164 else _parse(today, phonenumbers.UNKNOWN_REGION)


def _is_possible_line(number: phonenumbers.PhoneNumber) -> bool:
    """Whether a number can be that of a customer's telephone: none that only works in its town, and no dial code."""
    national = number.national_number or 0
    return (
        national >= _MIN_NATIONAL_NUMBER
        and phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        and (
            len(str(national)) >= _MIN_NATIONAL_DIGITS_FOR_SURE
            or phonenumbers.is_valid_number(number)
            or not phonenumbers.is_valid_short_number(number)
        )
    )


def _is_of_another_country(number: str, parsed: phonenumbers.PhoneNumber) -> bool:
    """Whether digits without a plus are no line of the region, but one (or a withheld number) with their own plus."""
    if number.startswith("0") or phonenumbers.is_valid_number(parsed):
        return False
    with_plus = f"+{phonenumbers.normalize_digits_only(number)}"
    international = _parse(with_plus, phonenumbers.UNKNOWN_REGION)
    return is_withheld(with_plus) or (international is not None and phonenumbers.is_valid_number(international))


def _is_e164(number: str) -> bool:
    """Whether a number is canonical for sure; where this says no, the library has to say what it is.

    The library takes 50 µs to find out that there is nothing to change in what telephone systems usually send.
    """
    if _E164.fullmatch(number) is None:
        return False
    for digits in (2, 3, 4):
        region = _MAIN_REGIONS.get(number[1:digits])
        if region is not None:
            pattern, prefix, lengths = _numbering_plan(region)
            national = number[digits:]
            return (
                len(national) in lengths
                and prefix.match(national) is None
                and pattern.fullmatch(national) is not None
                and int(national) >= _MIN_NATIONAL_NUMBER
                and len(national) >= _MIN_NATIONAL_DIGITS_FOR_SURE
            )
    return False


@lru_cache(maxsize=300)
def _numbering_plan(region: str) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[int]]:
    """How national numbers of a region look, what stands before them at home, and how long they can be."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert metadata is not None
    assert metadata.general_desc is not None
    pattern = metadata.general_desc.national_number_pattern or _NEVER_MATCHES
    prefix = metadata.national_prefix_for_parsing or _NEVER_MATCHES
    return re.compile(pattern), re.compile(prefix), frozenset(metadata.general_desc.possible_length)


def _parse(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _invalid_phone() -> InvalidInput:
    return InvalidInput(field="value", message="This is no telephone number that can exist.")


def _invalid_in(region: str) -> InvalidInput:
    message = f"This is no telephone number of {region}: write one of another country with + and its country code."
    return InvalidInput(field="value", message=message)


def _number(text: str, _region: str) -> str:
    """Customer and card numbers: upper case, and without spaces.

    Hyphens, dots and slashes count, because 1-23 and 12-3 are two customers. Those at the ends do not count, nor do
    those between the letters in front and a digit: K-4711 is K4711.
    """
    number = without_spaces(plain_signs(text)).strip(_SEPARATORS)
    return upper_case(_AFTER_LETTERS.sub(r"\g<letters>", number))


def _name(text: str, _region: str) -> str:
    """User names, much as RFC 8265 compares them: case, width, spaces and a leading @ do not count."""
    return _without_at(lower_case(without_spaces(hyphenated(text))))


def _without_at(name: str) -> str:
    while name.startswith("@"):
        name = fold_width(name[1:])
    return name


def _handle(text: str, region: str) -> str:
    """Handles in a network (`network:handle`): each part is a name, and X is still Twitter.

    A handle may hold colons and @ of its own, as those of Matrix and Mastodon do.
    """
    network, colon, handle = _name(text, region).partition(":")
    if not colon:
        return network
    network, handle = fold_width(network), _without_at(fold_width(handle))
    if not (network and handle):
        raise InvalidInput(field="value", message="This is no handle in a network, such as mastodon:@anna@example.de.")
    return f"{_NETWORK_ALIASES.get(network, network)}:{handle}"


def _opaque(text: str, _region: str) -> str:
    """Ids of other systems and devices: exactly as they are, but for white space around them; composed (NFC)."""
    return unicodedata.normalize("NFC", text).strip()


_CANONICAL: dict[IdentityKind, Callable[[str, str], str]] = {
    IdentityKind.EMAIL: _email,
    IdentityKind.PHONE: _phone,
    IdentityKind.CUSTOMER_NUMBER: _number,
    IdentityKind.LOYALTY_CARD: _number,
    IdentityKind.USERNAME: _name,
    IdentityKind.SOCIAL: _handle,
    IdentityKind.EXTERNAL: _opaque,
    IdentityKind.DEVICE: _opaque,
}
