"""Ten thousand offers that expire in one second: how soon all are followed up, and what desks notice meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from statistics import quantiles
from time import perf_counter

import asyncpg
import msgspec

from benchmarks import desk
from benchmarks.connection import HttpConnection, open_connections
from benchmarks.dataset import customer_phone
from benchmarks.report import ReportRow, maximum_row
from benchmarks.scenarios import BenchmarkSetup
from benchmarks.services import MeasuredService
from service.db.change import SYSTEM_KEY_ID
from service.db.statements import Statements

SQL = Statements("benchmarks", "mass_expiry")

OFFER_COUNT = 10_000
TARGET_DRAIN_S = 30.0
DESKS = 8
DESK_PAUSE_S = 0.05
"""Between two look-ups of one desk."""
BASELINE_S = 10.0
POLL_S = 0.5
MAX_POLLS = 240


async def measure_mass_expiry(service: MeasuredService, setup: BenchmarkSetup) -> list[ReportRow]:
    """The rows of the mass expiry, on a running service with defined queues."""
    database = await asyncpg.connect(setup.endpoints.database_url)
    try:
        async with open_connections(service, DESKS) as desks:
            baseline_until = perf_counter() + BASELINE_S
            baseline = await _measure_look_ups(desks, setup, lambda: perf_counter() < baseline_until)
            await database.execute(SQL.delete_expiring_offers)
            now = datetime.now(UTC)
            await database.execute(SQL.create_expiring_offers, now, OFFER_COUNT, desk.EXPIRING_QUEUE, SYSTEM_KEY_ID)
            began = perf_counter()
            draining = asyncio.create_task(_wait_until_drained(database, now))
            busy = await _measure_look_ups(desks, setup, lambda: not draining.done())
            left, took_s = await draining, perf_counter() - began
        await database.execute(SQL.delete_expiring_offers)
    finally:
        await database.close()
    return [
        ReportRow(
            name=f"handoff, {OFFER_COUNT:,} offers that expire in one second, until all are followed up",
            value=f"{took_s:.1f} s" + (f", {left} left" if left else ""),
            target=f"<= {TARGET_DRAIN_S:.0f} s",
            met=took_s <= TARGET_DRAIN_S and not left,
        ),
        ReportRow(
            name="handoff, p99 of look-ups by desks meanwhile",
            value=f"{_p99(busy):.1f} ms, before {_p99(baseline):.1f} ms",
        ),
        maximum_row("handoff: p99 of look-ups meanwhile / before", _p99(busy) / _p99(baseline), 2),
    ]


async def _wait_until_drained(database: "asyncpg.Connection[asyncpg.Record]", due_at: datetime) -> int:
    """Wait until all offers are followed up; gives how many are not when patience ends."""
    for _ in range(MAX_POLLS):
        left = await database.fetchval(SQL.count_open_offers, due_at)
        if not left:
            break
        await asyncio.sleep(POLL_S)
    return int(left)


async def _measure_look_ups(
    desks: Sequence[HttpConnection], setup: BenchmarkSetup, keep_going: Callable[[], bool]
) -> list[float]:
    """How long each look-up took, in milliseconds; every desk asks, waits a moment, and asks again."""
    numbers, took_ms = count(), list[float]()

    async def work(one: HttpConnection) -> None:
        while keep_going():
            identity = {"kind": "phone", "value": customer_phone(next(numbers) * 7919 % setup.customers)}
            began = perf_counter()
            await one.post("/v1/context/lookup", msgspec.json.encode({"identity": identity}))
            took_ms.append((perf_counter() - began) * 1000)
            await asyncio.sleep(DESK_PAUSE_S)

    await asyncio.gather(*(work(one) for one in desks))
    return took_ms


def _p99(took_ms: Sequence[float]) -> float:
    return quantiles(took_ms, n=100)[98]
