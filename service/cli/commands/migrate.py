"""`askonce migrate`."""

import asyncio
from pathlib import Path

import click

from service.cli.options import data_dir_option, load_command_settings


@click.command()
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Bring the database up to this version of askonce.

    `serve` and `worker` do this when they start; run it before them where that should be a step of its own. Prints each
    migration that was applied. Migrations go forward only.
    """
    from service.cli.database import prepare_database
    from service.cli.serving.servers import running_servers

    with running_servers(load_command_settings(data_dir)) as settings:
        applied = asyncio.run(prepare_database(settings))
    for name in applied:
        click.echo(name)
    if not applied:
        click.echo("The database is up to date.", err=True)
