"""Who a Segment event speaks of: the ids of its sender, and what traits say of a person."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.channels.base import clipped
from service.model.interaction import MAX_IDENTITY_CHARS, IdentityClaim
from service.model.vocabulary import Assurance, IdentityKind

_LONGEST_VALUE, _LONGEST_NAME = 1000, 200
_NO_IDS = re.compile(
    r"[0-]*|-1|n/?a|null|nil|none|nan|undefined|unknown|anonymous|guest|true|false|\[object object\]", re.IGNORECASE
)
"""Values that broken pages send for an unknown id; taken as an id they would make all visitors one customer."""
_SEPARATORS = re.compile(r"[\s_.-]+")
_COUNTRY_CODE_LENGTH = 2
_TOKENS = {
    "name": "name",
    "firstname": "given-name",
    "lastname": "family-name",
    "email": "email",
    "phone": "tel",
    "phonenumber": "tel",
    "birthday": "bday",
    "gender": "sex",
    "username": "username",
    "website": "url",
    "language": "language",
    "title": "organization-title",
    "company": "organization",
    "address": "street-address",
    "street": "street-address",
    "city": "address-level2",
    "state": "address-level1",
    "region": "address-level1",
    "postalcode": "postal-code",
    "zip": "postal-code",
    "zipcode": "postal-code",
    "country": "country-name",
}
"""Reserved traits, and common spellings beside them, as autocomplete tokens (https://html.spec.whatwg.org/#autofill)."""
_CONTACTS = (("email", IdentityKind.EMAIL), ("tel", IdentityKind.PHONE))


def stripped_text(value: object) -> str:
    """A text or number as text without space around it; empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def known_id(value: object) -> str:
    """An id that a sender gives a visitor; empty for none, a mistake of the page, or one too long to be an id."""
    text = stripped_text(value)
    return "" if len(text) > MAX_IDENTITY_CHARS or _NO_IDS.fullmatch(text) else text


def person_identities(
    user: str, visitor: str, previous: str, *, account: IdentityKind, trusted: bool
) -> list[IdentityClaim]:
    """The identities of an event's person: the userId; a device, also one that an alias names, proves nothing."""
    claims = []
    if user:
        claims.append(IdentityClaim(kind=account, value=user, verified=trusted))
    if visitor:
        claims.append(IdentityClaim(kind=IdentityKind.DEVICE, value=visitor, decides=not user))
    if previous not in {"", user, visitor}:
        claims.append(IdentityClaim(kind=IdentityKind.DEVICE, value=previous, decides=False))
    return claims


def event_assurance(user: str, *, trusted: bool) -> Assurance:
    """Nobody says who an anonymous visitor is; a browser can say anything; a server knows who has logged in."""
    if not user:
        return Assurance.NONE
    return Assurance.POSSESSION if trusted else Assurance.CLAIMED


def trait_facts(traits: Mapping[str, Any]) -> dict[str, Any]:
    """What traits tell of a person, by autocomplete token: the address taken apart, a company by its name."""
    facts: dict[str, Any] = {}
    for trait, value in traits.items():
        name = _TOKENS.get(_SEPARATORS.sub("", trait).lower())
        if name == "street-address" and isinstance(value, dict):
            facts |= trait_facts({part: one for part, one in value.items() if not isinstance(one, dict)})
        elif name is not None and (text := clipped(_is_plain_value(value), _LONGEST_VALUE)):
            facts |= _fact(name, text)
    return facts


def _is_plain_value(value: object) -> str:
    """A trait in one word: of a company, which has traits of its own, the name."""
    return stripped_text(value.get("name") if isinstance(value, dict) else value)


def person_name(facts: Mapping[str, Any]) -> str:
    """The person's name, put together of its parts if need be; empty if it was not told."""
    parts = (facts.get("given-name"), facts.get("family-name"))
    return clipped(facts.get("name") or " ".join(part for part in parts if part), _LONGEST_NAME)


def contact_identities(facts: Mapping[str, Any]) -> list[IdentityClaim]:
    """The address and number among them, which a visitor can type freely: they never decide the customer."""
    return [IdentityClaim(kind=kind, value=facts[token], decides=False) for token, kind in _CONTACTS if token in facts]


def _fact(name: str, text: str) -> dict[str, str]:
    if name == "country-name" and len(text) == _COUNTRY_CODE_LENGTH:
        return {"country": text.upper()}
    return {name: _date(text) if name == "bday" else text}


def _date(text: str) -> str:
    """The date of a time that SDKs make of a birthday; what is no time stays as it is."""
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return text
