"""`askonce import`: customers, interactions, source records and places from files."""

import codecs
import os
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.cli.importing import FileRequest
    from service.imports.chunk import ImportProgress
    from service.imports.files import RecordFile
    from service.imports.record_columns import RecordColumns

SOME_REFUSED = 1
NOTHING_STORED = 2
PREVIEW_RECORDS = 10
MOST_PROCESSES = 4


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
@click.argument("kind", type=click.Choice(["customers", "interactions", "records", "places"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", callback=_known_encoding, help="The encoding of a CSV file.  [default: detected]")
@click.option("--separator", callback=_one_character, help="What separates a CSV file's cells.  [default: detected]")
@click.option("--dry-run", is_flag=True, help="Store nothing; show the first ten records as they would be stored.")
@click.option(
    "--space",
    help="Interactions of the file count once together with those of keys of this space (`askonce keys list`).  "
    "[default: a space of all files]",
)
@click.option("--source", help="The system whose records the file holds, if it has no column `source`.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    help="Which header of a file of records is which column: given=Vorname,family=Nachname; -=Rabatt leaves one out.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 16),
    default=min(MOST_PROCESSES, len(os.sched_getaffinity(0))),
    show_default="the number of cores, at most 4",
    help="Processes that store parts of the file at once; those of a small file are fewer.",
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
    source: str | None,
    mapping: tuple[str, ...],
    processes: int,
    data_dir: Path | None,
) -> None:
    """Import customers, interactions, records of a source or places from a .jsonl or .csv FILE.

    JSONL holds one object a line, as POST /v1/customers and POST /v1/interactions take them. CSV has the same fields as
    columns, with dots: identity.email, fact.order_number, conversation.ref; lists are separated by semicolons.

    Records are what another system knows of persons (docs/sources.md). Their columns are external_id, given, family,
    full, birth_date, street, house, street-address, postal-code, address-level2 (the town), country, phone, email,
    language, source, stated_at, verified, identity.KIND and preference.NAME. Places have country, postal_code, place.

    An import that was interrupted goes on where it ended, and nothing is stored twice. Refused records are written with
    their reasons to FILE.refused.jsonl; correct them in a file of their own and import that. The sources of askonce and
    its doors are refused.

    Ends with status 0 if every record is stored, 1 if some were refused, 2 if nothing could be stored.
    """
    from service.cli.importing import FileRequest
    from service.errors import InvalidInput

    request = _check(
        FileRequest(kind=kind, path=file, space=space, source=source, mapping=mapping, processes=processes)
    )
    try:
        records, columns = _open(request, encoding, separator)
        progress = _preview(records, request, data_dir) if dry_run else _import(records, request, data_dir)
    except InvalidInput as error:
        where = f"{error.field}: " if error.field else ""
        click.echo(f"Error: {where}{error.message}", err=True)
        raise SystemExit(NOTHING_STORED) from error
    if columns is not None and columns.used:
        click.echo(columns.describe(), err=True)
    if not progress.stored + progress.known:
        raise SystemExit(NOTHING_STORED)
    if progress.refused:
        raise SystemExit(SOME_REFUSED)


def _check(request: "FileRequest") -> "FileRequest":
    """The request, if its options fit its kind."""
    if request.space is not None and request.kind != "interactions":
        raise click.UsageError("Only interactions count in a space: leave --space out.")
    if (request.source is not None or request.mapping) and request.kind != "records":
        raise click.UsageError("--source and --map are for records.")
    return request


def _open(
    request: "FileRequest", encoding: str | None, separator: str | None
) -> "tuple[RecordFile, RecordColumns | None]":
    """The file, and its columns if it holds records of a source; says how it is read."""
    from service.imports.files import RecordFile
    from service.imports.importer import ImportKind

    kind = ImportKind(request.kind)
    columns = _record_columns(request) if kind is ImportKind.RECORDS else None
    records = RecordFile(request.path, columns or kind.shape, encoding=encoding, separator=separator)
    if records.csv_format is not None:
        click.echo(records.csv_format.describe(), err=True)
    return records, columns


def _record_columns(request: "FileRequest") -> "RecordColumns":
    from service.imports.record_columns import RecordColumns, parse_mapping

    return RecordColumns(parse_mapping(request.mapping))


def _import(records: "RecordFile", request: "FileRequest", data_dir: Path | None) -> "ImportProgress":
    from concurrent.futures.process import BrokenProcessPool

    from service.cli.importing import import_file, refusals_path
    from service.cli.serving.servers import run_in_store_rooms

    kind = request.kind
    started = monotonic()
    try:
        progress = run_in_store_rooms(data_dir, lambda rooms: import_file(rooms, records, request))
    except BrokenProcessPool:
        raise click.ClickException(
            "A process of the import ended early. Import the file again: it goes on where it ended."
        ) from None
    seconds = monotonic() - started
    click.echo(
        f"{progress.read} {kind} read: {progress.stored} stored, {progress.known} known before, "
        f"{progress.refused} refused ({progress.read / seconds:,.0f} a second)"
    )
    if progress.refused:
        click.echo(f"The refused records and their reasons are in {refusals_path(records.path)}.", err=True)
    return progress


def _preview(records: "RecordFile", request: "FileRequest", data_dir: Path | None) -> "ImportProgress":
    """Show the first records as they would be stored, and count what would be refused."""
    import msgspec

    from service.access.model import IMPORT_SPACE
    from service.cli.importing import record_writer
    from service.imports.chunk import ImportProgress, parse_records

    writer = record_writer(load_command_settings(data_dir), request, IMPORT_SPACE)
    progress = ImportProgress()
    for record in records:
        (stored, refused) = parse_records([record], writer.preview)
        progress = progress._replace(
            read=progress.read + 1, stored=progress.stored + len(stored), refused=progress.refused + len(refused)
        )
        if progress.read <= PREVIEW_RECORDS:
            click.echo(f"Record {record.number}, line {record.line}:")
            click.echo(msgspec.json.format(msgspec.json.encode((stored + refused)[0]), indent=2).decode())
        elif refused:
            click.echo(f"Record {record.number}, line {record.line} is refused: {refused[0].reason}", err=True)
    click.echo(
        f"{progress.read} {request.kind} read: {progress.stored} would be stored, {progress.refused} refused. "
        "Nothing is stored; what the database holds was not compared."
    )
    return progress
