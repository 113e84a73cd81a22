"""`askonce report`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.insight.report.model import WeeklyReport

STATEMENT_MS = 300_000
"""A report may read all that happened in a week."""


@click.command()
@click.option("--week", help="A week of the calendar, such as 2026-W47; the last whole one unless told.")
@click.option("--format", "kind", type=click.Choice(["html", "csv"]), default="html", help="html unless told.")
@click.option("--language", type=click.Choice(["en", "de"]), default="en", help="Of the page; en unless told.")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A file; else it is printed."
)
@data_dir_option
def command(week: str | None, *, kind: str, language: str, out: Path | None, data_dir: Path | None) -> None:
    """Draw up the weekly report for sales, marketing and service.

    What customers had to say again, where they gave up, promises kept and broken, handoffs, concerns and ratings,
    beside the week before. The page needs no network and can be printed; CSV holds the same numbers. Neither has
    personal data.
    """
    from service.cli.serving.servers import run_in_rooms
    from service.insight.report.page import report_page
    from service.insight.report.table import report_table

    report = run_in_rooms(data_dir, lambda rooms: _draw_up(rooms, week))
    text = report_table(report) if kind == "csv" else report_page(report, language)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_bytes(text.encode())
    click.echo(f"{report.week.name} written to {out}", err=True)


async def _draw_up(rooms: "Rooms", name: str | None) -> "WeeklyReport":
    from zoneinfo import ZoneInfo

    from service.db.pool import Database
    from service.insight.report.report import draw_up_report
    from service.insight.report.week import last_whole_week, parse_week

    zone, now, settings = ZoneInfo(rooms.settings.time_zone), rooms.clock.now(), rooms.settings
    week = last_whole_week(zone, now) if name is None else parse_week(name, zone, now)
    database = await Database.connect(
        settings.database_url, connections=1, statement_ms=STATEMENT_MS, pooled=settings.pooled
    )
    try:
        async with database.connection() as connection:
            return await draw_up_report(connection, week, zone, now, gave_up_days=settings.gave_up_days)
    finally:
        await database.close()
