"""Does what is due: never early, never twice, and a failing effect holds up no other."""

import asyncio
from datetime import datetime, timedelta

import structlog

from service.db import timers
from service.db.timers import Timer
from service.errors import DatabaseUnavailable
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
    """Run the one timer that is due longest; gives whether there was one.

    Its effect and its end are one transaction without a savepoint: a timer that is locked outside and deleted inside of
    one (by an effect that plans anew) would be stepped over by every later claim until the next vacuum.
    """
    now = duties.clock.now()
    timer: Timer | None = None
    try:
        async with duties.database.transaction() as connection:
            timer = await timers.claim_due(connection, now, duties.effects)
            if timer is None:
                return False
            changed = await duties.effects[timer.kind](connection, timer, now)
            await timers.complete(connection, timer)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        if timer is None:
            raise
        await _postpone(duties, timer, now, error)
        return True
    log.info("timer_fired", kind=timer.kind, timer_id=timer.timer_id, late_s=(now - timer.due_at).total_seconds())
    await duties.drop(changed)
    return True


async def _postpone(duties: Duties, timer: Timer, now: datetime, error: Exception) -> None:
    """Have a timer whose effect failed, and left nothing behind, tried again later."""
    failures = timer.failures + 1
    log.error("timer_failed", kind=timer.kind, timer_id=timer.timer_id, failures=failures, exc_info=error)
    async with duties.database.connection() as connection:
        await timers.postpone(connection, timer, now + rest_after(failures))


def rest_after(failures: int) -> timedelta:
    """How long a timer rests that has failed so many times: 2, 4, 8 … seconds, at most ten minutes."""
    return timedelta(seconds=min(2.0 ** min(failures, 30), LONGEST_REST_S))
