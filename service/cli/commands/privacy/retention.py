"""`askonce retention`."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.privacy.retention.model import CategoryCount, RetentionCategory

PREVIEW_STATEMENT_MS = 600_000


@click.command()
@click.option("--dry-run", is_flag=True, help="Delete nothing: print what of each category would go.")
@data_dir_option
def command(*, dry_run: bool, data_dir: Path | None) -> None:
    """Delete what is kept for longer than the settings say, of all customers, now.

    The worker does the same every night in small portions; run this after a period was shortened. Customers under a
    legal hold and restricted customers keep everything. Counts without persons stay, so that reports of old weeks say
    what they said. The service may go on meanwhile. Prints how much of each category went.

    With --dry-run it prints of each category the setting of its period, how many records would go, the time of the
    oldest, and how many stay because they are held.
    """
    from service.cli.serving.servers import run_in_rooms
    from service.cli.terminal import print_table

    if not dry_run:
        deleted = run_in_rooms(data_dir, _let_go)
        print_table(("category", "deleted"), [(one.value, str(n)) for one, n in sorted(deleted.items())])
        return
    counts = run_in_rooms(data_dir, _preview)
    columns = ("category", "period", "days", "would go", "oldest", "held")
    print_table(columns, [_row(one) for one in counts])


def _row(one: "CategoryCount") -> tuple[str, ...]:
    oldest = one.oldest.isoformat(timespec="seconds") if one.oldest else "-"
    days = str(one.days) if one.days else "for ever"
    return (one.category.value, one.period, days, str(one.records), oldest, str(one.held))


async def _preview(rooms: "Rooms") -> "list[CategoryCount]":
    """On a connection of its own, since it reads for longer than any request may."""
    from service.db.pool import Database
    from service.privacy.retention.preview import preview_retention

    settings = rooms.settings
    database = await Database.connect(settings.direct_url, connections=2, statement_ms=PREVIEW_STATEMENT_MS)
    try:
        async with database.connection() as connection:
            return await preview_retention(connection, settings, rooms.clock.now())
    finally:
        await database.close()


async def _let_go(rooms: "Rooms") -> "Counter[RetentionCategory]":
    from service.app.retention import create_retention
    from service.cli.customers import count_customers
    from service.cli.terminal import show_progress

    retention = create_retention(rooms)
    deleted: Counter[RetentionCategory] = Counter()
    total = await count_customers(rooms.database, merged=True)
    with show_progress("Deleting", total) as advance:
        step = await retention.take_step(rooms.clock.now(), at_once=True)
        while True:
            deleted += step.deleted
            advance(step.passed)
            if not step.more:
                return deleted
            step = await retention.take_step(rooms.clock.now())
