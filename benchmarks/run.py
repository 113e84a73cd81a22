"""Loads the records, runs the measurements that are asked for, and gives their table."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click
from msgspec import Struct
from redis import Redis

from benchmarks import channels, dataset, handoffs, overload, scenarios, services
from benchmarks.report import ReportRow
from benchmarks.scenarios import BenchmarkSetup
from service.db.statements import Statements
from service.demo import processes
from service.embedded.owner import Endpoints

LOADED_FILE = "loaded.txt"
SQL = Statements("benchmarks", "dataset")


class BenchmarkPlan(Struct, frozen=True, kw_only=True):
    """What is measured, on how much."""

    names: tuple[str, ...]
    customers: int
    interactions_per_customer: int
    few_customers: int
    seconds: int
    rounds: int
    pairs: int
    folder: Path


def run_measurements(plan: BenchmarkPlan) -> Iterator[ReportRow]:
    """The rows of every measurement that the plan names, as they are measured."""
    services.require_tools()
    with prepared_setup(plan, "large", plan.customers) as large:
        yield from _measure_sizes(large)
        if {"read", "write"} & set(plan.names):
            asyncio.run(_create_reference_database(large.endpoints))
            services.run_reference("seed", large.reference_environment(), str(plan.customers))
        for name in plan.names:
            click.echo(f"Measuring {name} ...", err=True)
            yield from _measure(name, plan, large)


def _measure(name: str, plan: BenchmarkPlan, large: BenchmarkSetup) -> list[ReportRow]:
    if name == "scale":
        with prepared_setup(plan, "small", plan.few_customers) as small:
            return scenarios.measure_scale(large, small)
    if name == "freshness":
        return scenarios.measure_freshness(large, plan.pairs)
    measures = {
        "read": scenarios.measure_reads,
        "write": scenarios.measure_writes,
        "cold": scenarios.measure_cold_reads,
        "handoff": handoffs.measure_handoffs,
        "channels": channels.measure_channels,
        "overload": overload.measure_overload,
    }
    return measures[name](large)


@contextmanager
def prepared_setup(plan: BenchmarkPlan, name: str, customers: int) -> Iterator[BenchmarkSetup]:
    """Running servers with this many customers loaded; loading is left out if an earlier run has done it."""
    folder = plan.folder / f"{name}-{customers}x{plan.interactions_per_customer}"
    folder.mkdir(parents=True, exist_ok=True)
    with services.running_servers(folder) as endpoints:
        if not (folder / LOADED_FILE).exists():
            said = _import_dataset(folder, customers, plan.interactions_per_customer)
            asyncio.run(_grant_conditions(endpoints))
            (folder / LOADED_FILE).write_text(said)
        key = processes.run_command(folder, "keys", "create", "--role", "admin", "--name", "bench")
        yield BenchmarkSetup(
            folder=folder,
            endpoints=endpoints,
            key=key,
            customers=customers,
            seconds=plan.seconds,
            rounds=plan.rounds,
        )


def _import_dataset(folder: Path, customers: int, per_customer: int) -> str:
    """The output of both imports."""
    people, events = folder / "customers.jsonl", folder / "interactions.jsonl"
    dataset.write_customers(people, customers)
    dataset.write_interactions(events, customers, per_customer, last_at=datetime.now(UTC))
    output = [
        processes.run_command(folder, "import", "customers", str(people)),
        processes.run_command(folder, "import", "interactions", str(events)),
    ]
    people.unlink()
    events.unlink()
    return "\n".join(output)


def _measure_sizes(setup: BenchmarkSetup) -> list[ReportRow]:
    """How fast the records were loaded, and what they take."""
    scenarios.fill_cache(setup)
    with Redis.from_url(setup.endpoints.redis_url) as cache:
        information: dict[str, Any] = cache.info("memory")
    interactions, size = asyncio.run(_count_stored(setup.endpoints))
    loaded = (setup.folder / LOADED_FILE).read_text().splitlines()
    return [
        *(ReportRow(name="import", value=line) for line in loaded),
        ReportRow(
            name="bytes in Redis per cached customer", value=f"{information['used_memory'] / setup.customers:,.0f}"
        ),
        ReportRow(
            name="bytes in PostgreSQL per interaction, all tables and indexes", value=f"{size / interactions:,.0f}"
        ),
    ]


async def _grant_conditions(endpoints: Endpoints) -> None:
    """Two conditions for every customer, as the references' customers have."""
    connection = await asyncpg.connect(endpoints.database_url)
    try:
        await connection.execute(SQL.grant_conditions, datetime.now(UTC))
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


async def _count_stored(endpoints: Endpoints) -> tuple[int, int]:
    """The number of interactions, and the size of the database in bytes."""
    connection = await asyncpg.connect(endpoints.database_url)
    try:
        row = await connection.fetchrow(SQL.count_interactions)
    finally:
        await connection.close()
    assert row is not None
    return row["interactions"], row["bytes"]


async def _create_reference_database(endpoints: Endpoints) -> None:
    """The references' own database."""
    connection = await asyncpg.connect(endpoints.database_url)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = 'reference'"):
            await connection.execute("CREATE DATABASE reference")
    finally:
        await connection.close()
