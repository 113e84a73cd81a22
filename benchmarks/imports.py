"""How fast files come in, by one process and by two, next to PostgreSQL's own COPY of the same final rows."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

import asyncpg
import click
from msgspec import Struct

from benchmarks import dataset, services
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line, minimum_row
from benchmarks.services import cpu_s
from service.db.migrate import migrate
from service.db.statements import Statements
from service.demo import processes
from service.embedded.owner import Endpoints

SQL = Statements("benchmarks", "imports")

TABLES = ("conversation", "interaction", "receipt", "fact", "fact_history", "attempt")
"""What the import of interactions of known customers adds rows to, for good."""


class ImportTime(Struct, frozen=True, kw_only=True):
    """What it took to store so many interactions: time, and CPU of all processes."""

    interactions: int
    wall_s: float
    cpu_s: float

    @property
    def per_second(self) -> float:
        """Interactions stored in a second."""
        return self.interactions / self.wall_s

    @property
    def cpu_us(self) -> float:
        """CPU of an interaction, in microseconds."""
        return self.cpu_s / self.interactions * 1e6


@click.command()
@click.option("--customers", default=20_000, show_default=True, help="Customers in the files.")
@click.option("--each", default=20, show_default=True, help="Interactions of each customer.")
@click.option("--rounds", default=3, show_default=True, help="How often everything is measured; the median counts.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-import"),  # noqa: S108 (on a disk, or durability costs nothing)
    show_default=True,
    help="Where the servers keep the records while they are measured.",
)
def command(*, customers: int, each: int, rounds: int, data_dir: Path) -> None:
    """Measure `askonce import interactions` by one process and by two, and COPY of the same rows, in rounds."""
    data_dir.mkdir(parents=True, exist_ok=True)
    bench = ImportBench(data_dir, customers * each)
    dataset.write_customers(bench.people, customers)
    dataset.write_interactions(bench.events, customers, each, last_at=datetime.now(UTC))
    with services.running_servers(data_dir) as endpoints:
        measured = [bench.measure_round(endpoints) for _ in range(rounds)]
    click.echo(MARKDOWN_HEADING)
    for row in report_rows(*zip(*measured, strict=True)):
        click.echo(markdown_line(row))


def report_rows(one: Sequence[ImportTime], two: Sequence[ImportTime], copied: Sequence[ImportTime]) -> list[ReportRow]:
    """The rates, what they cost, and the ratios of each round."""
    names = {"import, one process": one, "import, two processes": two, "COPY of the same rows": copied}
    return [
        *(
            ReportRow(
                name=name,
                value=f"{median(run.per_second for run in runs):,.0f}/s, "
                f"{median(run.cpu_us for run in runs):.1f} µs of CPU each",
            )
            for name, runs in names.items()
        ),
        minimum_row("import: two processes / one", _ratio(two, one), 1.6),
        minimum_row("import: two processes / COPY", _ratio(two, copied), 0.35),
    ]


def _ratio(measured: Sequence[ImportTime], reference: Sequence[ImportTime]) -> float:
    """The median of the ratios of each round, which ran next to each other."""
    return median(ours.per_second / theirs.per_second for ours, theirs in zip(measured, reference, strict=True))


class ImportBench:
    """Files to import, and the ways to do it; every measurement has a new database."""

    def __init__(self, folder: Path, interactions: int) -> None:
        """Name the files, which are not written yet."""
        self.people, self.events = folder / "customers.jsonl", folder / "interactions.jsonl"
        self._folder = folder
        self._interactions = interactions

    def measure_round(self, endpoints: Endpoints) -> tuple[ImportTime, ImportTime, ImportTime]:
        """By one process, by two, and COPY of what two stored."""
        with new_database(endpoints, "import_one") as url:
            one = self._import(endpoints, url, 1)
        with new_database(endpoints, "import_two") as url:
            two = self._import(endpoints, url, 2)
            asyncio.run(self._dump(url))
        with new_database(endpoints, "import_copy") as url:
            asyncio.run(migrate(url))
            with self._measured() as copied:
                asyncio.run(self._copy(url))
        return one, two, copied[0]

    def _import(self, endpoints: Endpoints, url: str, count: int) -> ImportTime:
        settings = {"database_url": url, "redis_url": endpoints.redis_url}
        processes.run_command(self._folder, "import", "customers", str(self.people), **settings)
        asyncio.run(_settle(url))
        with self._measured() as took:
            processes.run_command(
                self._folder, "import", "interactions", str(self.events), "--processes", str(count), **settings
            )
        return took[0]

    @contextmanager
    def _measured(self) -> Iterator[list[ImportTime]]:
        """A list that holds what the block took as soon as it has ended."""
        took: list[ImportTime] = []
        began, spent = perf_counter(), self._cpu_s()
        yield took
        took.append(
            ImportTime(interactions=self._interactions, wall_s=perf_counter() - began, cpu_s=self._cpu_s() - spent)
        )

    def _cpu_s(self) -> float:
        """CPU of PostgreSQL, of this process and of commands that have ended."""
        usages = [getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)]
        postmaster = int((self._folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])
        return cpu_s(postmaster) + sum(usage.ru_utime + usage.ru_stime for usage in usages)

    async def _dump(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            for table in TABLES:
                rows = await connection.fetchval(SQL.select_columns, table)
                await connection.copy_from_query(rows, output=self._folder / table, format="binary")
        finally:
            await connection.close()

    async def _copy(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            for table in TABLES:
                names = await connection.fetchval(SQL.list_columns, table)
                await connection.copy_to_table(table, source=self._folder / table, columns=names, format="binary")
        finally:
            await connection.close()


@contextmanager
def new_database(endpoints: Endpoints, name: str) -> Iterator[str]:
    """The address of an empty database, which is dropped at the end of the block."""
    asyncio.run(_execute(endpoints.database_url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"))
    yield endpoints.database_url.replace("/askonce?", f"/{name}?")
    asyncio.run(_execute(endpoints.database_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _settle(url: str) -> None:
    """Let what came before cost nothing later."""
    await _execute(url, "VACUUM (ANALYZE)", "CHECKPOINT")


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
