"""The outbox: the changes that a transaction publishes, as ids alone; the relay claims the rows and deletes them.

Rows are claimed with SKIP LOCKED and never by "id > last seen": a transaction that took its id early and commits late
would be passed over. When a worker crashes, its transaction rolls back and frees its rows.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.db", "outbox")


class OutboxRow(Struct, frozen=True, kw_only=True):
    """One thing to tell: customer, the version that shows it, and the type and subject of the change."""

    outbox_id: int
    customer_id: UUID
    version: int
    type: str
    subject_id: UUID | None
    created_at: datetime
    traceparent: str | None = None
    """The trace of what wrote it."""


async def enqueue_context_changes(connection: Connection, versions: Mapping[UUID, int], now: datetime) -> None:
    """Tell that customers came to these versions."""
    await connection.execute(SQL.enqueue_context_changes, list(versions), list(versions.values()), now)


async def claim_rows(connection: Connection, limit: int) -> list[OutboxRow]:
    """The `limit` oldest rows that no other worker has locked, oldest first, locked until the transaction ends."""
    return [OutboxRow(**row) for row in await connection.fetch(SQL.claim_rows, limit)]


async def delete_rows(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Delete rows that every subscriber has received."""
    await connection.execute(SQL.delete_rows, [row.outbox_id for row in rows])


async def keep_undropped(connection: Connection, versions: Mapping[UUID, int]) -> None:
    """Keep in mind that views of these customers older than these versions are to be dropped."""
    customer_ids = sorted(versions)
    await connection.execute(SQL.keep_undropped, customer_ids, [versions[one] for one in customer_ids])


async def claim_undropped(connection: Connection, limit: int) -> dict[UUID, int]:
    """The `limit` customers kept the longest, with their versions, locked until the transaction ends."""
    return {row["customer_id"]: row["version"] for row in await connection.fetch(SQL.claim_undropped, limit)}


async def delete_undropped(connection: Connection, customer_ids: Collection[UUID]) -> None:
    """The views of these customers are dropped."""
    await connection.execute(SQL.delete_undropped, list(customer_ids))
