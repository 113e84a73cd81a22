"""`askonce rebuild`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms


@click.command()
@click.argument("customers", metavar="[CUSTOMER_ID]...", nargs=-1, type=click.UUID)
@click.option("--identities", is_flag=True, help="Instead, bring stored identities to the spelling of this version.")
@data_dir_option
def command(customers: Sequence[UUID], *, identities: bool, data_dir: Path | None) -> None:
    """Fill the cache with the views of these customers, or of all.

    The service does not need this: it renders what is not cached on the first request. Run it after a restart of Redis,
    so that the first requests do not wait. Views that are written to meanwhile stay correct.

    With --identities it changes records and fills no cache: identities that an earlier version stored in another
    spelling, such as a telephone number of an old numbering plan, are found again. Run it once after an upgrade that
    says so. Two customers that have one identity now are named, and are merged by a person or not at all.
    """
    from service.cli.serving.servers import run_in_rooms

    if identities:
        if customers:
            raise click.UsageError("--identities is for all customers: name none.")
        click.echo(run_in_rooms(data_dir, _respell_identities))
    else:
        click.echo(f"{run_in_rooms(data_dir, lambda rooms: _rebuild_views(rooms, customers))} customers cached")


async def _respell_identities(rooms: "Rooms") -> str:
    from service.identity.respell import respell_identities

    changed = shared = 0
    region, now = rooms.settings.default_region, rooms.clock.now()
    async for respelled in respell_identities(rooms.database, region=region, now=now):
        changed += respelled.change is not None
        if respelled.change is not None:
            await rooms.drop_views([respelled.change.customer_id])
        if respelled.sharing is not None:
            shared += 1
            click.echo("{} and {} have the same identity".format(*respelled.sharing), err=True)
    return f"{changed} identities respelled, {shared} that two customers have"


async def _rebuild_views(rooms: "Rooms", customers: Sequence[UUID]) -> int:
    """Cache the views; gives how many customers are cached."""
    from service.cli.customers import for_each_batch
    from service.context.maintenance import rebuild_cache

    stored = 0

    async def some(customer_ids: Sequence[UUID]) -> None:
        nonlocal stored
        now_stored = await rebuild_cache(rooms.reader, customer_ids, now=rooms.clock.now())
        stored += now_stored

    await for_each_batch(rooms, customers, some, title="Rebuilding")
    return stored
