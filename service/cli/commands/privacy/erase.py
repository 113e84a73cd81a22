"""`askonce erase`."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option, load_command_settings

OWN_LEDGER = Path("-")
"""Stands for the ledger of the deployment."""

if TYPE_CHECKING:
    from service.app.rooms import Rooms
    from service.privacy.erasure.model import ErasureReceipt, Preview


@click.command()
@click.argument("customer", metavar="CUSTOMER_ID", type=click.UUID, required=False)
@click.option("--reason", help="Why, for the receipt; it names no person.")
@click.option("--yes", is_flag=True, help="Erase without a question.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@click.option(
    "--replay-tombstones",
    "ledger",
    type=click.Path(dir_okay=False, path_type=Path),
    is_flag=False,
    flag_value=OWN_LEDGER,
    metavar="[FILE]",
    help="Instead, erase again whom this ledger, else the deployment's, names and a restored backup brought back.",
)
@click.option("--verify-receipts", is_flag=True, help="Instead, tell which receipts are not as they were written.")
@data_dir_option
def command(
    customer: UUID | None,
    *,
    reason: str | None,
    yes: bool,
    dry_run: bool,
    ledger: Path | None,
    verify_receipts: bool,
    data_dir: Path | None,
) -> None:
    """Erase a customer, with all that is merged into it, and print the receipt.

    What would go is shown first, by table. Nothing brings it back: the same events are refused for ever, and a restored
    backup is erased again before it serves, by the ledger beside the database. The service may go on meanwhile.
    """
    if ledger is not None:
        _replay(ledger, data_dir)
    elif verify_receipts:
        _verify_receipts(data_dir)
    elif customer is None:
        raise click.UsageError("Name the customer by its id.")
    else:
        _erase(customer, reason=reason, asks=not yes, dry_run=dry_run, data_dir=data_dir)


def _erase(customer_id: UUID, *, reason: str | None, asks: bool, dry_run: bool, data_dir: Path | None) -> None:
    from service.app.erasures import create_erasures
    from service.cli.serving.servers import run_in_rooms
    from service.errors import CustomerErased, CustomerHeld

    async def erase_in_rooms(rooms: "Rooms") -> None:
        erasures = create_erasures(rooms)
        try:
            preview = await erasures.preview(customer_id, now=rooms.clock.now())
        except CustomerErased:
            click.echo("This customer was erased before.", err=True)
            _print_receipt(await erasures.read_receipt(customer_id))
            return
        _print_preview(preview)
        if preview.held is not None:
            raise CustomerHeld(preview.held)
        if dry_run:
            return
        if asks:
            click.confirm("Erase all of this for ever?", abort=True, err=True)
        _print_receipt(await erasures.erase(customer_id, by="askonce erase", reason=reason, now=rooms.clock.now()))

    run_in_rooms(data_dir, erase_in_rooms)


def _replay(ledger: Path, data_dir: Path | None) -> None:
    import uvloop

    from service.cli.database import prepare_database
    from service.cli.replaying import replay_ledger
    from service.cli.serving.servers import running_servers
    from service.privacy.erasure.ledger import ErasureLedger
    from service.settings.model import Settings

    async def run(settings: Settings) -> int:
        await prepare_database(settings)  # replays the deployment's own
        return await replay_ledger(settings, None if ledger == OWN_LEDGER else ErasureLedger(ledger))

    with running_servers(load_command_settings(data_dir)) as settings:
        again = uvloop.run(run(settings))
    click.echo(f"Every erasure of the ledger holds; {again} were carried out again.")


def _verify_receipts(data_dir: Path | None) -> None:
    from service.app.erasures import create_erasures
    from service.cli.serving.servers import run_in_rooms

    altered = run_in_rooms(data_dir, lambda rooms: create_erasures(rooms).find_altered())
    for erasure_id in altered:
        click.echo(f"{erasure_id}: its receipt is not as it was written, or one before it is missing", err=True)
    if altered:
        raise SystemExit(1)
    click.echo("Every receipt is as it was written.")


def _print_preview(preview: "Preview") -> None:
    from service.cli.terminal import print_table

    print_table(
        ("table", "rows", "what happens"),
        [(one.table, str(one.rows), "deleted" if one.deleted else "emptied") for one in preview.tables],
    )
    merged = len(preview.customer_ids)
    click.echo(
        f"{preview.customer_id}: {preview.rows} rows, {preview.attachments} attachments, {merged} merged customers"
        if merged > 1
        else f"{preview.customer_id}: {preview.rows} rows, {preview.attachments} attachments",
        err=True,
    )


def _print_receipt(receipt: "ErasureReceipt") -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(receipt), indent=2).decode())
