"""Takes what a record states apart into values, each with its normal form and what is thought of it; pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec import structs

from service.identity.claims import canonical_claim_or_none
from service.identity.model import Claim
from service.identity.normal.addresses import normal_address
from service.identity.normal.dates import normal_date
from service.identity.normal.emails import read_emails
from service.identity.normal.folding import folded
from service.identity.normal.phones import read_phones
from service.identity.normal.towns import normal_country, normal_town
from service.identity.sources.model import SourceRecordInput, StatedAddress
from service.identity.sources.quality.addresses import judge_address
from service.identity.sources.quality.birth_dates import judge_birth_date
from service.identity.sources.quality.emails import judge_email
from service.identity.sources.quality.model import Judgement, Verdict
from service.identity.sources.quality.names import judge_name
from service.identity.sources.quality.phones import judge_phone
from service.model.interaction import MAX_IDENTITY_CHARS, IdentityClaim
from service.model.vocabulary import IdentityKind

MAX_NAME_CHARS = 200
"""As many as the name of a customer has."""
_MAX_NORMAL_CHARS = 400
_NAME_FIELDS = ("given", "family", "full")
_encode = msgspec.json.Encoder(order="sorted").encode


class PlaceClaim(NamedTuple):
    """Where an address says it is."""

    country: str
    postal_code: str
    town: str


class StatedValue(NamedTuple):
    """One value of a record."""

    field: str
    position: int
    value: str
    """JSON, as the database has it."""
    normal: str
    verified: bool
    path: str = ""
    """Where it stands in the record, such as `phones[0]`."""
    judgement: Judgement | None = None
    place: PlaceClaim | None = None
    """Of an address whose town may be compared with its postal code."""


class StatedContact(NamedTuple):
    """A field with telephone numbers or e-mail addresses, and the identities in it: none of a placeholder."""

    kind: IdentityKind
    position: int
    text: str
    claims: tuple[Claim, ...]


def take_apart(
    record: SourceRecordInput,
    claims: Iterable[Claim],
    contacts: Iterable[StatedContact],
    *,
    region: str,
    today: date,
) -> Iterator[StatedValue]:
    """Every value of the record, those of a field in their order; blank ones are none."""
    for field in _NAME_FIELDS:
        text = getattr(record.name, field, None)
        if text and text.strip():
            yield _value(field, text, _folded(text), f"name.{field}", judge_name(text))
    if record.birth_date and record.birth_date.strip():
        normal = normal_date(record.birth_date, today.year)
        judgement = judge_birth_date(record.birth_date, today)
        yield _value("birth_date", record.birth_date, normal, "birth_date", judgement)
    for position, address in enumerate(record.addresses):
        yield from _address(position, address, region)
    for contact in contacts:
        yield _contact_value(contact, region_of(record, region), verified=record.verified)
    for position, claim in enumerate(claims):
        kind, text = claim.identity
        yield StatedValue(f"identity.{kind}", position, canonical_json(text), text, claim.verified)
    if record.language:
        yield _value("language", record.language, record.language.lower())
    for name, text in record.preferences.items():
        yield _value(f"preference.{name}", text, _folded(text))


def contacts_of(record: SourceRecordInput, region: str) -> list[StatedContact]:
    """The telephone numbers and e-mail addresses of the record; blank ones are none."""
    country = region_of(record, region)
    return [
        StatedContact(kind, position, text, _contact_claims(kind, text, country, verified=record.verified))
        for kind, texts in ((IdentityKind.PHONE, record.phones), (IdentityKind.EMAIL, record.emails))
        for position, text in enumerate(texts)
        if text.strip()
    ]


def name_of(values: Iterable[StatedValue]) -> str | None:
    """The name of these values as people write it; None if there is none."""
    parts = {one.field: str(msgspec.json.decode(one.value)) for one in values if one.field in _NAME_FIELDS}
    text = parts.get("full") or " ".join(parts[one] for one in _NAME_FIELDS if one in parts)
    return " ".join(text.split())[:MAX_NAME_CHARS].strip() or None


def language_of(values: Iterable[StatedValue]) -> str | None:
    """The language of these values; None if there is none."""
    return next((str(msgspec.json.decode(one.value)) for one in values if one.field == "language"), None)


def region_of(record: SourceRecordInput, region: str) -> str:
    """The country of numbers without a country code: that of the first address which names one, or the region."""
    return next((code for address in record.addresses if (code := normal_country(address.country or ""))), region)


def canonical_json(value: object) -> str:
    """The one JSON text of a value."""
    return _encode(value).decode()


def _value(field: str, text: str, normal: str, path: str = "", judgement: Judgement | None = None) -> StatedValue:
    """The only value of its field."""
    normal = normal[:_MAX_NORMAL_CHARS]
    return StatedValue(field, 0, canonical_json(text), normal, verified=False, path=path, judgement=judgement)


def _address(position: int, address: StatedAddress, region: str) -> Iterator[StatedValue]:
    parts = {part: text for part, text in msgspec.to_builtins(address).items() if text.strip()}
    if not parts:
        return
    judged, normal = judge_address(address, region), normal_address(address, region)
    town = normal_town(address.address_level2 or "")
    is_comparable = judged.judgement.verdict is Verdict.VALID and judged.postal_code and town
    part = f".{judged.judgement.part}" if judged.judgement.part else ""
    yield StatedValue(
        "address",
        position,
        canonical_json(parts),
        " ".join(filter(None, structs.astuple(normal)))[:_MAX_NORMAL_CHARS] if normal else "",
        verified=False,
        path=f"addresses[{position}]{part}",
        judgement=judged.judgement,
        place=PlaceClaim(judged.country, judged.postal_code, town) if is_comparable else None,
    )


def _contact_value(contact: StatedContact, region: str, *, verified: bool) -> StatedValue:
    kind, position, text, claims = contact
    return StatedValue(
        kind,
        position,
        canonical_json(text),
        claims[0].identity.value if claims else "",
        verified,
        f"{kind}s[{position}]",
        judge_phone(text, region) if kind is IdentityKind.PHONE else judge_email(text),
    )


def _contact_claims(kind: IdentityKind, text: str, region: str, *, verified: bool) -> tuple[Claim, ...]:
    """The text as an identity if it is a number or address, else each of those that stand in it."""
    if kind is IdentityKind.PHONE:
        found = [f"+{one.number}" for one in read_phones(text, region)]
        is_whole = len(found) == 1 and not any(map(str.isalpha, text))
    else:
        found, is_whole, region = list(read_emails(text)), False, ""
    whole = _claim(kind, text, region, verified=verified) if found and not is_whole else None
    if whole is not None:
        return (whole,)
    return tuple(claim for one in found if (claim := _claim(kind, one, region, verified=verified)))


def _claim(kind: IdentityKind, text: str, region: str, *, verified: bool) -> Claim | None:
    """The number or address as an identity; None if it is none."""
    if not 0 < len(text) <= MAX_IDENTITY_CHARS:
        return None
    return canonical_claim_or_none(IdentityClaim(kind=kind, value=text, verified=verified), region)


def _folded(text: str) -> str:
    return folded(text[:MAX_NAME_CHARS])
