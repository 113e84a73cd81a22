"""What one record states: its values with their normal forms, and the identities that come with it; pure."""

from datetime import datetime
from typing import NamedTuple
from unicodedata import normalize

from msgspec import Struct

from service.errors import InvalidInput
from service.identity.claims import canonical_claims
from service.identity.matching.keys import match_keys
from service.identity.model import Claim, Identity
from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput
from service.identity.sources.taking import StatedValue, contacts_of, name_of, take_apart
from service.model.interaction import IdentityClaim
from service.model.vocabulary import IdentityKind

MAX_SOURCE_CHARS = 100
MAX_EXTERNAL_ID_CHARS = 300


class RecordKey(NamedTuple):
    """Which record it is: `source` and the id that it has there."""

    source: str
    external_id: str


class StatedRecord(Struct, frozen=True, kw_only=True):
    """A record that can be put: its values, and the identities that come with it in canonical form."""

    key: RecordKey
    stated_at: datetime
    verified: bool
    own: Identity
    """The record's id in its source, as an identity of the customer."""
    claims: tuple[Claim, ...]
    """`own` first."""
    values: tuple[StatedValue, ...]
    name: str | None
    """As people write it."""
    record: SourceRecordInput
    region: str

    @property
    def matchable(self) -> bool:
        """Whether it says enough to be compared with other records."""
        return bool(match_keys(normal_record(self.record, self.region)))


def state_record(key: RecordKey, record: SourceRecordInput, *, region: str, now: datetime) -> StatedRecord:
    """The record taken apart; a time that is still to come counts as now.

    InvalidInput names an id or an identity that cannot be taken.
    """
    check_source_name(key.source)
    _check_text("external_id", key.external_id, MAX_EXTERNAL_ID_CHARS)
    stated = canonical_claims(record.identities, region)
    contacts = contacts_of(record, region)
    values = tuple(take_apart(record, stated, contacts, region=region, today=now.date()))
    own = canonical_claims([IdentityClaim(kind=IdentityKind.EXTERNAL, value=":".join(key), verified=True)], region)
    return StatedRecord(
        key=key,
        stated_at=min(record.stated_at or now, now),
        verified=record.verified,
        own=own[0].identity,
        claims=(*own, *stated, *(claim for contact in contacts for claim in contact.claims)),
        values=values,
        name=name_of(values),
        record=record,
        region=region,
    )


def record_key(source: str, external_id: str) -> RecordKey:
    """The key of a record, however its letters are composed."""
    return RecordKey(normalize("NFC", source), normalize("NFC", external_id))


def check_source_name(source: str) -> None:
    """InvalidInput for a name that no source can have."""
    _check_text("source", source, MAX_SOURCE_CHARS)
    if ":" in source:
        raise _invalid("source", "A colon is not allowed.")


def _check_text(field: str, value: str, most: int) -> None:
    if not value or len(value) > most or not value.isprintable() or value != value.strip():
        raise _invalid(field, f"1 to {most} printable characters without blanks around them are expected.")


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}: {message}", field=field, message=message)
