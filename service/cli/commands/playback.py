"""`askonce playback`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.resolution.playback.model import PlaybackState


@click.command()
@click.option("--source", help="Only this source; all sources without it.")
@click.option("--all", "everything", is_flag=True, help="Tell again what arrived already, too.")
@click.option("--dry-run", is_flag=True, help="Show how far each source was told, and send nothing.")
@data_dir_option
def command(*, source: str | None, everything: bool, dry_run: bool, data_dir: Path | None) -> None:
    """Tell sources again how their records differ from the golden records.

    A source with a webhook is told of each change by the worker, for three days while it does not answer. After a
    longer outage this sends what it did not take; one message for each customer, whatever changed meanwhile. A source
    can catch up by itself as well: GET /v1/sources/SOURCE/changes?after=SEQUENCE.
    """
    from service.cli.serving.servers import run_in_rooms

    run_in_rooms(data_dir, lambda rooms: _play_back(rooms, source, everything=everything, dry_run=dry_run))


async def _play_back(rooms: "Rooms", source: str | None, *, everything: bool, dry_run: bool) -> None:
    from service.app.worker import worker_dependencies
    from service.cli.terminal import show_progress
    from service.events.sending import webhook_client
    from service.events.transport import Resolver
    from service.identity.sources.declared import read_source
    from service.resolution.playback.changes import count_due, make_due, read_state
    from service.worker.playback import tell_sources

    if source is not None:
        async with rooms.database.connection() as connection:
            await read_source(connection, source)
    if dry_run:
        async with rooms.database.connection() as connection:
            _show(await read_state(connection, source))
        return
    async with rooms.database.transaction() as connection:
        due = await make_due(connection, source, everything=everything, now=rooms.clock.now())
    allow_private = rooms.settings.webhook_allow_private
    async with webhook_client(Resolver(), allow_private=allow_private) as client:
        with show_progress("Telling sources", due) as advance:
            sources = None if source is None else [source]
            while await tell_sources(worker_dependencies(rooms), client, asyncio.Event(), sources=sources):
                async with rooms.database.connection() as connection:
                    left = await count_due(connection, source, rooms.clock.now())
                advance(due - left)
                due = left
    async with rooms.database.connection() as connection:
        _show(await read_state(connection, source))


def _show(states: list["PlaybackState"]) -> None:
    if not states:
        click.echo("No source has anything to learn.")
    for one in states:
        click.echo(f"{one.source}: {one.told} told, {one.waiting} waiting, {one.failed} failed, {one.untold} untold.")
        for failure in one.failures:
            click.echo(f"  {failure}")
