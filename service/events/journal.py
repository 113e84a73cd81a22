"""The journal: every event of the last hours under a number without gaps.

The worker that empties the outbox writes it. An append locks the one row of `event_count` until its commit, so
numbers become visible in their order, and a transaction that is rolled back takes its numbers with it. That is why
"everything after number n" loses nothing here, which it would in the outbox: there a transaction that takes its number
early may commit late.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service.db.outbox import OutboxRow
from service.db.pool import Connection
from service.db.statements import Statements
from service.events.model import Event

SQL = Statements("service.events", "journal")


class JournalExtent(Struct, frozen=True, kw_only=True):
    """The number of the newest event, and how many up to it are kept."""

    newest: int
    kept: int

    def can_resume_after(self, event_id: int) -> bool:
        """Whether all events after this one are kept, and it has happened."""
        return self.newest - self.kept <= event_id <= self.newest


async def append_events(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Number what the outbox holds, and queue it for the webhooks that want it; a subscriber of the worker's relay."""
    await connection.execute(
        SQL.append_events,
        [row.type for row in rows],
        [row.customer_id for row in rows],
        [row.version for row in rows],
        [row.subject_id for row in rows],
        [row.created_at for row in rows],
        [row.traceparent for row in rows],
    )


async def read_events_after(connection: Connection, event_id: int, limit: int) -> list[Event]:
    """The events after this one, the oldest first."""
    rows = await connection.fetch(SQL.read_events_after, event_id, limit)
    return [Event(**{**row, "merged": tuple(row["merged"])}) for row in rows]


async def read_extent(connection: Connection) -> JournalExtent:
    """What the journal holds now."""
    row = await connection.fetchrow(SQL.read_extent)
    assert row is not None  # the migration wrote it
    return JournalExtent(newest=row["newest"], kept=row["kept"])


async def customer_exists(connection: Connection, customer_id: UUID) -> bool:
    """Whether a customer has this id, also as part of a merge set."""
    return bool(await connection.fetchval(SQL.customer_exists, customer_id))


async def queue_exists(connection: Connection, queue: str) -> bool:
    """Whether there is a queue of this name."""
    return bool(await connection.fetchval(SQL.queue_exists, queue))
