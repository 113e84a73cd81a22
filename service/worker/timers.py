"""Does what is due: never early, never twice, and a failing effect holds up no other."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from service.db import timers
from service.db.pool import Connection
from service.db.timers import Timer
from service.worker.model import Duties

log = structlog.get_logger()

AT_ONCE = 4
LONGEST_REST_S = 600


async def run_due(duties: Duties, stop: asyncio.Event) -> bool:
    """Run timers, several at once, until none is due or `stop` is set; gives False: nothing is left to run at once."""
    if await run_next(duties):
        at_once = min(AT_ONCE, max(1, duties.settings.database_connections - 2))
        for ended in await asyncio.gather(*(_drain(duties, stop) for _ in range(at_once)), return_exceptions=True):
            if ended is not None:
                raise ended
    return False


async def _drain(duties: Duties, stop: asyncio.Event) -> None:
    while not stop.is_set() and await run_next(duties):
        pass


async def run_next(duties: Duties) -> bool:
    """Run the one timer that is due longest; gives whether there was one."""
    now = duties.clock.now()
    async with duties.database.transaction() as connection:
        timer = await timers.claim_due(connection, now, duties.effects)
        if timer is None:
            return False
        changed = await _settle(duties, connection, timer, now)
    if changed is not None:
        log.info("timer_fired", kind=timer.kind, timer_id=timer.timer_id, late_s=(now - timer.due_at).total_seconds())
        await duties.drop(changed)
    return True


async def _settle(duties: Duties, connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID] | None:
    """The customers whom the effect changed, its timer ended; None if it failed: nothing changed, a new try is set."""
    try:
        async with connection.transaction():
            changed = await duties.effects[timer.kind](connection, timer, now)
    except Exception as error:
        failures = timer.failures + 1
        log.exception("timer_failed", kind=timer.kind, timer_id=timer.timer_id, failures=failures, exc_info=error)
        await timers.postpone(connection, timer, now + rest_after(failures))
        return None
    await timers.complete(connection, timer)
    return changed


def rest_after(failures: int) -> timedelta:
    """How long a timer rests that has failed so many times: 2, 4, 8 … seconds, at most ten minutes."""
    return timedelta(seconds=min(2.0 ** min(failures, 30), LONGEST_REST_S))
