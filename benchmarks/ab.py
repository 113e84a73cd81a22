"""Compares two checkouts of askonce: CPU of all processes for each request, in alternating rounds of one run.

Each checkout serves its own records on its own embedded servers, with its own code and schema. CPU is steadier than
wall time on a shared machine, and the median of the rounds' ratios leaves out what else the machine did.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from statistics import median
from time import monotonic

import asyncpg
import click
import httpx
from msgspec import Struct

from benchmarks import dataset
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from benchmarks.scenarios import cache_kept_empty
from benchmarks.services import ROOT, SCRIPTS, cpu_s, require_tools
from service.db.statements import Statements
from service.demo.processes import clean_environment, free_port, wait_until_ready
from service.model.clock import Clock

LOADS = {
    "look-up, 32 connections": ("lookup.lua", 32),
    "cold look-up, 1 connection": ("lookup.lua", 1),
    "cold look-up, 32 connections": ("lookup.lua", 32),
    "write, 1 connection": ("interactions.lua", 1),
    "write, 32 connections": ("interactions.lua", 32),
    "handoff, 1 connection": ("handoffs.lua", 1),
    "handoff, 32 connections": ("handoffs.lua", 32),
}
EACH = 10
QUEUE = '{"title":"Bench","calendar":{"time_zone":"UTC","hours":"24/7"},"offer_timeout_s":3600}'
SETTLE_S = 4.0
"""What follows the commits is mostly done within it, so that both checkouts are counted for the same time."""
POLL_S = 0.25
CATCH_UP_S = 300.0
"""So long it is waited at most until what follows the commits has caught up; the first run counts all ways."""
SQL = Statements("benchmarks", "ab")


class Checkout(Struct, frozen=True, kw_only=True):
    """A running service of one checkout: address, admin key, the process that owns all others, cache, sockets."""

    url: str
    key: str
    pid: int
    cache_url: str
    sockets: Path


class Sample(Struct, frozen=True, kw_only=True):
    """What one load took: CPU of all processes in µs and write-ahead log for each request, and the median latency."""

    cpu_us: float
    wal_bytes: float
    latency_p50_us: int


@click.command()
@click.argument("other", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--customers", default=2000, show_default=True, help="Customers in the records of each checkout.")
@click.option("--seconds", default=4, show_default=True, help="How long each load lasts.")
@click.option("--rounds", default=5, show_default=True, help="How often each load runs on each checkout.")
@click.option("--load", "loads", multiple=True, type=click.Choice(list(LOADS)), help="Only these loads.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-ab"),  # noqa: S108 (on a disk, or durability costs nothing)
    show_default=True,
)
def command(other: Path, *, customers: int, seconds: int, rounds: int, loads: tuple[str, ...], data_dir: Path) -> None:
    """Compare this checkout with the one in the folder OTHER, such as `git worktree add ../before COMMIT` makes it."""
    require_tools()
    with ExitStack() as stack:
        here, there = (
            stack.enter_context(serving(tree.resolve(), data_dir / name, customers))
            for name, tree in (("here", ROOT), ("there", other))
        )
        for each in (here, there):
            asyncio.run(catch_up(each))  # of what was loaded
        click.echo(MARKDOWN_HEADING)
        for name in loads or LOADS:
            script, connections = LOADS[name]
            is_cold = name.startswith("cold")
            pairs = [
                (
                    sample(here, script, connections, customers, seconds, is_cold=is_cold),
                    sample(there, script, connections, customers, seconds, is_cold=is_cold),
                )
                for _ in range(rounds)
            ]
            click.echo(markdown_line(_row(name, pairs)))


def _row(name: str, pairs: list[tuple[Sample, Sample]]) -> ReportRow:
    cpu = median(here.cpu_us / there.cpu_us for here, there in pairs)
    p50 = median(here.latency_p50_us / there.latency_p50_us for here, there in pairs)
    spent = median(here.cpu_us for here, _ in pairs)
    value = f"CPU {cpu:.3f}, p50 {p50:.3f}; here {spent:,.0f} µs of CPU a request"
    if logged := median(there.wal_bytes for _, there in pairs):
        written = median(here.wal_bytes for here, _ in pairs)
        value += f", {written:,.0f} bytes of write-ahead log ({written / logged:.2f})"
    return ReportRow(name=name, value=value)


@contextmanager
def serving(tree: Path, folder: Path, customers: int) -> Iterator[Checkout]:
    """The service of a checkout on records of its own, which the first run loads."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    running = subprocess.Popen(  # noqa: S603
        _askonce(folder, "serve", "--port", str(port)), cwd=tree, env=_environment(), stdout=subprocess.DEVNULL
    )
    try:
        url = wait_until_ready(f"http://127.0.0.1:{port}", "/health/ready")
        key = _ask(tree, folder, "keys", "create", "--role", "admin", "--name", "ab")
        _load(tree, folder, customers)
        _make_queue(url, key)
        sockets = folder / "data/run"
        checkout = Checkout(
            url=url, key=key, pid=running.pid, cache_url=f"unix://{sockets / 'valkey.sock'}", sockets=sockets
        )
        yield checkout
    finally:
        running.terminate()
        running.wait()


def _load(tree: Path, folder: Path, customers: int) -> None:
    people, events, loaded = folder / "customers.jsonl", folder / "interactions.jsonl", folder / f"loaded-{customers}"
    if not loaded.exists():
        dataset.write_customers(people, customers)
        dataset.write_interactions(events, customers, EACH, last_at=Clock().now())
        _ask(tree, folder, "import", "customers", str(people))
        _ask(tree, folder, "import", "interactions", str(events))
        loaded.touch()


def _make_queue(url: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    httpx.put(f"{url}/v1/queues/bench", content=QUEUE, headers=headers).raise_for_status()


def _askonce(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "service.cli.main", *arguments, "--data-dir", str(folder / "data")]


def _environment() -> dict[str, str]:
    return {name: value for name, value in clean_environment({}).items() if name != "PYTHONDONTWRITEBYTECODE"}


def _ask(tree: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        _askonce(folder, *arguments), cwd=tree, env=_environment(), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def sample(
    service: Checkout, script: str, connections: int, customers: int, seconds: int, *, is_cold: bool = False
) -> Sample:
    """One load on one checkout, which is counted until all work that follows the commits has caught up."""
    before, logged = cpu_s(service.pid), asyncio.run(read_number(service, SQL.count_log_bytes))
    with cache_kept_empty(service.cache_url) if is_cold else nullcontext():
        done = subprocess.run(  # noqa: S603
            [
                *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"),
                *("-s", str(SCRIPTS / script), service.url),
            ],
            check=True,
            capture_output=True,
            text=True,
            env=clean_environment({"BENCH_API_KEY": service.key, "BENCH_CUSTOMERS": str(customers)}),
        )
    asyncio.run(catch_up(service))
    load = json.loads(done.stdout.splitlines()[-1])
    if load["errors"] or load["lost"]:
        raise click.ClickException(f"{script}: {load['errors']} errors, {load['lost']} requests without an answer.")
    spent, written = cpu_s(service.pid) - before, asyncio.run(read_number(service, SQL.count_log_bytes)) - logged
    requests = load["requests"]
    return Sample(cpu_us=spent / requests * 1e6, wal_bytes=written / requests, latency_p50_us=load["latency_p50_us"])


async def read_number(service: Checkout, query: str) -> int:
    """The whole number that a query of the checkout's database gives."""
    connection = await asyncpg.connect(host=str(service.sockets), user="postgres", database="askonce")
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


async def catch_up(service: Checkout) -> None:
    """Wait until all that follows the commits has been done. ClickException if it does not."""
    await asyncio.sleep(SETTLE_S)
    ends_at = monotonic() + CATCH_UP_S
    connection = await asyncpg.connect(host=str(service.sockets), user="postgres", database="askonce")
    try:
        while await _count_waiting(connection):
            if monotonic() > ends_at:
                raise click.ClickException("What follows the commits does not catch up.")
            await asyncio.sleep(POLL_S)
    finally:
        await connection.close()


async def _count_waiting(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    try:
        return int(await connection.fetchval(SQL.count_waiting))
    except asyncpg.UndefinedTableError:
        return int(await connection.fetchval(SQL.count_untold))
