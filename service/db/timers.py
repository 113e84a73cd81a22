"""Timers: effects due at a time, each carried out exactly once: one transaction makes the effect and ends the timer.

A due timer has a transaction of its own, or shares one with others of its kind. If that fails, each is tried alone:
a failing timer delays no other.
"""

from collections.abc import Collection, Mapping, Sequence
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


async def schedule_timer(
    connection: Connection,
    *,
    kind: str,
    due_at: datetime,
    customer_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> None:
    """Have the effect of this kind happen at `due_at` or soon after; the same kind, subject and time count once."""
    await connection.execute(SQL.schedule_timer, new_id(), due_at, kind, customer_id, subject_id)


async def cancel_timers(connection: Connection, *, kind: str, subject_id: UUID) -> None:
    """Drop the subject's timers of this kind.

    A timer that is running now stays, and its effect reads the subject as this transaction leaves it. Waiting for
    it could deadlock: its effect may need the customer's lock that the caller has.
    """
    await connection.execute(SQL.cancel_timers, kind, subject_id)


async def claim_due_timers(connection: Connection, now: datetime, limits: Mapping[str, int]) -> list[Timer]:
    """The earliest due timer that no other worker has locked, and others of its kind, locked by this transaction.

    `limits` maps each kind to the number of its timers that may come together.
    """
    rows = await connection.fetch(SQL.claim_due_timers, now, list(limits), list(limits.values()))
    return [Timer(**row) for row in rows]


async def complete_timers(connection: Connection, done: Sequence[Timer]) -> None:
    """End timers, in the transaction of their effect."""
    await connection.execute(SQL.complete_timers, [timer.timer_id for timer in done])


async def postpone_timer(connection: Connection, timer: Timer, until: datetime) -> None:
    """Count a failure and try again at `until`; one that another worker has tried meanwhile is left to that."""
    await connection.execute(SQL.postpone_timer, timer.timer_id, until, timer.failures)


async def count_unknown_kinds(connection: Connection, now: datetime, kinds: Collection[str]) -> dict[str, int]:
    """How many timers are due of each kind that is not among `kinds`; they stay until a worker handles their kind."""
    rows = await connection.fetch(SQL.count_unknown_kinds, now, list(kinds))
    return {row["kind"]: row["timers"] for row in rows}
