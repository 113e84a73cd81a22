"""Handoffs: cycles next to plain writes, how soon the consoles hear of them, and how late their offers expire."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from statistics import quantiles
from time import perf_counter, time_ns

import msgspec
from msgspec import Struct

from benchmarks import crowd, desk, stage
from benchmarks.connection import CONNECTIONS, HttpConnection, connected
from benchmarks.desk import Acknowledged
from benchmarks.report import ReportRow, at_least, p50_p99, speed, throughput_ratio
from benchmarks.scenarios import LOOKUP, BenchmarkSetup, Measurement, run_in_rounds
from benchmarks.stage import Load, MeasuredService
from service.handoff.model import OfferEnd

CONSOLES = 200
CYCLES_PER_S = 5
"""While the consoles listen: 15 changes a second, of each of which every console is told."""
HEARD_WITHIN_S = 2.0
"""What a console has not heard so long after the last change counts as missing."""
EXPIRING = 2000
LOOKED_ON_S = 3
"""How long the look-ups go on after the last offer should have expired."""

Act = Callable[[HttpConnection], Awaitable[bool]]
"""One unit of a load; gives whether the service did what it was asked to."""


class QueueEvent(Struct, frozen=True, kw_only=True):
    """What an event of the queue tells; `handoff_id` is empty in those of callbacks."""

    version: int
    handoff_id: str = ""


Heard = list[tuple[float, bytes]]
"""What the consoles were sent, each chunk with the moment at which it arrived, by perf_counter."""

_told = msgspec.json.Decoder(QueueEvent).decode


def handoff(setup: BenchmarkSetup) -> list[ReportRow]:
    """Everything about handoffs, on one server process and its worker."""
    with stage.askonce(setup.folder, setup.key) as ours:
        asyncio.run(desk.define_queues(ours, expire_after_s=setup.seconds))
        return [
            *_cycles(ours, setup),
            *_pushes(ours, setup),
            *asyncio.run(crowd.rows(ours, setup)),
            *_expiries(ours, setup),
        ]


def _cycles(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """Cycles and plain writes in alternating rounds, by the same client."""
    numbers, run = count(), f"handoff-{time_ns()}"

    async def cycle(connection: HttpConnection) -> bool:
        return await desk.cycle(connection, _customer(next(numbers), setup), {}, with_content=False)

    async def telling_cycle(connection: HttpConnection) -> bool:
        return await desk.cycle(connection, _customer(next(numbers), setup), {}, with_content=True)

    async def write(connection: HttpConnection) -> bool:
        number = next(numbers)
        written = await connection.post("/v1/interactions", desk.interaction(run, number, _customer(number, setup)))
        return written.status == 201  # noqa: PLR2004 (created)

    actions = {"cycles": cycle, "telling": telling_cycle, "writes": write}
    measures = {name: _measure(service, act, setup, CONNECTIONS) for name, act in actions.items()}
    alone = {f"{name} alone": _measure(service, actions[name], setup, 1) for name in ("cycles", "writes")}
    loads = run_in_rounds(measures | alone, setup.rounds)
    return [
        speed("handoff, cycles, one desk after the other", loads["cycles alone"]),
        speed("handoff, plain interaction writes, one after the other", loads["writes alone"]),
        at_least(
            "handoff: cycles / plain writes, one after the other",
            throughput_ratio(loads["cycles alone"], loads["writes alone"]),
            0.4,
        ),
        speed("handoff, cycles of three requests: create, accept, complete", loads["cycles"]),
        speed("handoff, such cycles with a summary told at either end", loads["telling"]),
        speed("handoff, plain interaction writes", loads["writes"]),
        at_least("handoff: cycles / plain writes", throughput_ratio(loads["cycles"], loads["writes"]), 0.4),
        at_least(
            "handoff: cycles with summaries / plain writes", throughput_ratio(loads["telling"], loads["writes"]), 0.4
        ),
    ]


def _measure(service: MeasuredService, action: Act, setup: BenchmarkSetup, connections: int) -> Measurement:
    return lambda: asyncio.run(_load(service, action, setup.seconds, connections))


async def _load(service: MeasuredService, action: Act, seconds: float, connection_count: int) -> Load:
    """What the service did of these acts over so many connections, after a second that does not count."""
    async with connected(service, connection_count) as connections:
        await _drive(connections, action, 1)
        return await _drive(connections, action, seconds)


async def _drive(connections: Sequence[HttpConnection], action: Act, seconds: float) -> Load:
    """One act after the other over each connection; those that have begun in time are ended."""
    started = perf_counter()
    took_us: list[float] = []
    failed = 0

    async def work(connection: HttpConnection) -> None:
        nonlocal failed
        while (begun := perf_counter()) < started + seconds:
            if await action(connection):
                took_us.append((perf_counter() - begun) * 1e6)
            else:
                failed += 1

    await asyncio.gather(*(work(connection) for connection in connections))
    lasted = perf_counter() - started
    cuts = quantiles(took_us, n=100)
    return Load(
        requests=len(took_us),
        errors=failed,
        lost=0,
        duration_us=int(lasted * 1e6),
        latency_p50_us=int(cuts[49]),
        latency_p99_us=int(cuts[98]),
    )


def _pushes(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """How long after each acknowledged change of a handoff the consoles of its queue have heard of it."""
    acknowledged, received = asyncio.run(_listened(service, setup))
    delays = [max(0.0, at - acknowledged[key]) for at, key in _changes(received) if key in acknowledged]
    missing = len(acknowledged) * CONSOLES - len(delays)
    value = p50_p99(delays) + (f", {missing} missing" if missing else "")
    in_time = quantiles(delays, n=100)[98] < 0.250  # noqa: PLR2004 (the bar)
    return [
        ReportRow(
            name=f"handoff, change acknowledged to heard by {CONSOLES} consoles",
            value=value,
            target="p99 < 250 ms",
            met=in_time and not missing,
        )
    ]


async def _listened(service: MeasuredService, setup: BenchmarkSetup) -> tuple[Acknowledged, Heard]:
    """The changes that were made, evenly over the time, and what the consoles heard meanwhile."""
    acknowledged: Acknowledged = {}
    received: Heard = []
    async with connected(service, CONSOLES) as consoles, connected(service, 1) as (taker,):
        streams = [await console.open_stream(f"/v1/events?queue={desk.QUEUE}") for console in consoles]
        listeners = [asyncio.create_task(_listen(stream, received)) for stream in streams]
        started = perf_counter()
        for number in range(setup.seconds * setup.rounds * CYCLES_PER_S):
            await asyncio.sleep(started + number / CYCLES_PER_S - perf_counter())
            await desk.cycle(taker, _customer(number, setup), acknowledged, with_content=True)
        await asyncio.sleep(HEARD_WITHIN_S)
        for listener in listeners:
            listener.cancel()
        await asyncio.wait(listeners)
    return acknowledged, received


async def _listen(stream: AsyncIterator[bytes], received: Heard) -> None:
    async for chunk in stream:
        received.append((perf_counter(), chunk))


def _changes(received: Heard) -> Iterator[tuple[float, tuple[str, int]]]:
    """Every event that was heard: when, and of which change."""
    for at, chunk in received:
        for frame in chunk.split(b"\n\n"):
            if data := frame.partition(b"\ndata: ")[2]:
                event = _told(data)
                yield at, (event.handoff_id, event.version)


def _expiries(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """How late offers expire that do so in the same few seconds, while look-ups keep the service busy.

    All of them are withdrawn from the queue they fall back to, so that the next run finds none.
    """
    offer_count = min(EXPIRING, setup.customers)
    offered = asyncio.run(
        desk.step_all(service, ((desk.GIVE, desk.request(number, desk.IMPATIENT)) for number in range(offer_count)))
    )
    stage.wrk(service, LOOKUP, customers=setup.customers, seconds=setup.seconds + LOOKED_ON_S)
    ended = asyncio.run(desk.step_all(service, ((f"{desk.GIVE}/{one.id}/withdraw", {}) for one in offered)))
    timeout = timedelta(seconds=setup.seconds)
    offers = [one.offers[0] for one in ended]
    delays = [one.ended_at - one.offered_at - timeout for one in offers if one.end is OfferEnd.EXPIRED and one.ended_at]
    early = sum(one < timedelta() for one in delays)
    return [
        ReportRow(
            name=f"handoff, offers that expired early, of {offer_count:,} while look-ups run at full load",
            value=f"{early}",
            target="0",
            met=early == 0,
        ),
        ReportRow(
            name=f"handoff, offers that still waited when the look-ups ended, {LOOKED_ON_S} s after the last was due",
            value=f"{offer_count - len(delays)}",
        ),
        ReportRow(
            name="handoff, offer due to expire to expiring", value=p50_p99([one.total_seconds() for one in delays])
        ),
    ]


def _customer(number: int, setup: BenchmarkSetup) -> int:
    """Another customer for every number, in no order; no two of those that are at work at once."""
    return number * 7919 % setup.customers
