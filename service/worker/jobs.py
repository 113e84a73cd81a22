"""What a worker does, piece by piece: each job takes one step, and says whether there is another one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import httpx

from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.resolution.matches.online import match_changes
from service.resolution.playback.follower import follow_golden_records
from service.search.indexing import index_changes
from service.worker.housekeeping import delete_expired
from service.worker.model import WorkerConfig
from service.worker.playback import tell_sources
from service.worker.relay import drop_undropped_views, relay_outbox
from service.worker.reports import send_due_reports
from service.worker.timers import run_due_timers
from service.worker.webhooks import WebhookSender

Job = Callable[[], Awaitable[bool]]
"""A round of a loop; gives whether there is more to do at once."""


def worker_jobs(
    dependencies: WorkerConfig, sender: WebhookSender, client: httpx.AsyncClient, stop: asyncio.Event
) -> dict[str, Job]:
    """Every job by its name, in the order in which one makes work for the next."""
    return {
        "relay": partial(relay_outbox, dependencies),
        "drops": partial(drop_undropped_views, dependencies),
        "timers": partial(run_due_timers, dependencies, stop),
        "webhooks": sender.run_round,
        "reports": partial(send_due_reports, dependencies, client, stop),
        "search": partial(index_changes, dependencies.database),
        "insight": partial(_evaluate_rules, dependencies),
        "matches": partial(_match_customers, dependencies),
        "golden": partial(_compare_records, dependencies),
        "playback": partial(tell_sources, dependencies, client, stop),
        "erasures": partial(_finish_erasures, dependencies),
        "retention": partial(_let_go, dependencies),
        "housekeeping": partial(delete_expired, dependencies),
    }


async def _finish_erasures(dependencies: WorkerConfig) -> bool:
    """Take a step of an erasure that is due, if there is one."""
    if dependencies.finish_erasures is None:
        return False
    return await dependencies.finish_erasures(dependencies.clock.now())


async def _evaluate_rules(dependencies: WorkerConfig) -> bool:
    settings = dependencies.settings
    terms = EvaluationTerms(
        now=dependencies.clock.now(),
        zone=ZoneInfo(settings.time_zone),
        gave_up_after=timedelta(days=settings.gave_up_days),
    )
    return await evaluate_changes(dependencies.database, terms)


async def _match_customers(dependencies: WorkerConfig) -> bool:
    now, region = dependencies.clock.now(), dependencies.settings.default_region
    return await match_changes(dependencies.database, region=region, now=now)


async def _compare_records(dependencies: WorkerConfig) -> bool:
    return await follow_golden_records(dependencies.database, now=dependencies.clock.now())


async def _let_go(dependencies: WorkerConfig) -> bool:
    """Let go what is over its time."""
    if dependencies.retain is None:
        return False
    return await dependencies.retain(dependencies.clock.now())
