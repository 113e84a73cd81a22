"""How fast matching is: pairs by themselves, all customers at once, and one record while a customer waits."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time

import asyncpg
import click

from benchmarks import services
from benchmarks.identity.direct import candidate_pairs, create_weigher
from benchmarks.identity.files import Row, write_rows
from benchmarks.identity.memory import run_and_watch
from benchmarks.identity.normal import normal_forms, to_input
from benchmarks.identity.people import make_query, make_records
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.demo import processes
from service.identity.matching.keys import match_keys
from service.identity.matching.profile import profile
from service.identity.normal.record import normal_record
from service.resolution.matches.candidates import choose_candidates, read_holders
from service.resolution.matches.check import check_record

SQL = Statements("benchmarks.identity", "speed")

REGION = "DE"
PAIRS_OF = 20_000
"""Records of which pairs are weighed."""
MAX_PAIRS = 300_000
TARGET_PAIRS_PER_S = 100_000
TARGET_P50_MS, TARGET_P99_MS = 3.0, 25.0
TARGET_FOUND = 0.97
TARGET_BULK_S, TARGET_MB = 300.0, 1024
TARGET_CUSTOMERS = 1_000_000
RECORDS_OF_A_PERSON = 2
LOADED_FILE = "loaded"
WARM_UP = 200
"""Checks that do not count."""


def measure_pairs() -> Iterator[ReportRow]:
    """Preparing, and levels with their score, on one core."""
    rows = [made.row for made in make_records(PAIRS_OF // 4, each=4)]
    began = process_time()
    records = normal_forms(rows, REGION)
    profiles = [profile(record) for record in records]
    keys = sum(len(match_keys(record)) for record in records)
    each_us = (process_time() - began) / len(rows) * 1e6
    yield ReportRow(
        name="normal form, profile and keys of a record", value=f"{each_us:.0f} µs for {keys / len(rows):.1f} keys"
    )
    pairs = list(islice(candidate_pairs(records), MAX_PAIRS))
    weigher = create_weigher(records, profiles)
    began = process_time()
    for a, b in pairs:
        weigher.weigh(profiles[a], profiles[b])
    rate = len(pairs) / (process_time() - began)
    yield ReportRow(
        name=f"levels and score of {len(pairs):,} pairs, one core",
        value=f"{rate:,.0f}/s",
        target=f">= {TARGET_PAIRS_PER_S:,}/s",
        met=rate >= TARGET_PAIRS_PER_S,
    )


def measure_service(folder: Path, customers: int, checks: int) -> Iterator[ReportRow]:
    """Loading, resolving and checking; the first run loads, which takes long, and each run resolves anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with services.running_servers(folder) as endpoints:
        if not (folder / LOADED_FILE).exists():
            yield _load(folder, customers)
        asyncio.run(_forget_matches(endpoints.database_url))
        yield _resolve(folder, customers)
        yield from asyncio.run(_check_all(endpoints.database_url, customers, checks))


def _load(folder: Path, customers: int) -> ReportRow:
    file = folder / "records.csv"
    persons = customers // RECORDS_OF_A_PERSON
    write_rows(file, [made.row for made in make_records(persons, each=RECORDS_OF_A_PERSON)])
    began = perf_counter()
    processes.run_command(folder, "import", "records", str(file))
    took_s = perf_counter() - began
    file.unlink()
    (folder / LOADED_FILE).touch()
    return ReportRow(name=f"import of {customers:,} records", value=f"{took_s:,.0f} s, {customers / took_s:,.0f}/s")


def _resolve(folder: Path, customers: int) -> ReportRow:
    took_s, peak_mb = run_and_watch("resolve", "--data-dir", str(folder))
    target_s = TARGET_BULK_S * customers / TARGET_CUSTOMERS
    return ReportRow(
        name=f"askonce resolve, {customers:,} customers",
        value=f"{took_s:,.0f} s, its processes at most {peak_mb:,.0f} MB",
        target=f"<= {target_s:,.0f} s, <= {TARGET_MB:,} MB",
        met=took_s <= target_s and peak_mb <= TARGET_MB,
    )


async def _forget_matches(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(SQL.forget_matches)
    finally:
        await connection.close()


async def _check_all(url: str, customers: int, checks: int) -> list[ReportRow]:
    """Checks one after the other over one connection, so that one core at a time works: askonce or PostgreSQL."""
    persons = customers // RECORDS_OF_A_PERSON
    random = Random(1)  # noqa: S311 (the same ones every time are wanted)
    asked = [random.randrange(persons) for _ in range(checks + WARM_UP)]
    database = await Database.connect(url, connections=2)
    try:
        async with database.connection() as connection:
            await connection.execute("VACUUM (ANALYZE)")
            took_ms, met = [], []
            for person in asked:
                row = make_query(person, RECORDS_OF_A_PERSON)
                began = perf_counter()
                await check_record(connection, to_input(row), region=REGION)
                took_ms.append((perf_counter() - began) * 1000)
                met.append(await _meets(connection, row, person))
    finally:
        await database.close()
    return _check_rows(customers, took_ms[WARM_UP:], [one for one in met if one is not None])


async def _meets(connection: Connection, row: Row, person: int) -> bool | None:
    """Whether a customer of this person is among the candidates; None if the record has nothing to match by."""
    keys = match_keys(normal_record(to_input(row), REGION))
    if not keys:
        return None
    candidates = choose_candidates(keys, await read_holders(connection, keys))
    ids = [f"{person}-{number}" for number in range(RECORDS_OF_A_PERSON)]
    return bool(await connection.fetchval(SQL.is_one_of, ids, candidates))


def _check_rows(customers: int, took_ms: Sequence[float], met: Sequence[bool]) -> list[ReportRow]:
    cuts = quantiles(took_ms, n=100)
    share = sum(met) / max(len(met), 1)
    return [
        ReportRow(
            name=f"check of one record against {customers:,} customers",
            value=f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms of {len(took_ms):,}",
            target=f"p50 <= {TARGET_P50_MS:g} ms, p99 <= {TARGET_P99_MS:g} ms",
            met=cuts[49] <= TARGET_P50_MS and cuts[98] <= TARGET_P99_MS,
        ),
        ReportRow(
            name="the true customer among the candidates",
            value=f"{share:.4f} of {len(met):,}",
            target=f">= {TARGET_FOUND}",
            met=share >= TARGET_FOUND,
        ),
    ]


@click.command()
@click.option("--customers", default=TARGET_CUSTOMERS, show_default=True, help="Customers, of one record each.")
@click.option("--checks", default=2000, show_default=True, help="Records that are checked against them.")
@click.option("--pairs-only", is_flag=True, help="Measure what needs no servers.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-identity"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records are kept from run to run.",
)
def command(*, customers: int, checks: int, pairs_only: bool, data_dir: Path) -> None:
    """Measure how fast matching is, on made-up records. The first run imports them, which takes long."""
    click.echo(MARKDOWN_HEADING)
    for row in measure_pairs():
        click.echo(markdown_line(row))
    if not pairs_only:
        for row in measure_service(data_dir / f"{customers}", customers, checks):
            click.echo(markdown_line(row))
