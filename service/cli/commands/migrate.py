"""`askonce migrate`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.db.migrate import MigrationState
    from service.settings.model import Settings


@click.command()
@click.option(
    "--list", "only_list", is_flag=True, help="Apply nothing: print every migration and the way back from it."
)
@data_dir_option
def command(data_dir: Path | None, *, only_list: bool) -> None:
    """Bring the database up to this version of askonce.

    `serve` and `worker` do this when they start; run it before them where that should be a step of its own. Prints each
    migration that was applied. Migrations go forward only. A database that a newer askonce has migrated is refused,
    unless its migrations say that this version runs on them.

    With --list it prints, in order, when each migration was applied, and the way back from it: the first version that
    runs on what it made, by the last migration that this one knows, or `backup` if no version of before does. Then it
    says on standard error whether the version that runs now may go on while the others are applied.
    """
    from service.cli.database import prepare_database
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.servers import running_servers

    beginning = Beginning.REFUSED if only_list else Beginning.WARNED
    with running_servers(load_command_settings(data_dir), beginning) as settings:
        if only_list:
            _print_migrations(settings)
            return
        applied = asyncio.run(prepare_database(settings))
    for name in applied:
        click.echo(name)
    if not applied:
        click.echo("The database is up to date.", err=True)


def _print_migrations(settings: "Settings") -> None:
    from service.cli.database import read_migrations
    from service.cli.terminal import print_table
    from service.db.migrate import list_migrations

    states = asyncio.run(read_migrations(settings))
    names = {state.number: state.name for state in states}
    print_table(
        ("migration", "applied", "way back"),
        [
            (
                state.name,
                f"{state.applied_at:%Y-%m-%d %H:%M}" if state.applied_at else "no",
                names[state.oldest_code] if state.oldest_code < state.number else "backup",
            )
            for state in states
        ],
    )
    click.echo(_advice(states, known=len(list_migrations())), err=True)


def _advice(states: "list[MigrationState]", *, known: int) -> str:
    """What an operator does next, if this version knows so many migrations."""
    applied = [state.number for state in states if state.applied_at]
    pending = [state for state in states if not state.applied_at]
    if not applied:
        return "The database is empty."
    if not pending:
        refusing = [state.name for state in states[known:] if state.oldest_code > known]
        if refusing:
            return f"This version does not run on {refusing[0]}: install a newer one, or restore the backup."
        return "This version runs on what a newer one has applied." if states[known:] else "The database is up to date."
    stopping = [state.name for state in pending if state.oldest_code > max(applied)]
    if stopping:
        return f"Make a backup and stop serve and worker before you migrate: they do not run on {stopping[0]}."
    return "serve and worker of the former version may go on while you migrate."
