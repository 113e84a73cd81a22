"""Runs every loop of a worker until `stop` is set."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from zoneinfo import ZoneInfo

import httpx
import structlog

from service.events import sending
from service.events.transport import Resolver
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.resolution.matches.online import match_changes
from service.resolution.playback.follower import follow_golden_records
from service.search.indexing import index_changes
from service.worker.housekeeping import delete_expired
from service.worker.loop import run_repeatedly
from service.worker.model import WorkerConfig
from service.worker.playback import tell_sources
from service.worker.relay import drop_undropped_views, relay_outbox
from service.worker.reports import send_due_reports
from service.worker.timers import run_due_timers
from service.worker.webhooks import WebhookSender

log = structlog.get_logger()

HOUSEKEEPING_S = 60.0
SEARCH_S = 1.0
"""How often what was committed is made findable: many changes at once cost less than each by itself."""
INSIGHT_S = 2.0
"""How often rules are evaluated over the customers who changed; a customer who changed often counts once."""
INSIGHT_SHARE = 0.25
"""The part of its time in which a worker evaluates rules while many wait: the rest is for what cannot wait."""
MATCHES_S = 1.0
"""How often customers who state something new are compared with others."""

GOLDEN_S = 1.0
"""How often golden records that may have changed are compared with what their sources state."""


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
            ("insight", partial(_evaluate_rules, dependencies, stop), INSIGHT_S),
            ("matches", partial(_match_customers, dependencies, stop), MATCHES_S),
            ("golden", partial(_compare_records, dependencies, stop), GOLDEN_S),
            ("playback", partial(tell_sources, dependencies, client, stop), settings.timer_poll_ms / 1000),
            ("housekeeping", partial(delete_expired, dependencies), HOUSEKEEPING_S),
        ):
            group.create_task(run_repeatedly(work, name=name, interval_s=every_s, stop=stop))


async def _evaluate_rules(dependencies: WorkerConfig, stop: asyncio.Event) -> bool:
    """Take a step, and rest for as long as the share asks for, unless the worker stops."""
    settings = dependencies.settings
    terms = EvaluationTerms(
        now=dependencies.clock.now(),
        zone=ZoneInfo(settings.time_zone),
        gave_up_after=timedelta(days=settings.gave_up_days),
    )
    return await _at_a_share(partial(evaluate_changes, dependencies.database, terms), stop)


async def _match_customers(dependencies: WorkerConfig, stop: asyncio.Event) -> bool:
    """Take a step, and rest likewise."""
    now, region = dependencies.clock.now(), dependencies.settings.default_region
    return await _at_a_share(partial(match_changes, dependencies.database, region=region, now=now), stop)


async def _compare_records(dependencies: WorkerConfig, stop: asyncio.Event) -> bool:
    """Take a step, and rest likewise."""
    return await _at_a_share(partial(follow_golden_records, dependencies.database, now=dependencies.clock.now()), stop)


async def _at_a_share(step: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> bool:
    """Take a step; while there is more to do, rest until the step took no more than `INSIGHT_SHARE` of the time."""
    began = monotonic()
    more = await step()
    if more:
        with suppress(TimeoutError):
            async with asyncio.timeout((monotonic() - began) * (1 / INSIGHT_SHARE - 1)):
                await stop.wait()
    return more
