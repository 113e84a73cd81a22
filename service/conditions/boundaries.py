"""The moments at which a condition begins and ends: each is a change of the customer, made by the worker on time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.conditions.model import Condition
from service.db import timers
from service.db.change import SYSTEM_KEY, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.db.timers import Timer

SQL = Statements("service.conditions", "boundaries")

KIND = "condition.boundary"
"""The kind of these timers; their subject is the condition."""


async def plan(connection: Connection, condition: Condition, now: datetime) -> None:
    """Have the condition's coming boundaries crossed on time, and no others."""
    await timers.cancel(connection, kind=KIND, subject_id=condition.id)
    if condition.revoked_at is not None:
        return
    for boundary in (condition.valid_from, condition.valid_until):
        if boundary is not None and boundary > now:
            await timers.schedule(
                connection, kind=KIND, due_at=boundary, customer_id=condition.customer_id, subject_id=condition.id
            )


async def cross(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """Give the customer a version that shows the condition begun or over; nothing if it has no such boundary now."""
    assert timer.customer_id is not None
    locked = await lock_customer(connection, timer.customer_id)
    field = await connection.fetchval(
        SQL.find_boundary, timer.customer_id, timer.subject_id, timer.due_at, timer.failures > 0
    )
    if field is None:
        return ()
    await record_change(
        connection,
        locked,
        now=now,
        key_id=SYSTEM_KEY,
        action=KIND,
        fields=(field,),
        subject_id=timer.subject_id,
    )
    return (locked.customer_id,)
