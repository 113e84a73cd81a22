"""The canonical value of an identity: one spelling for every way of writing it, so that channels mean the same one."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import email_validator
import phonenumbers

from service.errors import InvalidInput
from service.model.vocabulary import IdentityKind

_SIP = re.compile(r"^(?:tel|sip|sips):", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NOT_LETTER_OR_DIGIT = re.compile(r"[\s./-]+")
_RENAMED = {"x": "twitter"}
_MOST_DIGITS = 40
_SHORTEST_NUMBER = 10**5
"""National numbers below have fewer than six digits: extensions and emergency numbers, which identify nobody."""


@lru_cache(maxsize=131_072)  # a number costs 50 µs to parse and 200 bytes to remember
def canonical(kind: IdentityKind, value: str, region: str) -> str:
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
    number = _SIP.sub("", text).partition("@")[0].partition(";")[0]
    if len(number) > _MOST_DIGITS:
        raise _no_phone()
    if number.startswith(str(phonenumbers.country_code_for_region(region))):
        international = _parse(f"+{number}", region)
        if international is not None and phonenumbers.is_valid_number(international):
            return _e164(international)
    parsed = _parse(number, region)
    if (
        parsed is None
        or not phonenumbers.is_possible_number(parsed)
        or (parsed.national_number or 0) < _SHORTEST_NUMBER
    ):
        raise _no_phone()
    return _e164(parsed)


def _parse(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _no_phone() -> InvalidInput:
    return InvalidInput(field="value", message="This is no telephone number that can exist.")


def _number(text: str, _region: str) -> str:
    """Customer and card numbers: upper case, without the spaces, dots, slashes and hyphens people put in."""
    return _NOT_LETTER_OR_DIGIT.sub("", text).upper()


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
    return f"{_RENAMED.get(network, network)}:{handle}"


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
