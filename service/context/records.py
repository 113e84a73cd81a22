"""Reads everything the contexts of customers are made of: one statement, one snapshot, one round trip.

Readers that come while `READ_LANES` statements of this process are under way share the next one. Most of what a
statement costs is its beginning and its end: 16 customers together take a third of the CPU that they take one by one.
"""

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
from service.db.batcher import Batcher
from service.db.pool import Connection, Database
from service.db.statements import Statements, columns
from service.model.vocabulary import IdentityKind, UsePeriod

SQL = Statements("service.context", "records")

_decoder = msgspec.json.Decoder(CustomerRecords)
_PERIODS = (UsePeriod.DAY, UsePeriod.MONTH, UsePeriod.YEAR)

MAX_READ_BATCH = 16
"""Customers of one statement: more save little, and the first of them waits until the last is read and rendered."""
READ_LANES = 2
"""Statements under way at a time: a customer with long lists holds up few others."""
MAX_WAITING_READS = 4096


class RecordsQuery(Struct, frozen=True, kw_only=True, gc=False):
    """Whom a read asks for: the customer of an id, or the owner of a canonical identity."""

    customer_id: UUID | None = None
    kind: IdentityKind | None = None
    value: str | None = None
    handed_over: UUID | None = None
    """The conversation that changes hands, if nothing is wanted but what goes with it."""


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
    asked = ((one.customer_id, one.kind, one.value) for one in queries)
    rows = await connection.fetch(
        SQL.customer_records,
        *columns(asked, 3),
        now,
        now - SIGNAL_WINDOW,
        [one.start for one in periods],
        [one.end for one in periods],
        now - ENTITLEMENT_DURATION,
        now - ANSWER_HOLDS,
        [one.handed_over for one in queries],
    )
    found = {row["place"]: _decoder.decode(row["document"]) for row in rows}
    return [found.get(place) for place in range(1, len(queries) + 1)]


class PendingRead(Struct, kw_only=True):
    """A question that waits for its statement; `now` may rise until `begun`, and is then the time of the statement."""

    query: RecordsQuery
    now: datetime
    begun: bool = False


class BatchedReads:
    """Reads for many readers of this process at a time; one that finds a lane free does not wait.

    What is answered was read after it was asked for. Overloaded while too many wait.
    """

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone
        self._records: Batcher[PendingRead, CustomerRecords | None] = Batcher(
            self._load_batch,
            max_batch_size=MAX_READ_BATCH,
            max_waiting=MAX_WAITING_READS,
            name="records",
            lanes=READ_LANES,
        )
        self._versions: Batcher[UUID, int | None] = Batcher(
            self._read_versions,
            max_batch_size=MAX_READ_BATCH,
            max_waiting=MAX_WAITING_READS,
            name="versions",
            lanes=READ_LANES,
        )

    async def load_records(self, read: PendingRead) -> CustomerRecords | None:
        """The records asked for at `read.now`, or a moment later: it is changed to the time of the statement."""
        return await self._records.submit(read)

    async def current_version(self, customer_id: UUID) -> int | None:
        """The customer's version; None if there is no such customer, or they were merged into another."""
        return await self._versions.submit(customer_id)

    async def _load_batch(self, reads: list[PendingRead]) -> list[CustomerRecords | None]:
        async with self._database.connection() as connection:
            now = max(one.now for one in reads)
            for one in reads:
                one.begun, one.now = True, now
            return await load_all_records(connection, [one.query for one in reads], now=now, zone=self._zone)

    async def _read_versions(self, customer_ids: list[UUID]) -> list[int | None]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(SQL.current_versions, customer_ids)
        versions = {row["customer_id"]: row["version"] for row in rows}
        return [versions.get(one) for one in customer_ids]
