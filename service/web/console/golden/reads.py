"""What pages read of the records of other systems."""

from itertools import chain, groupby
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.identity.merge import read_merge_sets
from service.identity.sources.declared import list_sources
from service.identity.sources.model import StoredValue
from service.identity.sources.values import read_values
from service.model.vocabulary import IdentityKind
from service.web.console.golden.words import field_place

MOST_SOURCES = 500


class SourceRecordShown(Struct, frozen=True, kw_only=True):
    """What one record of another system states now."""

    source: str
    external_id: str
    values: tuple[StoredValue, ...]

    @property
    def identity(self) -> str:
        """The identity by which the record belongs to its customer, as forms name identities."""
        return f"{IdentityKind.EXTERNAL} {self.source}:{self.external_id}"


async def read_source_records(connection: Connection, survivor: UUID) -> list[SourceRecordShown]:
    """What each record of the merge set states, in the order of sources."""
    members = (await read_merge_sets(connection, [survivor])).get(survivor, [])
    values = chain.from_iterable((await read_values(connection, members)).values())
    placed = sorted(values, key=lambda one: (_record_of(one), field_place(one.field)))
    by_record = groupby(placed, key=_record_of)
    return [
        SourceRecordShown(source=source, external_id=external_id, values=tuple(stated))
        for (source, external_id), stated in by_record
    ]


def _record_of(value: StoredValue) -> tuple[str, str]:
    return value.source, value.external_id


async def source_titles(connection: Connection) -> dict[str, str]:
    """What people call each system."""
    return {one.source: one.title for one in (await list_sources(connection, after=None, limit=MOST_SOURCES)).items}
