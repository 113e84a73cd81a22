"""What reading costs while what is over its limit goes: cold reads of contexts, with and without a run, by turns."""

import asyncio
import multiprocessing as mp
from hashlib import md5
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import monotonic, perf_counter
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import click

from benchmarks import services
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from service.app.retention import create_retention
from service.app.rooms import Rooms, open_rooms
from service.context.subject import query_by_customer_id
from service.db.migrate import migrate
from service.db.statements import Statements
from service.model.clock import Clock
from service.settings.environment import load_settings
from service.worker.run import INSIGHT_SHARE

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

SQL = Statements("benchmarks", "retention")

MOST_P99 = 1.5
SLICE = 2000
READERS = 2


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="Customers in the records.")
@click.option("--each", default=50, show_default=True, help="Interactions of each customer over eight years.")
@click.option("--seconds", default=10, show_default=True, help="How long each turn lasts.")
@click.option("--rounds", default=5, show_default=True, help="Turns with a run, and without.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-retention"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records are; they are used up by the runs.",
)
def command(*, customers: int, each: int, seconds: int, rounds: int, data_dir: Path) -> None:
    """Measure reads while retention runs. The first run fills in the records, which takes minutes."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with services.running_servers(data_dir) as endpoints:
        asyncio.run(_fill(endpoints.database_url, customers, each))
        environment = {"ASKONCE_DATABASE_URL": endpoints.database_url, "ASKONCE_REDIS_URL": endpoints.redis_url}
        spawn = mp.get_context("spawn")
        goes, ends, deleted = spawn.Event(), spawn.Event(), spawn.Value("q", 0)
        worker = spawn.Process(target=_work, args=(environment, goes, ends, deleted), daemon=True)
        worker.start()
        try:
            click.echo(MARKDOWN_HEADING)
            for row in asyncio.run(_measure(environment, customers, goes, deleted, seconds=seconds, rounds=rounds)):
                click.echo(markdown_line(row))
        finally:
            goes.set()
            ends.set()
            worker.join(10)


async def _fill(url: str, customers: int, each: int) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval(SQL.is_retention_filled):
            for first in range(1, customers + 1, SLICE):
                await connection.execute(SQL.insert_slice, first, min(first + SLICE - 1, customers), each)
            await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


def _work(environment: dict[str, str], goes: Event, ends: Event, deleted: "Synchronized[int]") -> None:
    """A worker that lets go while `goes` is set, at the share of its time that a worker takes."""

    async def run() -> None:
        rooms = await open_rooms(load_settings(environment), Clock())
        retention = create_retention(rooms)
        at_once = True
        while not ends.is_set():
            await asyncio.to_thread(goes.wait)
            began = monotonic()
            step = await retention.take_step(rooms.clock.now(), at_once=at_once)
            at_once = not step.more
            with deleted.get_lock():
                deleted.value += step.deleted.total()
            await asyncio.sleep((monotonic() - began) * (1 / INSIGHT_SHARE - 1))
        await rooms.close()

    asyncio.run(run())


async def _measure(
    environment: dict[str, str],
    customers: int,
    goes: Event,
    deleted: "Synchronized[int]",
    *,
    seconds: int,
    rounds: int,
) -> list[ReportRow]:
    rooms = await open_rooms(load_settings(environment), Clock())
    ids = [_customer_id(number) for number in range(1, customers + 1)]
    await _read_for(rooms, ids, seconds, seed=0)
    without, beside = [], []
    for number in range(1, rounds + 1):
        without.append(await _read_for(rooms, ids, seconds, seed=number))
        goes.set()
        beside.append(await _read_for(rooms, ids, seconds, seed=number + rounds))
        goes.clear()
    await rooms.close()
    return [
        _row("without a run", without),
        _row(f"beside a run that deletes {deleted.value / (rounds * seconds):,.0f} records/s", beside),
        _ratio_row(without, beside),
    ]


def _customer_id(number: int) -> UUID:
    named = md5(str(number).encode()).hexdigest()  # noqa: S324 (as the statement names them)
    return UUID(f"{1_700_000_000_000 + number:012x}7{named[:19]}")


async def _read_for(rooms: Rooms, ids: list[UUID], seconds: int, *, seed: int) -> list[float]:
    """How long each cold read of a context took, in milliseconds; the readers read one after the other."""
    random, took_ms, ends_at = Random(seed), [], monotonic() + seconds  # noqa: S311 (the same ones every time)

    async def read() -> None:
        while monotonic() < ends_at:
            began = perf_counter()
            await rooms.reader.loader.load_uncached(query_by_customer_id(random.choice(ids)), now=rooms.clock.now())
            took_ms.append((perf_counter() - began) * 1000)

    await asyncio.gather(*(read() for _ in range(READERS)))
    return took_ms


def _p99(took_ms: list[float]) -> float:
    return quantiles(took_ms, n=100)[98]


def _row(name: str, turns: list[list[float]]) -> ReportRow:
    p50 = median(median(one) for one in turns)
    p99 = median(_p99(one) for one in turns)
    count = sum(map(len, turns))
    return ReportRow(
        name=f"cold reads {name}", value=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms of {count:,}", target="-", met=True
    )


def _ratio_row(without: list[list[float]], beside: list[list[float]]) -> ReportRow:
    ratios = [_p99(two) / _p99(one) for one, two in zip(without, beside, strict=True)]
    ratio = median(ratios)
    return ReportRow(
        name="p99 beside a run, of that without",
        value=f"{ratio:.2f} (turns {min(ratios):.2f} to {max(ratios):.2f})",
        target=f"<= {MOST_P99}",
        met=ratio <= MOST_P99,
    )
