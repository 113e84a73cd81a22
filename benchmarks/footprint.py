"""What a machine needs: memory of each process at its start and under load, and disk for so many interactions."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import asyncpg
import click

from benchmarks import dataset
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from benchmarks.services import MeasuredService, children_of, run_wrk
from service.demo import processes
from service.embedded.owner import Endpoints
from service.embedded.supervisor import start_servers

SETTLE_S = 5.0
"""Until a process that has just started, or a load that has just ended, has nothing left to do."""
MILLION = 1_000_000
Memory = dict[str, float]
"""MB by the name of a process, what it shares with others counted by halves, thirds and so on (PSS)."""


@click.command()
@click.option("--customers", default=20_000, show_default=True, help="Customers that are brought in.")
@click.option("--each", default=50, show_default=True, help="Interactions of each customer.")
@click.option("--seconds", default=30, show_default=True, help="How long each load lasts.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records lie while they are measured.",
)
def command(*, customers: int, each: int, seconds: int, folder: Path) -> None:
    """Measure memory and disk: `serve` with one process that answers, a worker, PostgreSQL and Valkey. Needs wrk."""
    with TemporaryDirectory(prefix="askonce-footprint-", dir=folder) as place, ExitStack() as stack:
        data = Path(place)
        servers = stack.enter_context(start_servers(data)).endpoints
        service, roles = stack.enter_context(running_apart(data))
        sleep(SETTLE_S)
        stages = {"at the start": memory_of(roles)}
        empty_bytes = stored_bytes(servers)
        bring_in(data, customers, each)
        bytes_each = (stored_bytes(servers) - empty_bytes) / (customers * each)
        sleep(SETTLE_S)
        stages[f"with {customers * each:,} interactions"] = memory_of(roles)
        for script in ("interactions.lua", "lookup.lua"):
            run_wrk(service, script, customers=customers, seconds=seconds)
        sleep(SETTLE_S)
        stages["after writes and look-ups at full load"] = memory_of(roles)
        folder_bytes = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
        log_bytes = sum(file.stat().st_size for file in data.rglob("pg_wal/*") if file.is_file())
    click.echo(MARKDOWN_HEADING)
    for role in roles:
        value = ", ".join(f"{memory[role]:.0f} MB {stage}" for stage, memory in stages.items())
        click.echo(markdown_line(ReportRow(name=f"memory, {role}", value=value)))
    disk = {
        "disk, records without interactions": f"{empty_bytes / 1e6:.0f} MB",
        "disk, 1,000,000 interactions, tables and indexes": f"{bytes_each * MILLION / 1e6:,.0f} MB",
        "disk, write-ahead log": f"{log_bytes / 1e6:,.0f} MB of {folder_bytes / 1e6:,.0f} MB in the data folder",
    }
    for name, value in disk.items():
        click.echo(markdown_line(ReportRow(name=name, value=value)))


@contextmanager
def running_apart(data: Path) -> Iterator[tuple[MeasuredService, dict[str, list[int]]]]:
    """What answers and what does what is due, as processes of their own, and the processes of each role."""
    me = os.getpid()
    servers = tree_of(me)[1:]
    port = processes.free_port()
    # `serve` has a launcher, which holds no records, and a process that answers.
    with processes.running_process(
        processes.command_on(data, "serve", "--port", str(port), "--no-worker", "--no-link"), {}
    ):
        url = processes.wait_until_ready(f"http://127.0.0.1:{port}", "/health/ready")
        (launcher,) = set(children_of(me)) - set(servers)
        others = set(tree_of(me))
        with processes.running_process(processes.command_on(data, "worker"), {}):
            sleep(SETTLE_S)
            roles = {
                "launcher of `serve`": [launcher],
                "each process of `serve`": [pid for pid in tree_of(launcher)[1:] if command_line(pid, "spawn_main")],
                "`worker`": [pid for pid in tree_of(me) if pid not in others and pid not in servers],
                "PostgreSQL": [pid for pid in servers if command_line(pid, "postgres")],
                "Valkey": [pid for pid in servers if command_line(pid, "valkey")],
            }
            key = processes.run_command(data, "keys", "create", "--role", "admin", "--name", "footprint")
            yield MeasuredService(url=url, key=key), roles


def bring_in(data: Path, customers: int, each: int) -> None:
    """Import these customers, and what happened to them."""
    people, events = data / "customers.jsonl", data / "interactions.jsonl"
    dataset.write_customers(people, customers)
    dataset.write_interactions(events, customers, each, last_at=datetime.now(UTC))
    for kind, file in (("customers", people), ("interactions", events)):
        processes.run_command(data, "import", kind, str(file))
        file.unlink()


def stored_bytes(servers: Endpoints) -> int:
    """What the database takes, all tables and indexes."""

    async def ask() -> int:
        connection = await asyncpg.connect(servers.database_url)
        try:
            size: int = await connection.fetchval("SELECT pg_database_size(current_database())")
            return size
        finally:
            await connection.close()

    return asyncio.run(ask())


def memory_of(roles: dict[str, list[int]]) -> Memory:
    """The memory of each role now; the processes of PostgreSQL come and go, so those of its first one are asked."""
    return {role: sum(map(pss_mb, tree_of(pids[0]) if role == "PostgreSQL" else pids)) for role, pids in roles.items()}


def pss_mb(pid: int) -> float:
    """The proportional set size of a process; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def tree_of(pid: int) -> list[int]:
    """A process and all that descend from it, the first one first."""
    return [pid, *(one for child in children_of(pid) for one in tree_of(child))]


def command_line(pid: int, word: str) -> bool:
    """Whether this word stands in the command line of a process that runs."""
    try:
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
