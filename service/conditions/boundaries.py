"""The moments at which a condition begins and ends: each is a change of the customer, made by the worker on time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from service.conditions.model import Condition
from service.db import timers
from service.db.change import SYSTEM_KEY_ID, lock_customers
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.db.timers import Timer
from service.model.timer_kinds import TimerKind

SQL = Statements("service.conditions", "boundaries")


async def schedule_boundaries(connection: Connection, condition: Condition, now: datetime) -> None:
    """Have the condition's coming boundaries crossed on time, and no others."""
    await timers.cancel_timers(connection, kind=TimerKind.CONDITION_BOUNDARY, subject_id=condition.id)
    if condition.revoked_at is not None:
        return
    for boundary in (condition.valid_from, condition.valid_until):
        if boundary is not None and boundary > now:
            await timers.schedule_timer(
                connection,
                kind=TimerKind.CONDITION_BOUNDARY,
                due_at=boundary,
                customer_id=condition.customer_id,
                subject_id=condition.id,
            )


async def cross_boundaries(connection: Connection, due: Sequence[Timer], now: datetime) -> Collection[UUID]:
    """Give customers versions that show their conditions begun or over; gives those of conditions that are so now."""
    owners = {one.customer_id for one in due if one.customer_id is not None}
    customers = await lock_customers(connection, owners, restricted_too=True)
    versions = {one.customer_id: one.version for one in customers.values()}
    reached = ((one.customer_id, one.subject_id, one.due_at, one.failures > 0) for one in due)
    crossed: list[tuple[UUID, int, UUID | None, str]] = []
    for row in await connection.fetch(SQL.find_boundaries, *columns(reached, 4)):
        timer = due[row["place"] - 1]
        assert timer.customer_id is not None
        customer_id = customers[timer.customer_id].customer_id
        versions[customer_id] += 1
        crossed.append((customer_id, versions[customer_id], timer.subject_id, row["field"]))
    if crossed:
        await connection.execute(
            SQL.cross_boundaries, *columns(crossed, 4), now, SYSTEM_KEY_ID, TimerKind.CONDITION_BOUNDARY
        )
    return {customer_id for customer_id, *_ in crossed}
