"""Runs every loop of a worker until `stop` is set."""

import asyncio
from functools import partial

import httpx
import structlog

from service.events import sending
from service.events.transport import Resolver
from service.search.indexing import index_changes
from service.worker.housekeeping import delete_expired
from service.worker.loop import run_repeatedly
from service.worker.model import WorkerConfig
from service.worker.relay import drop_undropped_views, relay_outbox
from service.worker.reports import send_due_reports
from service.worker.timers import run_due_timers
from service.worker.webhooks import WebhookSender

log = structlog.get_logger()

HOUSEKEEPING_S = 60.0
SEARCH_S = 1.0
"""How often what was committed is made findable: many changes at once cost less than each by itself."""


async def run_worker(dependencies: WorkerConfig, stop: asyncio.Event) -> None:
    """Work until `stop` is set, then return once what is under way is done. Any number of workers may run at once."""
    settings = dependencies.settings
    log.info("worker_started", kinds=sorted(dependencies.timer_kinds))
    async with sending.webhook_client(Resolver(), allow_private=settings.webhook_allow_private) as client:
        sender = WebhookSender(dependencies, client)
        await _run_loops(dependencies, sender, client, stop)
        await sender.stop()
    log.info("worker_stopped")


async def _run_loops(
    dependencies: WorkerConfig, sender: WebhookSender, client: httpx.AsyncClient, stop: asyncio.Event
) -> None:
    settings = dependencies.settings
    async with asyncio.TaskGroup() as group:
        for name, work, every_s in (
            ("relay", partial(relay_outbox, dependencies), settings.outbox_poll_ms / 1000),
            ("drops", partial(drop_undropped_views, dependencies), settings.timer_poll_ms / 1000),
            ("timers", partial(run_due_timers, dependencies, stop), settings.timer_poll_ms / 1000),
            ("webhooks", sender.run_round, settings.timer_poll_ms / 1000),
            ("reports", partial(send_due_reports, dependencies, client, stop), settings.timer_poll_ms / 1000),
            ("search", partial(index_changes, dependencies.database), SEARCH_S),
            ("housekeeping", partial(delete_expired, dependencies), HOUSEKEEPING_S),
        ):
            group.create_task(run_repeatedly(work, name=name, interval_s=every_s, stop=stop))
