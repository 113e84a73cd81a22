"""The command of the measurement: of which files, or of all sets of a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--data", type=FILE, multiple=True, help="Records as CSV or parquet; two of them are linked.")
@click.option("--truth", type=FILE, multiple=True, help="record_id, person_id and, if known, household_id.")
@click.option(
    "--map", "mapping", multiple=True, help="Names of columns in the file, such as given=first_name,family=surname."
)
@click.option("--records", type=click.IntRange(min=1), help="Take only the first records.")
@click.option("--region", default="DE", show_default=True, help="Country of records that name none (ISO 3166).")
@click.option("--people", type=FOLDER, help="The folder of well-known sets.  [default: ../shared/data/people]")
@click.option("--splink", type=FILE, help="An interpreter with Splink 5, which matches the well-known sets too.")
@click.option(
    "--generator", type=FILE, help="An interpreter with faker and mimesis, which adds 100,000 German records."
)
@click.option("--markdown", is_flag=True, help="Print the well-known sets as a table instead of JSON.")
def command(
    *,
    data: tuple[Path, ...],
    truth: tuple[Path, ...],
    mapping: tuple[str, ...],
    records: int | None,
    region: str,
    people: Path | None,
    splink: Path | None,
    generator: Path | None,
    markdown: bool,
) -> None:
    """Measure which records are found to be one person, next to the truth, and print it as one line of JSON.

    The files are imported into servers started for this alone, `askonce resolve` compares them without labels, and its
    matches are read. The columns are record_id, given, family, birth_date, street, house, postal_code, city, country,
    phone, email, source and stated_at; any may be absent but record_id. Without files, all well-known sets of a folder
    are measured.

    `python -m benchmarks.identity speed --help` is about how fast it is.
    """
    with _errors_told():
        if data and truth:
            _measure_files(data, truth, ",".join(mapping), records, region)
        elif data or truth:
            raise click.UsageError("Say both --data FILE and --truth FILE.")
        else:
            _measure_all(people, splink, generator, markdown=markdown)


def _measure_files(
    data: tuple[Path, ...], truth: tuple[Path, ...], mapping: str, records: int | None, region: str
) -> None:
    from benchmarks.identity.files import parse_mapping, read_people
    from benchmarks.identity.quality import measure_set

    people = read_people(data, truth, parse_mapping(mapping), records)
    click.echo(msgspec.json.encode(measure_set(people, region)))


def _measure_all(folder: Path | None, splink: Path | None, generator: Path | None, *, markdown: bool) -> None:
    from benchmarks.identity import table

    folder = folder or table.USUAL_FOLDER
    if not folder.is_dir():
        raise click.UsageError("Say --data FILE --truth FILE, or where the well-known sets are: --people FOLDER.")
    results = []
    for result in table.measure_sets(folder, splink=splink, generator=generator):
        click.echo(table.table_line(result), err=True)
        results.append(result)
    if markdown:
        click.echo("\n".join([table.HEADING, *map(table.table_line, results)]))
    else:
        click.echo(msgspec.json.encode(results))


@contextmanager
def _errors_told() -> Iterator[None]:
    """Errors of askonce as those of a command."""
    from service.errors import AskonceError

    try:
        yield
    except AskonceError as error:
        raise click.ClickException(str(error)) from error
