"""Files of source records: headers of other systems are mapped and never guessed, records are put again and again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.main import main
from service.db.change import SYSTEM_KEY_ID
from service.errors import InvalidInput
from service.imports.files import RecordFile
from service.imports.importer import FileImport, ImportKind, PartImport
from service.imports.places import PlaceImporter
from service.imports.record_columns import RecordColumns, parse_mapping
from service.imports.records import SourceRecordImporter
from tests.fixtures import NOW

GERMAN = """KdNr;Vorname;Nachname;Geburtsdatum;Straße;Hausnummer;PLZ;Ort;Telefon;Mobil;E-Mail;Rabatt
7;Anna;Müller;7.3.1984;Hauptstr.;5;80331;München;089 123456;0171 3920012;anna@example.de;10 %
8;Bert;Berg;;;;;;;;bert@example.de;
"""
MAPPING = (
    "external_id=KdNr,given=Vorname,family=Nachname,birth_date=Geburtsdatum,street=Straße,house=Hausnummer",
    "postal-code=PLZ,city=Ort,phone=Telefon,phone=Mobil,email=E-Mail",
)


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text)
    return path


async def import_all(job: FileImport, database, writer) -> list:
    """Imports a file; gives what is refused."""
    refused = []
    importing = PartImport(database, writer, refused.extend)
    for window in job.remaining_windows():
        for part in window.parts:
            await importing.import_part(part, NOW)
        await job.finish_window(window, NOW)
    return refused


async def run(database, path: Path, mapping=(), source: str | None = "crm"):
    columns = RecordColumns(parse_mapping(mapping))
    writer = SourceRecordImporter(key_id=SYSTEM_KEY_ID, region="DE", source=source)
    job = FileImport(database, RecordFile(path, columns), ImportKind.RECORDS, variant=str(source))
    await job.load_progress()
    refused = await import_all(job, database, writer)
    return job.progress, refused, columns


async def rows(database, query: str):
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


async def test_a_file_of_another_system_is_read_by_its_mapping(database, tmp_path):
    progress, refused, columns = await run(database, written(tmp_path, GERMAN), MAPPING)
    assert (progress.stored, refused) == (2, [])
    assert "Left out: Rabatt." in columns.describe()
    values = await rows(
        database, "SELECT field, value #>> '{}' FROM customer_value WHERE external_id = '7' ORDER BY 1, position"
    )
    assert ("phone", "089 123456") in values
    assert ("phone", "0171 3920012") in values
    assert ("birth_date", "7.3.1984") in values
    assert '"street-address": "Hauptstr. 5"' in dict(values)["address"]


async def test_the_same_file_under_another_source_holds_other_records(database, tmp_path):
    path = written(tmp_path, "record_id,given,family,source\n1,Anna,Berg,\n2,Bert,Berg,till\n")
    await run(database, path, source="crm")
    await run(database, path, source="shop")
    found = await rows(database, "SELECT source, external_id FROM source_record ORDER BY 1, 2")
    assert found == [("crm", "1"), ("shop", "1"), ("till", "2")]


async def test_a_record_of_a_file_without_id_or_with_a_reserved_source_is_refused(database, tmp_path):
    path = written(tmp_path, "record_id,family,source\n,Berg,\n2,Berg,forms\n3,Berg,shop\n4,Berg,\n")
    _, refused, _ = await run(database, path, source=None)
    assert [(one.record, one.field) for one in refused] == [(1, "external_id"), (2, "source"), (4, "source")]


@pytest.mark.parametrize(
    ("header", "mapping", "said"),
    [
        ("record_id,Vorname", (), "--map given=Vorname"),
        ("record_id,E-Mail", (), "--map email=E-Mail"),
        ("record_id,famly", (), "--map family=famly"),
        ("record_id,given", ("family=Nachname",), "no column `nachname`"),
        ("record_id,given,Vorname", ("given=Vorname",), "so is another one"),
        ("Rabatt,Gruppe", (), "names no column"),
    ],
)
def test_a_header_that_is_not_clear_is_never_guessed(header, mapping, said):
    with pytest.raises(InvalidInput) as refused:
        RecordColumns(parse_mapping(mapping)).parse_header(header.split(","))
    assert said in refused.value.message


@pytest.mark.parametrize("text", ["given", "colour=Farbe", "given="])
def test_a_mapping_that_means_nothing_is_refused(text):
    with pytest.raises(InvalidInput, match="--map"):
        parse_mapping([text])


def test_what_is_mapped_to_nothing_is_left_out():
    columns = RecordColumns(parse_mapping(["-=Vorname"]))
    assert columns.parse_header(["record_id", "Vorname"]) == ["external_id", "-.1"]


def test_a_dry_run_shows_records_and_the_mapping(tmp_path):
    path = written(tmp_path, GERMAN)
    options = [option for text in MAPPING for option in ("--map", text)]
    result = CliRunner().invoke(main, ["import", "records", str(path), "--source", "crm", "--dry-run", *options])
    assert result.exit_code == 0, result.output
    assert "given = Vorname" in result.output
    assert '"family": "Müller"' in result.output
    assert "2 would be stored" in result.output


async def test_places_are_loaded_once(database, tmp_path):
    path = written(tmp_path, "country,postal_code,place\nde,80331,München\nDE,80331,Muenchen\nDE,,Ulm\n")
    job = FileImport(database, RecordFile(path, ImportKind.PLACES.shape), ImportKind.PLACES)
    assert len(await import_all(job, database, PlaceImporter())) == 1
    assert job.progress == (3, 1, 1, 1)


async def test_a_record_a_line_has_the_shape_of_the_batch(database, tmp_path):
    path = tmp_path / "people.jsonl"
    lines = [
        {"external_id": "1", "name": {"given": "Anna"}, "addresses": [{"postal-code": "80331"}]},
        {"external_id": "2", "nickname": "B"},
        {"external_id": "3", "source": "till", "phones": ["0171 3920012"]},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    progress, refused, _ = await run(database, path)
    assert (progress.stored, [one.field for one in refused]) == (2, ["nickname"])
    again, _, _ = await run(database, path, source="crm")
    assert again.stored == 2


async def test_a_newer_file_changes_what_is_new(database, tmp_path):
    header = "record_id,given,family,email,stated_at\n"
    await run(database, written(tmp_path, header + "1,Anna,Berg,a@example.de,2026-01-01\n2,Bert,Berg,,2026-01-01\n"))
    later = header + "1,Anna,Weber,a@example.de,2026-02-01\n2,Bert,Berg,,2026-02-01\n"
    progress, _, _ = await run(database, written(tmp_path, later))
    assert (progress.stored, progress.known) == (1, 1)
    assert await rows(database, "SELECT name, version FROM customer ORDER BY name") == [
        ("Anna Weber", 2),
        ("Bert Berg", 1),
    ]
