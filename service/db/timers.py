"""Timers: what must happen at a time, exactly once, because the effect and the end of its timer are one transaction.

Each due timer has a transaction of its own: one that fails holds up no other, none keeps a customer locked while others
run, and two workers cannot wait for each other's customers in a circle.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.model.ids import new_id

SQL = Statements("service.db", "timers")


class Timer(Struct, frozen=True, kw_only=True):
    """Something of this kind is due; `failures` counts the tries that went wrong."""

    timer_id: UUID
    due_at: datetime
    kind: str
    customer_id: UUID | None
    subject_id: UUID | None
    failures: int


async def schedule(
    connection: Connection,
    *,
    kind: str,
    due_at: datetime,
    customer_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> None:
    """Have the effect of this kind happen at `due_at` or soon after; the same kind, subject and time count once."""
    await connection.execute(SQL.schedule, new_id(), due_at, kind, customer_id, subject_id)


async def cancel(connection: Connection, *, kind: str, subject_id: UUID) -> None:
    """Drop the subject's timers of this kind.

    One that is running now is left alone, and its effect finds the subject as this transaction leaves it. Waiting for
    it would be waiting in a circle: it may want the customer that the caller holds.
    """
    await connection.execute(SQL.cancel, kind, subject_id)


async def claim_due(connection: Connection, now: datetime, kinds: Collection[str]) -> Timer | None:
    """The timer due longest of these kinds that no other worker holds, ours until the transaction ends."""
    row = await connection.fetchrow(SQL.claim_due, now, list(kinds))
    return None if row is None else Timer(**row)


async def complete(connection: Connection, timer: Timer) -> None:
    """End a timer, in the transaction of its effect."""
    await connection.execute(SQL.complete, timer.timer_id)


async def postpone(connection: Connection, timer: Timer, until: datetime) -> None:
    """Count a failure and try again at `until`; one that another worker has tried meanwhile is left to that."""
    await connection.execute(SQL.postpone, timer.timer_id, until, timer.failures)


async def unknown_kinds(connection: Connection, now: datetime, kinds: Collection[str]) -> dict[str, int]:
    """How many timers are due of each kind that is not among `kinds`; they stay until a worker knows them."""
    rows = await connection.fetch(SQL.unknown_kinds, now, list(kinds))
    return {row["kind"]: row["timers"] for row in rows}
