"""Handoffs: cycles next to plain writes, how soon the consoles hear of them, and how late their offers expire."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from statistics import quantiles
from time import perf_counter, time_ns

import msgspec
from msgspec import Struct

from benchmarks import desk, mass_expiry, services
from benchmarks.connection import LOAD_CONNECTIONS, HttpConnection, open_connections
from benchmarks.desk import AcknowledgedAt
from benchmarks.report import ReportRow, minimum_row, percentiles_text, throughput_ratio, throughput_row
from benchmarks.scenarios import LOOKUP, BenchmarkSetup, Measurement, run_in_rounds
from benchmarks.services import Load, MeasuredService
from service.handoff.model import OfferEnd

CONSOLE_COUNT = 200
CYCLES_PER_S = 5
"""While the consoles listen: 15 changes a second, each of which is sent to every console."""
DELIVERY_TIMEOUT_S = 2.0
"""An event that a console has not received so long after the last change counts as missing."""
EXPIRING_OFFERS = 2000
LOOK_UPS_AFTER_S = 3
"""How long the look-ups go on after the last offer should have expired."""

LoadAction = Callable[[HttpConnection], Awaitable[bool]]
"""One unit of a load; gives whether the service did what it was asked to."""


class QueueEvent(Struct, frozen=True, kw_only=True):
    """The data of an event of the queue; `handoff_id` is empty in those of callbacks."""

    version: int
    handoff_id: str = ""


ReceivedChunks = list[tuple[float, bytes]]
"""What the consoles were sent, each chunk with the moment at which it arrived, by perf_counter."""

_decode_event = msgspec.json.Decoder(QueueEvent).decode


def measure_handoffs(setup: BenchmarkSetup) -> list[ReportRow]:
    """The rows of handoffs, on one server process and its worker."""
    with services.running_askonce(setup.folder, setup.key) as ours:
        asyncio.run(desk.define_queues(ours, expire_after_s=setup.seconds))
        return [
            *_measure_cycles(ours, setup),
            *_measure_event_delay(ours, setup),
            *asyncio.run(mass_expiry.measure_mass_expiry(ours, setup)),
            *_measure_expiry_delay(ours, setup),
        ]


def _measure_cycles(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """Cycles and plain writes in alternating rounds, by the same client."""
    numbers, run = count(), f"handoff-{time_ns()}"

    async def cycle(connection: HttpConnection) -> bool:
        return await desk.handoff_cycle(connection, _customer_number(next(numbers), setup), {}, with_content=False)

    async def cycle_with_content(connection: HttpConnection) -> bool:
        return await desk.handoff_cycle(connection, _customer_number(next(numbers), setup), {}, with_content=True)

    async def write(connection: HttpConnection) -> bool:
        number = next(numbers)
        written = await connection.post(
            "/v1/interactions", desk.interaction_body(run, number, _customer_number(number, setup))
        )
        return written.status == 201  # noqa: PLR2004 (created)

    actions = {"cycles": cycle, "telling": cycle_with_content, "writes": write}
    measures = {name: _measurement(service, act, setup, LOAD_CONNECTIONS) for name, act in actions.items()}
    alone = {f"{name} alone": _measurement(service, actions[name], setup, 1) for name in ("cycles", "writes")}
    loads = run_in_rounds(measures | alone, setup.rounds)
    return [
        throughput_row("handoff, cycles, one desk after the other", loads["cycles alone"]),
        throughput_row("handoff, plain interaction writes, one after the other", loads["writes alone"]),
        minimum_row(
            "handoff: cycles / plain writes, one after the other",
            throughput_ratio(loads["cycles alone"], loads["writes alone"]),
            0.4,
        ),
        throughput_row("handoff, cycles of three requests: create, accept, complete", loads["cycles"]),
        throughput_row("handoff, such cycles with a summary told at either end", loads["telling"]),
        throughput_row("handoff, plain interaction writes", loads["writes"]),
        minimum_row("handoff: cycles / plain writes", throughput_ratio(loads["cycles"], loads["writes"]), 0.4),
        minimum_row(
            "handoff: cycles with summaries / plain writes", throughput_ratio(loads["telling"], loads["writes"]), 0.4
        ),
    ]


def _measurement(service: MeasuredService, action: LoadAction, setup: BenchmarkSetup, connections: int) -> Measurement:
    return lambda: asyncio.run(_run_load(service, action, setup.seconds, connections))


async def _run_load(service: MeasuredService, action: LoadAction, seconds: float, connection_count: int) -> Load:
    """What the service did of these acts over so many connections, after a second that does not count."""
    async with open_connections(service, connection_count) as connections:
        await _drive_connections(connections, action, 1)
        return await _drive_connections(connections, action, seconds)


async def _drive_connections(connections: Sequence[HttpConnection], action: LoadAction, seconds: float) -> Load:
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


def _measure_event_delay(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """The delay from each acknowledged change of a handoff to its event at the consoles of its queue."""
    acknowledged, received = asyncio.run(_collect_events(service, setup))
    delays = [max(0.0, at - acknowledged[key]) for at, key in _received_changes(received) if key in acknowledged]
    missing = len(acknowledged) * CONSOLE_COUNT - len(delays)
    value = percentiles_text(delays) + (f", {missing} missing" if missing else "")
    in_time = quantiles(delays, n=100)[98] < 0.250  # noqa: PLR2004 (the bar)
    return [
        ReportRow(
            name=f"handoff, change acknowledged to heard by {CONSOLE_COUNT} consoles",
            value=value,
            target="p99 < 250 ms",
            met=in_time and not missing,
        )
    ]


async def _collect_events(service: MeasuredService, setup: BenchmarkSetup) -> tuple[AcknowledgedAt, ReceivedChunks]:
    """The changes that were made, evenly over the time, and the events that the consoles received meanwhile."""
    acknowledged: AcknowledgedAt = {}
    received: ReceivedChunks = []
    async with open_connections(service, CONSOLE_COUNT) as consoles, open_connections(service, 1) as (taker,):
        streams = [await console.open_stream(f"/v1/events?queue={desk.QUEUE}") for console in consoles]
        listeners = [asyncio.create_task(_receive_chunks(stream, received)) for stream in streams]
        started = perf_counter()
        for number in range(setup.seconds * setup.rounds * CYCLES_PER_S):
            await asyncio.sleep(started + number / CYCLES_PER_S - perf_counter())
            await desk.handoff_cycle(taker, _customer_number(number, setup), acknowledged, with_content=True)
        await asyncio.sleep(DELIVERY_TIMEOUT_S)
        for listener in listeners:
            listener.cancel()
        await asyncio.wait(listeners)
    return acknowledged, received


async def _receive_chunks(stream: AsyncIterator[bytes], received: ReceivedChunks) -> None:
    async for chunk in stream:
        received.append((perf_counter(), chunk))


def _received_changes(received: ReceivedChunks) -> Iterator[tuple[float, tuple[str, int]]]:
    """Every event that was received: its time and its change."""
    for at, chunk in received:
        for frame in chunk.split(b"\n\n"):
            if data := frame.partition(b"\ndata: ")[2]:
                event = _decode_event(data)
                yield at, (event.handoff_id, event.version)


def _measure_expiry_delay(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """How late offers expire that do so in the same few seconds, while look-ups keep the service busy.

    All of them are withdrawn from the queue they fall back to, so that the next run finds none.
    """
    offer_count = min(EXPIRING_OFFERS, setup.customers)
    offered = asyncio.run(
        desk.post_steps(
            service,
            ((desk.HANDOFFS_PATH, desk.handoff_request(number, desk.EXPIRING_QUEUE)) for number in range(offer_count)),
        )
    )
    services.run_wrk(service, LOOKUP, customers=setup.customers, seconds=setup.seconds + LOOK_UPS_AFTER_S)
    ended = asyncio.run(desk.post_steps(service, ((f"{desk.HANDOFFS_PATH}/{one.id}/withdraw", {}) for one in offered)))
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
            name=f"handoff, offers that still waited {LOOK_UPS_AFTER_S} s after the last was due",
            value=f"{offer_count - len(delays)}",
        ),
        ReportRow(
            name="handoff, offer due to expire to expiring",
            value=percentiles_text([one.total_seconds() for one in delays]),
        ),
    ]


def _customer_number(number: int, setup: BenchmarkSetup) -> int:
    """Another customer for every number, in no order; no two of those that are at work at once."""
    return number * 7919 % setup.customers
