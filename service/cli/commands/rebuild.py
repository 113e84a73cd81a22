"""`askonce rebuild`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app import Rooms


@click.command()
@click.argument("customers", metavar="[CUSTOMER_ID]...", nargs=-1, type=click.UUID)
@data_dir_option
def command(customers: Sequence[UUID], data_dir: Path | None) -> None:
    """Fill the cache with the views of these customers, or of all.

    The service does not need this: it renders what is not cached on the first request. Run it after a restart of Redis,
    so that the first requests do not wait. Views that are written to meanwhile stay correct.
    """
    from service.cli.customers import for_each_batch
    from service.cli.serving.servers import run_in_rooms
    from service.context.maintenance import rebuild_cache

    async def rebuild_views(rooms: "Rooms") -> int:
        stored = 0

        async def some(customer_ids: Sequence[UUID]) -> None:
            nonlocal stored
            now_stored = await rebuild_cache(rooms.reader, customer_ids, now=rooms.clock.now())
            stored += now_stored

        await for_each_batch(rooms, customers, some, title="Rebuilding")
        return stored

    click.echo(f"{run_in_rooms(data_dir, rebuild_views)} customers cached")
