"""`askonce dsn`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.embedded.owner import Endpoints
    from service.settings.model import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print both addresses as one JSON object.")
@data_dir_option
def command(data_dir: Path | None, *, as_json: bool) -> None:
    """Print where PostgreSQL and the cache of the running service are, and a client's command for each.

    These are the embedded servers while `serve` runs on the data folder; else the addresses that the settings name,
    with their passwords. Starts nothing, and ends with status 1 if nothing runs.

    \b
    psql "$(askonce dsn --json | jq -r .database_url)"
    """
    from msgspec import json

    endpoints = _endpoints(load_command_settings(data_dir))
    if as_json:
        click.echo(json.encode(endpoints).decode())
        return
    click.echo(f"PostgreSQL  {endpoints.database_url}")
    click.echo(f"            psql {shlex.quote(endpoints.database_url)}")
    click.echo(f"Cache       {endpoints.redis_url}")
    click.echo(f"            {_cache_client(endpoints.redis_url)}")


def _endpoints(settings: "Settings") -> "Endpoints":
    from service.cli.serving.embedded import used_data_dir
    from service.embedded.owner import Endpoints
    from service.embedded.supervisor import join_servers
    from service.errors import ConfigurationError

    if not settings.embedded:
        return Endpoints(database_url=settings.database_url, redis_url=settings.redis_url)
    root = used_data_dir(settings)
    running = join_servers(root)
    if running is None:
        raise ConfigurationError(f"No servers run on {root}: start `askonce serve`, or name its --data-dir.")
    return running


def _cache_client(url: str) -> str:
    """The command that opens the cache; valkey-cli and redis-cli take no address of a socket."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    where = f"-s {shlex.quote(unquote(parts.path))}" if parts.scheme == "unix" else f"-u {shlex.quote(url)}"
    return f"valkey-cli {where}"
