"""Tells the systems that made handoffs what became of them."""

import asyncio
import random
from datetime import datetime

import httpx
import structlog

from service.events import reports
from service.events.reports import DueReport
from service.events.retries import TryOutcome
from service.worker.model import WorkerConfig

log = structlog.get_logger()


async def report(duties: WorkerConfig, client: httpx.AsyncClient, stop: asyncio.Event) -> bool:
    """Tell what is due, several at once; gives whether there was anything. What `stop` cuts off is told later."""
    now = duties.clock.now()
    async with duties.database.transaction() as connection:
        due = await reports.claim(connection, now)
    tries = {asyncio.create_task(_tell(duties, client, one, now)): one for one in due}
    if tries:
        await _ended(set(tries), stop)
        async with duties.database.transaction() as connection:
            for task, one in tries.items():
                if not task.cancelled():
                    await reports.settle(
                        connection,
                        one,
                        task.result(),
                        now=duties.clock.now(),
                        jitter=random.random(),  # noqa: S311 (no secret)
                    )
    return bool(due)


async def _tell(duties: WorkerConfig, client: httpx.AsyncClient, due: DueReport, now: datetime) -> TryOutcome:
    outcome = await reports.tell(client, due, allow_private=duties.settings.webhook_allow_private, now=now)
    if outcome.failure:
        log.warning("report_failed", source=due.source, handoff_id=due.handoff_id, failure=outcome.failure)
    return outcome


async def _ended(tries: set[asyncio.Task[TryOutcome]], stop: asyncio.Event) -> None:
    """Wait until all tries have ended, or until `stop`, which ends them."""
    stopped = asyncio.create_task(stop.wait())
    together = asyncio.create_task(asyncio.wait(tries))
    await asyncio.wait({stopped, together}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, *tries):
        task.cancel()
    await together
