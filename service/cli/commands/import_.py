"""`askonce import`: customers and interactions from files."""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app import Rooms
    from service.imports.importer import ChunkWriter, ImportKind, ImportProgress, RefusedRecord


@click.command()
@click.argument("kind", type=click.Choice(["customers", "interactions"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_dir_option
def command(*, kind: str, file: Path, data_dir: Path | None) -> None:
    """Import customers or interactions from a .jsonl or .csv FILE.

    JSONL holds one object a line, as POST /v1/customers and POST /v1/interactions take them. CSV has the same fields as
    columns, with dots: identity.email, fact.order_number, conversation.ref; lists are separated by semicolons.

    An import that was interrupted goes on where it ended, and nothing is stored twice. Refused records are written with
    their reasons to FILE.refused.jsonl; correct them in a file of their own and import that.
    """
    from service.cli.serving.servers import run_in_rooms
    from service.imports.importer import ImportKind

    started = monotonic()
    progress = run_in_rooms(data_dir, lambda rooms: _import_file(rooms, file, ImportKind(kind)))
    seconds = monotonic() - started
    click.echo(
        f"{progress.read} {kind} read: {progress.stored} stored, {progress.known} known before, "
        f"{progress.refused} refused ({progress.read / seconds:,.0f} a second)"
    )
    if progress.refused:
        click.echo(f"The refused records and their reasons are in {_refusals_path(file)}.", err=True)


async def _import_file(rooms: "Rooms", file: Path, kind: "ImportKind") -> "ImportProgress":
    from service.cli.terminal import show_progress
    from service.imports.importer import FileImport

    job = FileImport(rooms.database, file, kind, _record_writer(rooms, kind))
    await job.load_progress()
    if job.progress.read:
        click.echo(f"Going on behind record {job.progress.read}.", err=True)
    with show_progress(f"Importing {kind}", _count_lines(file)) as advance:
        advance(job.progress.read)
        for chunk in job.remaining_chunks():
            outcome = await job.import_chunk(chunk, rooms.clock.now())
            await rooms.drop_views(outcome.changed)
            _write_refusals(outcome.refused, _refusals_path(file))
            advance(len(chunk))
    return job.progress


def _record_writer(rooms: "Rooms", kind: "ImportKind") -> "ChunkWriter":
    from service.db.change import SYSTEM_KEY_ID
    from service.imports.customers import CustomerImporter
    from service.imports.importer import ImportKind
    from service.imports.interactions import InteractionImporter

    region = rooms.settings.default_region
    if kind is ImportKind.CUSTOMERS:
        return CustomerImporter(key_id=SYSTEM_KEY_ID, region=region)
    return InteractionImporter(key_id=SYSTEM_KEY_ID, region=region, reopen=rooms.settings.reopen_period)


def _refusals_path(file: Path) -> Path:
    return file.with_name(f"{file.name}.refused.jsonl")


def _write_refusals(refused: list["RefusedRecord"], path: Path) -> None:
    import msgspec

    if refused:
        with path.open("ab") as out:
            out.writelines(msgspec.json.encode(one) + b"\n" for one in refused)


def _count_lines(file: Path) -> int:
    """The lines of a file, for the progress bar: about as many as it has records."""
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
