"""Runs every loop of a worker until `stop` is set."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple
from zoneinfo import ZoneInfo

import httpx
import structlog

from service.events import sending
from service.events.transport import Resolver
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.resolution.matches.online import match_changes
from service.resolution.playback.follower import follow_golden_records
from service.search.indexing import index_changes
from service.worker.due import RUNG, DueWatch
from service.worker.housekeeping import delete_expired
from service.worker.listening import ChangeListener
from service.worker.loop import Rounds, run_repeatedly
from service.worker.model import WorkerConfig
from service.worker.playback import tell_sources
from service.worker.relay import drop_undropped_views, relay_outbox
from service.worker.reports import send_due_reports
from service.worker.timers import run_due_timers
from service.worker.webhooks import WebhookSender

log = structlog.get_logger()

HOUSEKEEPING_S = 60.0
OWN_TURN_S = 60.0
"""How often a loop looks for itself whether there is something to do; else it is woken."""
NIGHT_S = 10.0
"""How often it is asked whether a night has begun: then rules are evaluated over all customers."""
INSIGHT_S = 2.0
"""How often rules are evaluated over the customers who changed; a customer who changed often counts once."""
GATHERING_S = 1.5
"""How long matches and golden records rest after a step: what changes meanwhile shares the next one."""
INSIGHT_SHARE = 0.25
"""The part of its time in which a worker evaluates rules while many wait: the rest is for what cannot wait."""
Job = Callable[[], Awaitable[bool]]
"""A round of a loop; gives whether there is more to do at once."""


async def run_worker(dependencies: WorkerConfig, stop: asyncio.Event, rounds: Rounds | None = None) -> None:
    """Work until `stop` is set, then return once what is under way is done. Any number of workers may run at once."""
    settings = dependencies.settings
    log.info("worker_started", kinds=sorted(dependencies.timer_kinds))
    async with sending.webhook_client(Resolver(), allow_private=settings.webhook_allow_private) as client:
        sender = WebhookSender(dependencies, client)
        await _run_loops(dependencies, sender, client, stop, rounds or Rounds())
        await sender.stop()
    log.info("worker_stopped")


class Loop(NamedTuple):
    """A loop of a worker: what is done, after how many seconds at the latest, and how long it rests in between."""

    name: str
    job: Job
    every_s: float | Callable[[], float] = OWN_TURN_S
    rest_s: float = 0.0


async def _run_loops(
    dependencies: WorkerConfig, sender: WebhookSender, client: httpx.AsyncClient, stop: asyncio.Event, rounds: Rounds
) -> None:
    alarms = {name: asyncio.Event() for name in ("due", *RUNG)}
    listener = ChangeListener(dependencies.listen_url, dependencies.database, [alarms["relay"], alarms["due"]])
    loops = [
        *_waking_loops(dependencies, listener, alarms),
        *_woken_loops(dependencies, sender, client, stop),
    ]
    async with asyncio.TaskGroup() as group:
        group.create_task(_ring_all(alarms.values(), stop))
        group.create_task(listener.listen(stop))
        for one in loops:
            group.create_task(
                run_repeatedly(
                    one.job,
                    name=one.name,
                    interval_s=one.every_s,
                    stop=stop,
                    alarm=alarms.get(one.name),
                    rest_s=one.rest_s,
                    rounds=rounds,
                )
            )


def _waking_loops(
    dependencies: WorkerConfig, listener: ChangeListener, alarms: Mapping[str, asyncio.Event]
) -> list[Loop]:
    """The loops that look often while something is written: the look at what waits, and the relay."""
    settings = dependencies.settings
    watch = DueWatch(listener, dependencies.clock, alarms, poll_s=settings.timer_poll_ms / 1000)
    return [
        Loop("due", watch.look, watch.interval_s),
        Loop(
            "relay",
            partial(relay_outbox, dependencies),
            lambda: settings.outbox_poll_ms / 1000 if listener.is_awake else OWN_TURN_S,
        ),
    ]


def _woken_loops(
    dependencies: WorkerConfig, sender: WebhookSender, client: httpx.AsyncClient, stop: asyncio.Event
) -> list[Loop]:
    """The loops that are woken when they have something to do, and housekeeping."""
    return [
        Loop("drops", partial(drop_undropped_views, dependencies)),
        Loop("timers", partial(run_due_timers, dependencies, stop)),
        Loop("webhooks", sender.run_round),
        Loop("reports", partial(send_due_reports, dependencies, client, stop)),
        Loop("search", partial(index_changes, dependencies.database)),
        Loop("insight", partial(_evaluate_rules, dependencies, stop), NIGHT_S, INSIGHT_S),
        Loop("matches", partial(_match_customers, dependencies, stop), rest_s=GATHERING_S),
        Loop("golden", partial(_compare_records, dependencies, stop), rest_s=GATHERING_S),
        Loop("playback", partial(tell_sources, dependencies, client, stop)),
        Loop("erasures", partial(_finish_erasures, dependencies)),
        Loop("retention", partial(_let_go, dependencies, stop)),
        Loop("housekeeping", partial(delete_expired, dependencies), HOUSEKEEPING_S),
    ]


async def _finish_erasures(dependencies: WorkerConfig) -> bool:
    """Take a step of an erasure that is due, if there is one."""
    if dependencies.finish_erasures is None:
        return False
    return await dependencies.finish_erasures(dependencies.clock.now())


async def _ring_all(alarms: Iterable[asyncio.Event], stop: asyncio.Event) -> None:
    """Have every loop see that the worker stops."""
    await stop.wait()
    for alarm in alarms:
        alarm.set()


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


async def _let_go(dependencies: WorkerConfig, stop: asyncio.Event) -> bool:
    """Let go what is over its time, and rest likewise."""
    if dependencies.retain is None:
        return False
    return await _at_a_share(partial(dependencies.retain, dependencies.clock.now()), stop)


async def _at_a_share(step: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> bool:
    """Take a step; while there is more to do, rest until the step took no more than `INSIGHT_SHARE` of the time."""
    began = monotonic()
    more = await step()
    if more:
        with suppress(TimeoutError):
            async with asyncio.timeout((monotonic() - began) * (1 / INSIGHT_SHARE - 1)):
                await stop.wait()
    return more
