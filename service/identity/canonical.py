"""The canonical value of an identity: one spelling for every way of writing it, so that channels mean the same one."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import email_validator
import phonenumbers

from service.errors import InvalidInput
from service.model.vocabulary import IdentityKind

_URI_SCHEME = re.compile(r"^(?:tel|sip|sips):", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NUMBER_SEPARATORS = re.compile(r"[\s./-]+")
_NETWORK_ALIASES = {"x": "twitter"}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIN_REGIONS = {
    str(code): regions[0]
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    if regions[0] != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
}
"""Country code -> the region with the numbering plan that all its regions share."""
_NEVER_MATCHES = r"(?!)"
_MAX_PHONE_CHARS = 40
_MIN_NATIONAL_NUMBER = 10**5
"""National numbers below have fewer than six digits: extensions and emergency numbers, which identify no customer."""


@lru_cache(maxsize=131_072)  # a number costs 50 µs to parse and 200 bytes to remember
def canonical_value(kind: IdentityKind, value: str, region: str) -> str:
    """The one spelling of this identity; numbers without a country code belong to `region`. Raises InvalidInput."""
    if "\x00" in value:
        raise InvalidInput(field="value", message="A NUL character is no part of an identity.")
    text = unicodedata.normalize("NFKC", value).strip()
    result = _CANONICAL[kind](text, region)
    if not result:
        raise InvalidInput(field="value", message=f"This is no {kind}: it is empty.")
    return result


def _email(text: str, _region: str) -> str:
    """Lower case, domain in Unicode; the local part keeps its dots and tags, which are significant (RFC 5321)."""
    try:
        checked = email_validator.validate_email(
            text.removeprefix("mailto:"), check_deliverability=False, allow_quoted_local=True, test_environment=True
        )
    except email_validator.EmailNotValidError as error:
        raise InvalidInput(field="value", message="This is no e-mail address.") from error
    return checked.normalized.casefold()


def _phone(text: str, region: str) -> str:
    """E.164, without `tel:`, `sip:` and a SIP domain; digits that begin with the region's code are international."""
    number = _URI_SCHEME.sub("", text).partition("@")[0].partition(";")[0]
    if len(number) > _MAX_PHONE_CHARS:
        raise _invalid_phone()
    if _is_e164(number):
        return number
    if number.startswith(str(phonenumbers.country_code_for_region(region))):
        international = _parse(f"+{number}", region)
        if international is not None and phonenumbers.is_valid_number(international):
            return _e164(international)
    parsed = _parse(number, region)
    if (
        parsed is None
        or not phonenumbers.is_possible_number(parsed)
        or (parsed.national_number or 0) < _MIN_NATIONAL_NUMBER
    ):
        raise _invalid_phone()
    return _e164(parsed)


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


def _number(text: str, _region: str) -> str:
    """Customer and card numbers: upper case, without the spaces, dots, slashes and hyphens people put in."""
    return _NUMBER_SEPARATORS.sub("", text).upper()


def _name(text: str, _region: str) -> str:
    """User names: case, spaces and a leading @ do not count."""
    return _SPACES.sub("", text).lstrip("@").casefold()


def _handle(text: str, region: str) -> str:
    """Handles in a network (`network:handle`): each part is a name, and X is still Twitter.

    A handle may hold colons and @ of its own, as those of Matrix and Mastodon do.
    """
    network, colon, handle = _name(text, region).partition(":")
    if not colon:
        return network
    handle = handle.lstrip("@")
    if not (network and handle):
        raise InvalidInput(field="value", message="This is no handle in a network, such as mastodon:@anna@example.de.")
    return f"{_NETWORK_ALIASES.get(network, network)}:{handle}"


def _opaque(text: str, _region: str) -> str:
    """Ids of other systems and devices: exactly as they are."""
    return text


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
