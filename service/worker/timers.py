"""Runs due timers: never early, never twice, and a failing effect delays no other."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram

from service.db import timers
from service.db.pool import Connection
from service.db.timers import Timer
from service.errors import DatabaseUnavailable
from service.worker.model import WorkerConfig

log = structlog.get_logger()

CONCURRENT_TIMERS = 4
SHARED_BATCH = 50
"""Timers with a shared effect that one transaction ends: more would keep their customers locked for too long."""
MAX_RETRY_DELAY_S = 600

_LATENESS_SECONDS = Histogram(
    "askonce_timer_lateness_seconds",
    "How long after its time a timer ran; its count is the number of timers that ran.",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
_FAILURES = Counter("askonce_timer_failures_total", "Tries of timers that failed and are repeated.", ["kind"])


async def run_due_timers(dependencies: WorkerConfig, stop: asyncio.Event) -> bool:
    """Run timers, several at once, until none is due or `stop` is set; gives False: nothing is left to run at once."""
    if await run_next_timers(dependencies):
        concurrency = min(CONCURRENT_TIMERS, max(1, dependencies.settings.database_connections - 2))
        for ended in await asyncio.gather(
            *(_drain(dependencies, stop) for _ in range(concurrency)), return_exceptions=True
        ):
            if ended is not None:
                raise ended
    return False


async def _drain(dependencies: WorkerConfig, stop: asyncio.Event) -> None:
    while not stop.is_set() and await run_next_timers(dependencies):
        pass


async def run_next_timers(dependencies: WorkerConfig, batch_size: int = SHARED_BATCH) -> bool:
    """Run the timer that is due longest, with others if their effect is shared; gives whether there was one.

    Effect and end are one transaction without a savepoint: a timer that is locked outside and deleted inside of one (by
    an effect that plans anew) would be stepped over by every later claim until the next vacuum.
    """
    now = dependencies.clock.now()
    limits = dict.fromkeys(dependencies.timer_handlers, 1) | dict.fromkeys(
        dependencies.timer_batch_handlers, batch_size
    )
    due: list[Timer] = []
    try:
        async with dependencies.database.transaction() as connection:
            due = await timers.claim_due_timers(connection, now, limits)
            if not due:
                return False
            changed = await _handle_timers(dependencies, connection, due, now)
            await timers.complete_timers(connection, due)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        if not due:
            raise
        await _retry_timers(dependencies, due, now, error)
        return True
    for timer in due:
        late_s = (now - timer.due_at).total_seconds()
        _LATENESS_SECONDS.labels(timer.kind).observe(late_s)
        log.info("timer_fired", kind=timer.kind, timer_id=timer.timer_id, late_s=late_s)
    await dependencies.drop_views(changed)
    return True


async def _handle_timers(
    dependencies: WorkerConfig, connection: Connection, due: Sequence[Timer], now: datetime
) -> Collection[UUID]:
    """Run the handler of due timers of one kind; gives the customers that changed."""
    kind = due[0].kind
    if kind in dependencies.timer_batch_handlers:
        return await dependencies.timer_batch_handlers[kind](connection, due, now)
    return await dependencies.timer_handlers[kind](connection, due[0], now)


async def _retry_timers(dependencies: WorkerConfig, due: Sequence[Timer], now: datetime, error: Exception) -> None:
    """After a failure that left nothing behind: each timer by itself, or later if it was by itself."""
    if len(due) == 1:
        await _postpone_timer(dependencies, due[0], now, error)
        return
    log.warning("timers_split", kind=due[0].kind, timers=len(due), exc_info=error)
    for _ in due:
        await run_next_timers(dependencies, batch_size=1)


async def _postpone_timer(dependencies: WorkerConfig, timer: Timer, now: datetime, error: Exception) -> None:
    """Schedule another try of a timer after its effect failed and was rolled back."""
    failures = timer.failures + 1
    _FAILURES.labels(timer.kind).inc()
    log.error("timer_failed", kind=timer.kind, timer_id=timer.timer_id, failures=failures, exc_info=error)
    async with dependencies.database.connection() as connection:
        await timers.postpone_timer(connection, timer, now + retry_delay(failures))


def retry_delay(failures: int) -> timedelta:
    """How long a timer rests that has failed so many times: 2, 4, 8 … seconds, at most ten minutes."""
    return timedelta(seconds=min(2.0 ** min(failures, 30), MAX_RETRY_DELAY_S))
