"""Runs every loop of a worker until `stop` is set."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import NamedTuple

import httpx
import structlog

from service.events import sending
from service.worker.due import RUNG, DueWatch
from service.worker.jobs import Job, worker_jobs
from service.worker.listening import ChangeListener
from service.worker.loop import Rounds, run_repeatedly
from service.worker.model import WorkerConfig
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


async def run_worker(dependencies: WorkerConfig, stop: asyncio.Event, rounds: Rounds | None = None) -> None:
    """Work until `stop` is set, then return once what is under way is done. Any number of workers may run at once."""
    settings = dependencies.settings
    log.info("worker_started", kinds=sorted(dependencies.timer_kinds))
    async with sending.webhook_client(dependencies.resolve, allow_private=settings.webhook_allow_private) as client:
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
    jobs = worker_jobs(dependencies, sender, client, stop)
    alarms = {name: asyncio.Event() for name in ("due", *RUNG)}
    listener = ChangeListener(dependencies.listen_url, dependencies.database, [alarms["relay"], alarms["due"]])
    loops = [
        *_waking_loops(dependencies, listener, alarms, jobs["relay"]),
        *_woken_loops(jobs, stop),
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
    dependencies: WorkerConfig, listener: ChangeListener, alarms: Mapping[str, asyncio.Event], relay: Job
) -> list[Loop]:
    """The loops that look often while something is written: the look at what waits, and the relay."""
    settings = dependencies.settings
    watch = DueWatch(listener, dependencies.clock, alarms, poll_s=settings.timer_poll_ms / 1000)
    return [
        Loop("due", watch.look, watch.interval_s),
        Loop(
            "relay",
            relay,
            lambda: settings.outbox_poll_ms / 1000 if listener.is_awake else OWN_TURN_S,
        ),
    ]


def _woken_loops(jobs: Mapping[str, Job], stop: asyncio.Event) -> list[Loop]:
    """The loops that are woken when they have something to do, and housekeeping."""

    def at_a_share(name: str) -> Job:
        return partial(_at_a_share, jobs[name], stop)

    return [
        *(
            Loop(name, jobs[name])
            for name in ("drops", "timers", "webhooks", "reports", "search", "playback", "erasures")
        ),
        Loop("insight", at_a_share("insight"), NIGHT_S, INSIGHT_S),
        Loop("matches", at_a_share("matches"), rest_s=GATHERING_S),
        Loop("golden", at_a_share("golden"), rest_s=GATHERING_S),
        Loop("retention", at_a_share("retention")),
        Loop("housekeeping", jobs["housekeeping"], HOUSEKEEPING_S),
    ]


async def _ring_all(alarms: Iterable[asyncio.Event], stop: asyncio.Event) -> None:
    """Have every loop see that the worker stops."""
    await stop.wait()
    for alarm in alarms:
        alarm.set()


async def _at_a_share(step: Job, stop: asyncio.Event) -> bool:
    """Take a step; while there is more to do, rest until the step took no more than `INSIGHT_SHARE` of the time."""
    began = monotonic()
    more = await step()
    if more:
        with suppress(TimeoutError):
            async with asyncio.timeout((monotonic() - began) * (1 / INSIGHT_SHARE - 1)):
                await stop.wait()
    return more
