"""Reports the states of handoffs to the systems that made them."""

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


async def send_due_reports(dependencies: WorkerConfig, client: httpx.AsyncClient, stop: asyncio.Event) -> bool:
    """Send due reports, several at once; gives whether any was due. A report that `stop` cuts off is sent later."""
    now = dependencies.clock.now()
    async with dependencies.database.transaction() as connection:
        due = await reports.claim_reports(connection, now)
    signed_at = dependencies.clock.system_now()
    sends = {asyncio.create_task(_send_report(dependencies, client, one, signed_at)): one for one in due}
    if sends:
        await wait_for_sends(set(sends), stop)
        async with dependencies.database.transaction() as connection:
            for task, one in sends.items():
                if not task.cancelled():
                    await reports.settle_report(
                        connection,
                        one,
                        task.result(),
                        now=dependencies.clock.now(),
                        jitter=random.random(),  # noqa: S311 (no secret)
                    )
    return bool(due)


async def _send_report(
    dependencies: WorkerConfig, client: httpx.AsyncClient, due: DueReport, now: datetime
) -> TryOutcome:
    outcome = await reports.send_report(client, due, allow_private=dependencies.settings.webhook_allow_private, now=now)
    if outcome.failure:
        log.warning("report_failed", source=due.source, handoff_id=due.handoff_id, failure=outcome.failure)
    return outcome


async def wait_for_sends(sends: set[asyncio.Task[TryOutcome]], stop: asyncio.Event) -> None:
    """Wait until all tries have ended, or until `stop`, which ends them."""
    stopped = asyncio.create_task(stop.wait())
    all_done = asyncio.create_task(asyncio.wait(sends))
    await asyncio.wait({stopped, all_done}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, *sends):
        task.cancel()
    await all_done
