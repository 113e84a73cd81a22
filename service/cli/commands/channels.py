"""`askonce channels`: the doors for other systems; add, list, test and remove them, and read what came once more."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app import Rooms
    from service.channels.base import Adapter, ChannelAccount, Delivery, Produced
    from service.db.pool import Connection

_FETCH_S = 10.0


@click.group()
def command() -> None:
    """Open doors for the systems you run: bots, telephone systems, mail servers, web sites.

    Each door has a name, a path to tell the other system, and a secret. docs/channels.md has a page for each kind.
    """


@command.command()
@click.argument("adapter")
@click.option("--name", required=True, help="How you call it; it becomes the source of all that comes through it.")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of the adapter, or secret=…; @FILE or @https://… for the value is read.",
)
@data_dir_option
def add(*, adapter: str, name: str, values: tuple[str, ...], data_dir: Path | None) -> None:
    """Open a door for ADAPTER and print one line of JSON: its name, path and secret.

    \b
    askonce channels add twilio --name hotline --set secret=$TWILIO_AUTH_TOKEN
    """
    from service.cli.serving.servers import transact
    from service.inbound import accounts
    from service.model.clock import Clock

    chosen = _adapter(adapter)

    async def work(connection: "Connection") -> "ChannelAccount":
        return await accounts.add(connection, chosen, name=name, values=_pairs(values), now=Clock().now())

    account = transact(data_dir, work)
    path = accounts.path_of(chosen, account)
    click.echo(json.dumps({"name": account.name, "path": path, "secret": account.secret}))


@command.command(name="list")
@data_dir_option
def list_(data_dir: Path | None) -> None:
    """Print every door there is, without its secret, and how many deliveries of it are kept."""
    from service.cli.serving.servers import transact
    from service.cli.terminal import print_table
    from service.inbound import accounts

    rows = [
        (one.name, one.adapter, f"{one.created_at:%Y-%m-%dT%H:%MZ}", str(one.payloads))
        for one in transact(data_dir, accounts.list_all)
    ]
    print_table(("name", "adapter", "created", "payloads"), rows)


@command.command()
@click.argument("name")
@data_dir_option
def remove(*, name: str, data_dir: Path | None) -> None:
    """Close a door: what it sent stays on record, deliveries kept for `reparse` are deleted."""
    from service.cli.serving.servers import transact
    from service.inbound import accounts

    transact(data_dir, lambda connection: accounts.remove(connection, name))


@command.command()
@click.argument("name")
@click.option(
    "--body",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The body of a delivery of yours, instead of the recorded ones; its signature is not checked.",
)
@click.option("--rest", default="", help="With --body: the path below the door, if the vendor uses one.")
@click.option("--content-type", default="application/json", show_default=True, help="With --body: its content type.")
@click.option("--register", is_flag=True, help="Also register what came out, as if the vendor had sent it.")
@data_dir_option
def test(*, name: str, body: Path | None, rest: str, content_type: str, register: bool, data_dir: Path | None) -> None:
    """Send recorded deliveries through the door NAME, and show what they become."""
    from service.cli.serving.servers import in_rooms

    async def work(rooms: "Rooms") -> None:
        from service.app import deliveries_of, registrar_of

        adapter, account = await _instance(rooms, name)
        deliveries = deliveries_of(rooms, registrar_of(rooms))
        for delivery, checked in _deliveries(adapter, account, body, rest, content_type):
            if checked:
                adapter.verify(delivery, account)
            produced = adapter.parse(delivery, account)
            _show([await _understood(one, rooms, account) for one in produced])
            if register:
                taken = await deliveries.take(account, produced)
                click.echo(json.dumps({"registered": taken.registered, "duplicates": taken.duplicates}))

    in_rooms(data_dir, work)


@command.command()
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="All that is kept, not only what did not go through.")
@data_dir_option
def reparse(*, name: str, everything: bool, data_dir: Path | None) -> None:
    """Read the deliveries of the door NAME that are kept once more, with the parser of this version.

    What is on record already stays as it is; what is recognised only now is registered.
    """
    from service.cli.serving.servers import in_rooms

    async def work(rooms: "Rooms") -> tuple[int, int, int]:
        from service.app import deliveries_of, registrar_of

        adapter, account = await _instance(rooms, name)
        return await deliveries_of(rooms, registrar_of(rooms)).reparse(adapter, account, untaken=not everything)

    read, registered, failed = in_rooms(data_dir, work)
    click.echo(f"{read} deliveries read: {registered} interactions registered, {failed} deliveries did not go through")


def _adapter(name: str) -> "Adapter":
    from service.channels.registry import ADAPTERS

    if name not in ADAPTERS:
        raise click.UsageError(f"There is no adapter {name!r}; there are: {', '.join(sorted(ADAPTERS))}.")
    return ADAPTERS[name]


async def _instance(rooms: "Rooms", name: str) -> tuple["Adapter", "ChannelAccount"]:
    from service.channels.registry import ADAPTERS
    from service.inbound import accounts

    async with rooms.database.connection() as connection:
        account = await accounts.find_named(connection, ADAPTERS, name)
    return ADAPTERS[account.adapter], account


def _pairs(values: Sequence[str]) -> Mapping[str, str]:
    pairs = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key:
            raise click.UsageError(f"--set takes KEY=VALUE, not {value!r}.")
        pairs[key.replace("-", "_")] = _content(text[1:]) if text.startswith("@") else text
    return pairs


def _content(place: str) -> str:
    """What a file holds, or what an https address answers now, such as the public keys of a vendor."""
    import httpx

    try:
        if place.startswith("https://"):
            return httpx.get(place, timeout=_FETCH_S).raise_for_status().text
        return Path(place).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise click.UsageError(f"{place} cannot be read: {type(error).__name__}.") from error


def _deliveries(
    adapter: "Adapter", account: "ChannelAccount", body: Path | None, rest: str, content_type: str
) -> "Sequence[tuple[Delivery, bool]]":
    """What to send, and whether it carries a signature to be checked."""
    from service.channels.base import Delivery
    from service.model.clock import Clock

    if body is None:
        samples = adapter.samples(account)
        if not samples:
            raise click.UsageError("This adapter has no recorded deliveries: give one with --body FILE.")
        return [(sample, True) for sample in samples]
    headers = {"content-type": content_type}
    return [(Delivery(raw=body.read_bytes(), headers=headers, rest=rest, received_at=Clock().now()), False)]


async def _understood(one: "Produced", rooms: "Rooms", account: "ChannelAccount") -> object:
    """What a delivery carries as people want to see it: a mail taken apart, and no key of a vendor."""
    from msgspec.structs import replace

    from service.model.mail import Mail, MailAtVendor

    if isinstance(one, Mail):
        return await rooms.mail_readers.read(one.raw, one.envelope, authserv_id=account.settings.authserv_id)
    return replace(one, api_key="…") if isinstance(one, MailAtVendor) else one


def _show(produced: "Sequence[object]") -> None:
    import msgspec

    if not produced:
        click.echo("nothing: this delivery carries no event")
    for one in produced:
        shown: dict[str, Any] = {type(one).__name__: msgspec.to_builtins(one)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
