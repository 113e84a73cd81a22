"""What callers have looked up in the present day and minute, and who waits after wrong confirmations."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from service.access.budgets import BudgetPeriod, CountedLookUp
from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.access", "usage")


class CallerUsage(Struct, frozen=True, kw_only=True):
    """A key, or an agent who signs in, with what its budgets gave it; `role` is that of a key or of an agent.

    Processes take budgets in portions, so that `taken` is up to a portion more than was answered. `customers_read` is
    counted from the audit of reads, and has no limit.
    """

    key_id: UUID
    name: str
    role: str
    is_agent: bool
    taken: dict[tuple[CountedLookUp, BudgetPeriod], int]
    customers_read: int
    paused_until: datetime | None


async def list_usage(connection: Connection, now: datetime) -> list[CallerUsage]:
    """Every key in force, and every agent of this day (in UTC): who read most customers first."""
    now = now.astimezone(UTC)
    day, minute = now.replace(hour=0, minute=0, second=0, microsecond=0), now.replace(second=0, microsecond=0)
    return [_usage(row) for row in await connection.fetch(SQL.list_usage, now, day, minute)]


async def lift_pause(connection: Connection, key_id: UUID, now: datetime) -> bool:
    """Let a key that waits after wrong confirmations go on at once; gives whether it waited."""
    return bool(await connection.fetchval(SQL.lift_pause, key_id, now))


def _usage(row: asyncpg.Record) -> CallerUsage:
    return CallerUsage(
        key_id=row["key_id"],
        name=row["name"],
        role=row["role"],
        is_agent=row["is_agent"],
        taken={(counted, period): row[f"{counted}_{period}"] for counted in CountedLookUp for period in BudgetPeriod},
        customers_read=row["customers_read"],
        paused_until=row["paused_until"],
    )
