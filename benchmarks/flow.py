"""How long the journeys of two segments take, over made-up records, through the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import asyncpg
import click
import msgspec

from benchmarks import services
from benchmarks.connection import open_connections
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from service.db.migrate import migrate
from service.db.statements import Statements
from service.demo import processes
from service.insight.flow.model import Flow

SQL = Statements("benchmarks", "flow")

TARGET_S = 3.0
EACH = 5
"""Interactions of a conversation, on average."""
CONVERSATIONS_OF_A_CUSTOMER = 4
PERIODS = {"30 days": 30, "ten years": 3652}
ROUNDS = 3
OK = 200


@click.command()
@click.option("--interactions", default=5_000_000, show_default=True, help="About how many interactions there are.")
@click.option("--days", default=365, show_default=True, help="Days over which the conversations began.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-flow"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records are kept from run to run.",
)
def command(*, interactions: int, days: int, data_dir: Path) -> None:
    """Measure how long the journeys of two segments take. The first run fills in the records, which takes minutes."""
    click.echo(MARKDOWN_HEADING)
    data_dir.mkdir(parents=True, exist_ok=True)
    with services.running_servers(data_dir) as endpoints:
        found = asyncio.run(_fill(endpoints.database_url, interactions // EACH, days))
        key = processes.run_command(data_dir, "keys", "create", "--role", "admin", "--name", "bench")
        with services.running_askonce(data_dir, key) as service:
            for name, period_days in PERIODS.items():
                took_s, matters = asyncio.run(_measure(service, period_days))
                click.echo(markdown_line(_row(f"{name} of {found:,} interactions in {days} days", took_s, matters)))


async def _fill(url: str, conversations: int, days: int) -> int:
    """How many interactions there are, once they are there."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval(SQL.count_interactions):
            now, customers = datetime.now(UTC), conversations // CONVERSATIONS_OF_A_CUSTOMER
            await connection.execute(SQL.insert_customers, customers, now)
            await connection.execute(SQL.insert_conversations, conversations, customers, days, now)
            await connection.execute(SQL.insert_interactions)
            await connection.execute("VACUUM (ANALYZE)")
        return int(await connection.fetchval(SQL.count_interactions))
    finally:
        await connection.close()


async def _measure(service: services.MeasuredService, days: int) -> tuple[float, int]:
    """The median of some rounds in seconds, infinite if one failed; and how many matters were counted."""
    start = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    took_s, matters = [], 0
    async with open_connections(service, 1) as (connection,):
        for _ in range(ROUNDS):
            began = perf_counter()
            answer = await connection.request(
                "GET", f"/v1/journeys/flow?segment=new&compare=existing&from={start}", b""
            )
            took_s.append(perf_counter() - began if answer.status == OK else float("inf"))
            if answer.status == OK:
                matters = sum(one.matters for one in msgspec.json.decode(answer.body, type=Flow).segments)
    return median(took_s), matters


def _row(name: str, took_s: float, matters: int) -> ReportRow:
    return ReportRow(
        name=f"journeys of two segments, {name}",
        value=f"{took_s:.2f} s for {matters:,} matters" if matters else "stopped, and said after how long",
        target=f"< {TARGET_S:.0f} s" if name.startswith("30 days") else "",
        met=took_s < TARGET_S if name.startswith("30 days") else None,
    )
