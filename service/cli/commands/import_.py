"""`askonce import`: customers and interactions from files."""

import codecs
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.app import Rooms
    from service.imports.files import RecordFile
    from service.imports.importer import ChunkWriter, ImportKind, ImportProgress, RefusedRecord
    from service.settings.model import Settings

SOME_REFUSED = 1
NOTHING_STORED = 2
PREVIEW_RECORDS = 10


def _known_encoding(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            "".encode(value)  # refuses codecs that are not of text, too
            return codecs.lookup(value).name
    except LookupError as error:
        raise click.BadParameter(f"{value} is no encoding; say for example utf-8, windows-1252, utf-16.") from error
    return None


def _one_character(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    value = "\t" if value in {"tab", "\\t"} else value
    if value is not None and (len(value) != 1 or value in '"\r\n'):
        raise click.BadParameter("It is one character, such as ; or tab.")
    return value


@click.command()
@click.argument("kind", type=click.Choice(["customers", "interactions"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", callback=_known_encoding, help="The encoding of a CSV file.  [default: detected]")
@click.option("--separator", callback=_one_character, help="What separates a CSV file's cells.  [default: detected]")
@click.option("--dry-run", is_flag=True, help="Store nothing; show the first ten records as they would be stored.")
@click.option(
    "--space",
    help="Interactions of the file count once together with those of keys of this space (`askonce keys list`).  "
    "[default: a space of all files]",
)
@data_dir_option
def command(
    *,
    kind: str,
    file: Path,
    encoding: str | None,
    separator: str | None,
    dry_run: bool,
    space: str | None,
    data_dir: Path | None,
) -> None:
    """Import customers or interactions from a .jsonl or .csv FILE.

    JSONL holds one object a line, as POST /v1/customers and POST /v1/interactions take them. CSV has the same fields as
    columns, with dots: identity.email, fact.order_number, conversation.ref; lists are separated by semicolons.

    An import that was interrupted goes on where it ended, and nothing is stored twice. Refused records are written with
    their reasons to FILE.refused.jsonl; correct them in a file of their own and import that. The sources of askonce and
    its doors are refused.

    Ends with status 0 if every record is stored, 1 if some were refused, 2 if nothing could be stored.
    """
    from service.errors import InvalidInput
    from service.imports.files import RecordFile
    from service.imports.importer import ImportKind

    what = ImportKind(kind)
    if space is not None and what is ImportKind.CUSTOMERS:
        raise click.UsageError("Customers have no source: leave --space out.")
    try:
        records = RecordFile(file, what.shape, encoding=encoding, separator=separator)
        if records.csv_format is not None:
            click.echo(records.csv_format.describe(), err=True)
        progress = _preview(records, what, data_dir) if dry_run else _import(records, what, data_dir, space)
    except InvalidInput as error:
        where = f"{error.field}: " if error.field else ""
        click.echo(f"Error: {where}{error.message}", err=True)
        raise SystemExit(NOTHING_STORED) from error
    if not progress.stored + progress.known:
        raise SystemExit(NOTHING_STORED)
    if progress.refused:
        raise SystemExit(SOME_REFUSED)


def _import(records: "RecordFile", kind: "ImportKind", data_dir: Path | None, space: str | None) -> "ImportProgress":
    from service.cli.serving.servers import run_in_rooms

    started = monotonic()
    progress = run_in_rooms(data_dir, lambda rooms: _import_file(rooms, records, kind, space))
    seconds = monotonic() - started
    click.echo(
        f"{progress.read} {kind} read: {progress.stored} stored, {progress.known} known before, "
        f"{progress.refused} refused ({progress.read / seconds:,.0f} a second)"
    )
    if progress.refused:
        click.echo(f"The refused records and their reasons are in {_refusals_path(records.path)}.", err=True)
    return progress


async def _import_file(
    rooms: "Rooms", records: "RecordFile", kind: "ImportKind", space: str | None
) -> "ImportProgress":
    from service.cli.terminal import show_progress
    from service.imports.importer import FileImport

    space_id = await _space_id(rooms, space)
    writer = _record_writer(rooms.settings, kind, space_id)
    job = FileImport(rooms.database, records, kind, writer, space_id=space_id)
    await job.load_progress()
    if job.progress.read:
        click.echo(f"Going on behind record {job.progress.read}.", err=True)
    with show_progress(f"Importing {kind}", _count_lines(records.path)) as advance:
        advance(job.progress.read)
        for chunk in job.remaining_chunks():
            outcome = await job.import_chunk(chunk, rooms.clock.now())
            await rooms.drop_views(outcome.changed)
            _write_refusals(outcome.refused, _refusals_path(records.path))
            advance(len(chunk))
    return job.progress


def _preview(records: "RecordFile", kind: "ImportKind", data_dir: Path | None) -> "ImportProgress":
    """Show the first records as they would be stored, and count what would be refused."""
    import msgspec

    from service.access.model import IMPORT_SPACE
    from service.imports.importer import ImportProgress, parse_records

    writer = _record_writer(load_command_settings(data_dir), kind, IMPORT_SPACE)
    progress = ImportProgress()
    for record in records:
        (stored, refused) = parse_records([record], writer.preview)
        progress.read += 1
        progress.stored += len(stored)
        progress.refused += len(refused)
        if progress.read <= PREVIEW_RECORDS:
            click.echo(f"Record {record.number}, line {record.line}:")
            click.echo(msgspec.json.format(msgspec.json.encode((stored + refused)[0]), indent=2).decode())
        elif refused:
            click.echo(f"Record {record.number}, line {record.line} is refused: {refused[0].reason}", err=True)
    click.echo(
        f"{progress.read} {kind} read: {progress.stored} would be stored, {progress.refused} refused. "
        "Nothing is stored; what the database holds was not compared."
    )
    return progress


async def _space_id(rooms: "Rooms", space: str | None) -> int:
    from service.access.keys import find_or_create_space
    from service.access.model import IMPORT_SPACE

    if space is None:
        return IMPORT_SPACE
    async with rooms.database.connection() as connection:
        return await find_or_create_space(connection, space)


def _record_writer(settings: "Settings", kind: "ImportKind", space_id: int) -> "ChunkWriter":
    from service.db.change import SYSTEM_KEY_ID
    from service.imports.customers import CustomerImporter
    from service.imports.importer import ImportKind
    from service.imports.interactions import InteractionImporter

    region = settings.default_region
    if kind is ImportKind.CUSTOMERS:
        return CustomerImporter(key_id=SYSTEM_KEY_ID, region=region)
    return InteractionImporter(key_id=SYSTEM_KEY_ID, region=region, reopen=settings.reopen_period, space_id=space_id)


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
