"""`askonce agents`: accounts of the people who use the console."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option
from service.model.vocabulary import AgentRole

if TYPE_CHECKING:
    from service.db.pool import Connection

LOCAL_URL = "http://127.0.0.1:8080"
"""Where `askonce serve` listens unless it is told otherwise."""
role_choice = click.Choice([role.value for role in AgentRole])


@click.group()
def command() -> None:
    """Make, list, change and disable accounts of agents, who sign in to the console.

    Each prints or takes the agent's name. A link signs in once, and then asks for a password.
    """


@command.command()
@click.option("--name", required=True, help="The agent's name, which they sign in by and which records show.")
@click.option("--role", required=True, type=role_choice, help="What the agent may do.")
@click.option("--queue", "queues", multiple=True, help="A queue that the agent works in; give it once for each.")
@data_dir_option
def create(name: str, role: str, queues: tuple[str, ...], data_dir: Path | None) -> None:
    """Make an account and print a link, alone and this once, that signs its agent in.

    \b
    askonce agents create --name jana.koehler --role agent --queue support --queue repairs
    """
    from service.access.accounts.accounts import create_account
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    async def create_in_transaction(connection: "Connection") -> str:
        await create_account(connection, name=name, role=AgentRole(role), queues=queues, now=Clock().now())
        return await _create_link(connection, name)

    click.echo(run_in_transaction(data_dir, create_in_transaction, Beginning.WARNED))


@command.command()
@click.argument("name")
@data_dir_option
def link(name: str, data_dir: Path | None) -> None:
    """Print a new link that signs an agent in once and asks for a new password; the one before ends."""
    from service.cli.serving.servers import run_in_transaction

    click.echo(run_in_transaction(data_dir, lambda connection: _create_link(connection, name)))


@command.command(name="list")
@data_dir_option
def list_(data_dir: Path | None) -> None:
    """Print every account there is, by name."""
    from service.access.accounts.accounts import list_accounts
    from service.cli.serving.servers import run_in_transaction
    from service.cli.terminal import print_table

    rows = [
        (
            account.name, account.role, ",".join(account.queues) or "-", _signs_in_by(account.has_password,
            account.oidc_subject), f"{account.created_at:%Y-%m-%dT%H:%MZ}",
            f"{account.disabled_at:%Y-%m-%dT%H:%MZ}" if account.disabled_at else "-",
        )
        for account in run_in_transaction(data_dir, list_accounts)
    ]  # fmt: skip
    print_table(("name", "role", "queues", "signs in by", "created", "disabled"), rows)


@command.command()
@click.argument("name")
@click.option("--role", type=role_choice, help="What the agent may do.  [default: as before]")
@click.option("--queue", "queues", multiple=True, help="The queues instead of those before; give it once for each.")
@click.option("--no-queue", is_flag=True, help="The agent works in no queue any more.")
@data_dir_option
def change(name: str, role: str | None, queues: tuple[str, ...], data_dir: Path | None, *, no_queue: bool) -> None:
    """Give an agent another role, which signs them out everywhere, or other queues."""
    from service.access.accounts.accounts import change_account
    from service.cli.serving.servers import run_in_transaction

    given_role = AgentRole(role) if role else None
    given_queues = queues if queues or no_queue else None
    run_in_transaction(
        data_dir, lambda connection: change_account(connection, name, role=given_role, queues=given_queues)
    )


@command.command()
@click.argument("name")
@data_dir_option
def disable(name: str, data_dir: Path | None) -> None:
    """Sign an agent out everywhere at once, and let them sign in no more."""
    from service.access.accounts.accounts import disable_account
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    run_in_transaction(data_dir, lambda connection: disable_account(connection, name, Clock().now()))


@command.command()
@click.argument("name")
@data_dir_option
def enable(name: str, data_dir: Path | None) -> None:
    """Let a disabled agent sign in again, as before."""
    from service.access.accounts.accounts import enable_account
    from service.cli.serving.servers import run_in_transaction

    run_in_transaction(data_dir, lambda connection: enable_account(connection, name))


async def _create_link(connection: "Connection", name: str) -> str:
    from datetime import timedelta

    from service.access.accounts.links import create_link, link_url
    from service.model.clock import Clock
    from service.settings.environment import load_settings

    settings = load_settings(os.environ)
    valid = timedelta(hours=settings.sign_in_link_hours)
    token = await create_link(connection, name, now=Clock().now(), valid=valid)
    return link_url(settings.public_url or LOCAL_URL, token)


def _signs_in_by(has_password: bool, oidc_subject: str | None) -> str:
    if oidc_subject is not None:
        return "provider"
    return "password" if has_password else "link"
