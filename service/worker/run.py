"""Runs every loop of a worker until it is told to stop."""

import asyncio
from functools import partial

import httpx
import structlog

from service.events import sending
from service.events.transport import Resolver
from service.worker.housekeeping import keep_house
from service.worker.loop import repeat
from service.worker.model import WorkerConfig
from service.worker.relay import relay
from service.worker.reports import report
from service.worker.timers import run_due
from service.worker.webhooks import WebhookSender

log = structlog.get_logger()

HOUSEKEEPING_S = 60.0


async def run(duties: WorkerConfig, stop: asyncio.Event) -> None:
    """Work until `stop` is set, then return once what is under way is done. Any number of workers may run at once."""
    settings = duties.settings
    log.info("worker_started", kinds=sorted(duties.kinds))
    async with sending.client(Resolver(), allow_private=settings.webhook_allow_private) as client:
        sender = WebhookSender(duties, client)
        await _work(duties, sender, client, stop)
        await sender.stop()
    log.info("worker_stopped")


async def _work(duties: WorkerConfig, sender: WebhookSender, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
    settings = duties.settings
    async with asyncio.TaskGroup() as group:
        for name, work, every_s in (
            ("relay", partial(relay, duties), settings.outbox_poll_ms / 1000),
            ("timers", partial(run_due, duties, stop), settings.timer_poll_ms / 1000),
            ("webhooks", sender.round, settings.timer_poll_ms / 1000),
            ("reports", partial(report, duties, client, stop), settings.timer_poll_ms / 1000),
            ("housekeeping", partial(keep_house, duties), HOUSEKEEPING_S),
        ):
            group.create_task(repeat(work, name=name, every_s=every_s, stop=stop))
