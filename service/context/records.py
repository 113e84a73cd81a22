"""Reads everything the context of one customer is made of: one statement, one snapshot, one round trip."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from service.conditions.rules import period_containing
from service.context.handed_over import ENTITLEMENT_DURATION
from service.context.model import ANSWER_HOLDS, CustomerRecords
from service.context.signals import SIGNAL_WINDOW
from service.db.columns import columns
from service.db.pool import Connection
from service.db.statements import Statements
from service.model.vocabulary import IdentityKind, UsePeriod

SQL = Statements("service.context", "records")

_decoder = msgspec.json.Decoder(CustomerRecords)
_PERIODS = (UsePeriod.DAY, UsePeriod.MONTH, UsePeriod.YEAR)


class RecordsQuery(Struct, frozen=True, kw_only=True, gc=False):
    """Whom a read asks for: the customer of an id, or the owner of a canonical identity."""

    customer_id: UUID | None = None
    kind: IdentityKind | None = None
    value: str | None = None


async def load_records(
    connection: Connection, query: RecordsQuery, *, now: datetime, zone: ZoneInfo
) -> CustomerRecords | None:
    """The records of the customer asked for, or of the one they were merged into; None if there is no such customer."""
    (records,) = await load_all_records(connection, [query], now=now, zone=zone)
    return records


async def load_all_records(
    connection: Connection, queries: Sequence[RecordsQuery], *, now: datetime, zone: ZoneInfo
) -> list[CustomerRecords | None]:
    """The same of many customers, in their order."""
    periods = [period_containing(per, now, zone) for per in _PERIODS]
    rows = await connection.fetch(
        SQL.customer_records,
        *columns(((one.customer_id, one.kind, one.value) for one in queries), 3),
        now,
        now - SIGNAL_WINDOW,
        [one.start for one in periods],
        [one.end for one in periods],
        now - ENTITLEMENT_DURATION,
        now - ANSWER_HOLDS,
    )
    found = {row["place"]: _decoder.decode(row["document"]) for row in rows}
    return [found.get(place) for place in range(1, len(queries) + 1)]


async def current_version(connection: Connection, customer_id: UUID) -> int | None:
    """The customer's version; None if there is no such customer, or they were merged into another."""
    version: int | None = await connection.fetchval(SQL.current_version, customer_id)
    return version
