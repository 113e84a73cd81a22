"""`askonce keys`: make, list and revoke keys of the API."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option
from service.model.vocabulary import Role

if TYPE_CHECKING:
    from service.db.pool import Connection


@click.group()
def command() -> None:
    """Make, list and revoke keys of the API.

    Callers send a key as `Authorization: Bearer KEY`. Its role decides what it may do.
    """


@command.command()
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What the key may do.")
@click.option("--name", required=True, help="Who will use it: it stands in the audit of reads and changes.")
@click.option("--queue", help="The queue that the key serves: needed for the role partner, allowed for bot and store.")
@click.option("--store", help="The shop that a key of the role store stands in.")
@click.option("--space", help="What keys of one space register counts once: the sources are theirs.  [default: NAME]")
@click.option("--days", type=click.IntRange(1), help="The key ends after so many days.  [default: never]")
@data_dir_option
def create(
    *,
    role: str,
    name: str,
    queue: str | None,
    store: str | None,
    space: str | None,
    days: int | None,
    data_dir: Path | None,
) -> None:
    """Make a key and print it, alone and this once: askonce keeps only its hash.

    \b
    KEY=$(askonce keys create --role channel --name web-shop)
    """
    from service.access.keys import create_key
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    async def create_in_transaction(connection: "Connection") -> str:
        now = Clock().now()
        expires_at = now + timedelta(days=days) if days else None
        return await create_key(
            connection,
            role=Role(role),
            name=name,
            now=now,
            queue=queue,
            store=store,
            space=space,
            expires_at=expires_at,
        )

    click.echo(run_in_transaction(data_dir, create_in_transaction, Beginning.WARNED))


@command.command(name="list")
@data_dir_option
def list_(data_dir: Path | None) -> None:
    """Print every key there is or was, without its secret, the oldest first."""
    from service.access.keys import list_keys
    from service.cli.serving.servers import run_in_transaction
    from service.cli.terminal import print_table

    rows = [
        (
            str(key.key_id), key.role, key.name, key.queue or "-", key.store or "-", key.space or "-",
            _minute_text(key.created_at), _minute_text(key.expires_at), _minute_text(key.revoked_at),
        )
        for key in run_in_transaction(data_dir, list_keys)
    ]  # fmt: skip
    print_table(("id", "role", "name", "queue", "store", "space", "created", "ends", "revoked"), rows)


@command.command()
@click.argument("key", metavar="ID_OR_NAME")
@data_dir_option
def revoke(key: str, data_dir: Path | None) -> None:
    """Revoke the keys with this id or name: every process refuses them within two seconds. Prints their ids."""
    from service.access.keys import revoke_key
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    revoked = run_in_transaction(data_dir, lambda connection: revoke_key(connection, key, Clock().now()))
    if not revoked:
        raise click.ClickException(f"No key in force has the id or name {key!r}; `askonce keys list` shows them all.")
    for key_id in revoked:
        click.echo(key_id)


def _minute_text(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}" if at else "-"
