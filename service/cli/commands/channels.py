"""`askonce channels`: the doors for other systems; add, list, test and remove them, and read what came once more."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.channels.base import Adapter, ChannelAccount, Delivery, DoorOutput
    from service.db.pool import Connection
    from service.inbound.delivery_log import ChannelDelivery

_FETCH_TIMEOUT_S = 10.0
_WATCH_INTERVAL_S = 1.0
_WATCHED_AT_ONCE = 200
_BEFORE_ALL = UUID(int=0)


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
    help="A setting of the adapter, or secret=…; @FILE or @https://… for the value is read; @@ is an @.",
)
@data_dir_option
def add(*, adapter: str, name: str, values: tuple[str, ...], data_dir: Path | None) -> None:
    """Open a door for ADAPTER and print one line of JSON: its name, path and secret.

    \b
    askonce channels add twilio --name hotline --set secret=$TWILIO_AUTH_TOKEN
    """
    from service.cli.serving.embedded import Beginning
    from service.cli.serving.servers import run_in_transaction
    from service.inbound import accounts
    from service.model.clock import Clock

    channel_adapter = _find_adapter(adapter)

    async def add_account(connection: "Connection") -> "ChannelAccount":
        return await accounts.add_account(
            connection, channel_adapter, name=name, values=_parse_settings(values), now=Clock().now()
        )

    account = run_in_transaction(data_dir, add_account, Beginning.WARNED)
    path = accounts.delivery_path(channel_adapter, account)
    click.echo(json.dumps({"name": account.name, "path": path, "secret": account.secret}))


@command.command(name="list")
@data_dir_option
def list_(data_dir: Path | None) -> None:
    """Print every door there is, without its secret, and how many deliveries of it are kept."""
    from service.cli.serving.servers import run_in_transaction
    from service.cli.terminal import print_table
    from service.inbound import accounts

    rows = [
        (one.name, one.adapter, f"{one.created_at:%Y-%m-%dT%H:%MZ}", str(one.payloads))
        for one in run_in_transaction(data_dir, accounts.list_accounts)
    ]
    print_table(("name", "adapter", "created", "payloads"), rows)


@command.command()
@click.argument("name")
@data_dir_option
def remove(*, name: str, data_dir: Path | None) -> None:
    """Close a door: what it sent stays on record, deliveries kept for `reparse` are deleted."""
    from service.cli.serving.servers import run_in_transaction
    from service.inbound import accounts

    run_in_transaction(data_dir, lambda connection: accounts.remove_account(connection, name))


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
    from service.cli.serving.servers import run_in_rooms

    async def work(rooms: "Rooms") -> None:
        from service.app.arrivals import create_deliveries, create_registrar

        adapter, account = await _find_account(rooms, name)
        deliveries = create_deliveries(rooms, create_registrar(rooms))
        for delivery, checked in _deliveries_to_send(adapter, account, body, rest, content_type):
            if checked:
                adapter.verify(delivery, account)
            produced = adapter.parse(delivery, account)
            _print_produced([await _displayable(one, rooms, account) for one in produced])
            if register:
                taken = await deliveries.register_produced(account, produced)
                click.echo(json.dumps({"registered": taken.registered, "duplicates": taken.duplicates}))

    run_in_rooms(data_dir, work)


@command.command()
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="All that is kept, not only what did not go through.")
@data_dir_option
def reparse(*, name: str, everything: bool, data_dir: Path | None) -> None:
    """Read the deliveries of the door NAME that are kept once more, with the parser of this version.

    What is on record already stays as it is; what is recognised only now is registered.
    """
    from service.cli.serving.servers import run_in_rooms

    async def work(rooms: "Rooms") -> tuple[int, int, int]:
        from service.app.arrivals import create_deliveries, create_registrar

        adapter, account = await _find_account(rooms, name)
        return await create_deliveries(rooms, create_registrar(rooms)).reparse_payloads(
            adapter, account, untaken=not everything
        )

    read, registered, failed = run_in_rooms(data_dir, work)
    click.echo(f"{read} deliveries read: {registered} interactions registered, {failed} deliveries did not go through")


@command.command()
@click.argument("name")
@click.option("--last", default=10, show_default=True, type=click.IntRange(0, 200), help="So many of before, first.")
@click.option("--once", is_flag=True, help="Print those, and do not wait for more.")
@data_dir_option
def watch(*, name: str, last: int, once: bool, data_dir: Path | None) -> None:
    """Print what comes through the door NAME, as it comes: when, what it became, and why it was refused.

    A line has no content: ids, numbers, times and a sentence. Ctrl-C ends it.
    """
    from service.app.arrivals import create_delivery_log
    from service.cli.serving.servers import run_in_rooms

    async def watch_in_rooms(rooms: "Rooms") -> None:
        log = create_delivery_log(rooms)
        shown: UUID | None = None
        while True:
            page = await log.list_deliveries(name, outcome=None, after=None, limit=_WATCHED_AT_ONCE)
            new = [one for one in page.items if shown is None or one.id > shown]
            for one in reversed(new if shown is not None else new[:last]):
                _print_delivery(one)
            shown = new[0].id if new else shown or _BEFORE_ALL
            if once:
                return
            await asyncio.sleep(_WATCH_INTERVAL_S)

    with suppress(KeyboardInterrupt):
        run_in_rooms(data_dir, watch_in_rooms)


def _print_delivery(one: "ChannelDelivery") -> None:
    became = f"{one.registered} new, {one.duplicates} known"
    why = " ".join(filter(None, (one.problem, one.detail)))
    customers = " ".join(f"customer {customer_id}" for customer_id in one.customers)
    shown = [f"{one.received_at:%H:%M:%S}", f"{one.outcome:<9}", f"{one.latency_ms:6.1f} ms", became, customers, why]
    click.echo("  ".join(filter(None, shown)))


def _find_adapter(name: str) -> "Adapter":
    from service.channels.registry import ADAPTERS

    if name not in ADAPTERS:
        raise click.UsageError(f"There is no adapter {name!r}; there are: {', '.join(sorted(ADAPTERS))}.")
    return ADAPTERS[name]


async def _find_account(rooms: "Rooms", name: str) -> tuple["Adapter", "ChannelAccount"]:
    from service.channels.registry import ADAPTERS
    from service.inbound import accounts

    async with rooms.database.connection() as connection:
        account = await accounts.find_account_by_name(connection, ADAPTERS, name)
    return ADAPTERS[account.adapter], account


def _parse_settings(values: Sequence[str]) -> Mapping[str, str]:
    pairs = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key:
            raise click.UsageError(f"--set takes KEY=VALUE, not {value!r}.")
        read = text.startswith("@") and not text.startswith("@@")
        pairs[key.replace("-", "_")] = _read_value(text[1:]) if read else text.removeprefix("@")
    return pairs


def _read_value(location: str) -> str:
    """The content of a file or of an https address, such as the public keys of a vendor."""
    import httpx

    try:
        if location.startswith("https://"):
            return httpx.get(location, timeout=_FETCH_TIMEOUT_S).raise_for_status().text
        return Path(location).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise click.UsageError(
            f"{location} cannot be read: {type(error).__name__}. A value that itself begins with @ is written @@."
        ) from error


def _deliveries_to_send(
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


async def _displayable(produced: "DoorOutput", rooms: "Rooms", account: "ChannelAccount") -> object:
    """What a delivery carries as people want to see it: a mail taken apart, and no key of a vendor."""
    from msgspec.structs import replace

    from service.model.mail import Mail, MailAtVendor

    if isinstance(produced, Mail):
        return await rooms.mail_readers.parse_mail(
            produced.raw, produced.envelope, authserv_id=account.settings.authserv_id
        )
    return replace(produced, api_key="…") if isinstance(produced, MailAtVendor) else produced


def _print_produced(produced: "Sequence[object]") -> None:
    import msgspec

    if not produced:
        click.echo("nothing: this delivery carries no event")
    for one in produced:
        shown: dict[str, Any] = {type(one).__name__: msgspec.to_builtins(one)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
