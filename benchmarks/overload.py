"""What is left of the throughput when more is asked than can be served: at 1, 2, 4 and 8 times the capacity."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from time import time_ns

import msgspec
import uvloop

from benchmarks import services
from benchmarks.dataset import customer_phone
from benchmarks.open_loop import OpenLoad, offer_load
from benchmarks.report import ReportRow
from benchmarks.scenarios import BenchmarkSetup
from benchmarks.services import MeasuredService

FACTORS = (1, 2, 4, 8)
LEAST_GOODPUT = 0.8
MOST_HEALTH_S = 0.2
FIRST_RATE = 250.0
STEP = 1.4
WARM_UPS = 3
"""Loads that do not count, until most customers are cached."""
MOST_RATE = 40_000.0
_SERVED_WHOLE = 0.98
_encode = msgspec.json.Encoder().encode


def measure_overload(setup: BenchmarkSetup) -> list[ReportRow]:
    """The rows of writes, and of four cached look-ups for each write."""
    with _service_on_first_core(setup) as askonce:
        return [
            *uvloop.run(_measure(setup, askonce, "writes", look_ups=0)),
            *uvloop.run(_measure(setup, askonce, "four look-ups and a write", look_ups=4)),
        ]


@contextmanager
def _service_on_first_core(setup: BenchmarkSetup) -> Iterator[MeasuredService]:
    """The service on one core; the load and PostgreSQL on the others, so that more load does not take its time."""
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        with services.running_askonce(setup.folder, setup.key) as askonce:
            yield askonce
        return
    postmaster = int((setup.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.sched_setaffinity(postmaster, others)
    os.sched_setaffinity(0, {first})
    with services.running_askonce(setup.folder, setup.key) as askonce:
        os.sched_setaffinity(0, others)
        try:
            yield askonce
        finally:
            os.sched_setaffinity(postmaster, {first, *others})
            os.sched_setaffinity(0, {first, *others})


async def _measure(setup: BenchmarkSetup, askonce: MeasuredService, name: str, *, look_ups: int) -> list[ReportRow]:
    requests = _requests(askonce, setup.customers, look_ups)
    for _ in range(WARM_UPS):
        await offer_load(askonce, requests, per_second=FIRST_RATE, seconds=setup.seconds)
    capacity = await _find_capacity(askonce, requests, seconds=setup.seconds)
    loads = [
        (factor, await offer_load(askonce, requests, per_second=capacity * factor, seconds=setup.seconds))
        for factor in FACTORS
    ]
    peak = max(load.goodput for _, load in loads)
    return [_row(name, factor, load, peak) for factor, load in loads]


async def _find_capacity(askonce: MeasuredService, requests: Iterator[bytes], *, seconds: float) -> float:
    """The most requests a second that were nearly all served in time, found by offering more and more."""
    capacity, rate = FIRST_RATE, FIRST_RATE
    while rate < MOST_RATE:
        load = await offer_load(askonce, requests, per_second=rate, seconds=seconds)
        if load.succeeded < _SERVED_WHOLE * load.offered:
            break
        capacity, rate = rate, rate * STEP
    return capacity


def _row(name: str, factor: int, load: OpenLoad, peak: float) -> ReportRow:
    return ReportRow(
        name=f"overload, {name}, {factor} times the capacity: {load.offered / load.seconds:,.0f}/s offered",
        value=f"{load.goodput:,.0f}/s in time ({load.goodput / peak:.0%} of the peak), "
        f"p95 {load.p95_s * 1000:.0f} ms, health p95 {load.health_p95_s * 1000:.0f} ms, "
        f"{load.shed / load.offered:.0%} refused, {load.lost / load.offered:.0%} lost, "
        f"{load.unsent / load.offered:.0%} not sent",
        target=f">= {LEAST_GOODPUT:.0%}, health < {MOST_HEALTH_S * 1000:.0f} ms",
        met=load.goodput >= LEAST_GOODPUT * peak and load.health_p95_s < MOST_HEALTH_S,
    )


def _requests(askonce: MeasuredService, customers: int, look_ups: int) -> Iterator[bytes]:
    """So many look-ups for each write, of customers by chance."""
    random, run = Random(0), time_ns()  # noqa: S311 (the same order every time is wanted)
    for number in itertools.count():
        phone = customer_phone(random.randrange(customers))
        if number % (look_ups + 1):
            yield _post(askonce, "/v1/context/lookup", {"identity": {"kind": "phone", "value": phone}})
        else:
            yield _post(askonce, "/v1/interactions", _interaction(f"{run}-{number}", phone))


def _interaction(event_id: str, phone: str) -> dict[str, object]:
    return {
        "source": "bench",
        "source_event_id": event_id,
        "occurred_at": datetime.now(UTC),
        "channel": "chatbot",
        "kind": "message",
        "direction": "inbound",
        "identities": [{"kind": "phone", "value": phone}],
        "conversation": {"ref": f"bench:{phone}", "subject": "Router does not connect"},
        "text": "Since this morning the router blinks red and nothing in the house connects any more.",
        "facts": {"order_number": event_id},
    }


def _post(askonce: MeasuredService, path: str, body: object) -> bytes:
    content = _encode(body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {askonce.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
