"""Reads records of people and their truth from the files of strangers."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from msgspec import Struct

from benchmarks.identity.metrics import PersonTruth
from service.errors import InvalidInput
from service.imports.csv_format import detect_format

COLUMNS = (
    *("record_id", "given", "family", "full", "birth_date", "street", "house", "postal_code", "city", "country"),
    *("phone", "email", "identity.customer_number", "source", "stated_at"),
)
OTHER_NAMES = {
    "rec_id": "record_id",
    "unique_id": "record_id",
    "first_name": "given",
    "given_name": "given",
    "last_name": "family",
    "surname": "family",
    "dob": "birth_date",
    "date_of_birth": "birth_date",
    "address_1": "street",
    "house_number": "house",
    "street_number": "house",
    "postcode": "postal_code",
    "postcode_fake": "postal_code",
    "suburb": "city",
    "birth_place": "city",
    "soc_sec_id": "identity.customer_number",
    "updated_on": "stated_at",
    "cluster": "person_id",
}
"""What the columns are called in well-known sets."""
NAMES_OF_THE_IMPORT = {"record_id": "external_id", "postal_code": "postal-code", "city": "address-level2"}
TRUTH_COLUMNS = ("record_id", "person_id", "household_id")
LONGEST_CELL = 1 << 24
Row = dict[str, str]


class PeopleSet(Struct, frozen=True, kw_only=True):
    """Records in the order of their files, with the columns of `COLUMNS`, and the truth about them."""

    rows: list[Row]
    truth: PersonTruth


def read_people(
    data: Sequence[Path], truth: Sequence[Path], mapping: Mapping[str, str], limit: int | None = None
) -> PeopleSet:
    """The first records of these files. InvalidInput if a column, an id or the truth of a record is missing."""
    parts: dict[str, int] = {}
    rows: list[Row] = []
    for part, path in enumerate(data):
        for row in _rows_of(path, COLUMNS, mapping):
            if not row.get("record_id"):
                raise InvalidInput(f"{path.name}: every record needs a record_id; name its column with --map.")
            if row["record_id"] in parts:
                raise InvalidInput(f"{path.name}: the record_id {row['record_id']} stands twice.")
            parts[row["record_id"]] = part
            rows.append(row)
    rows = rows[:limit]
    return PeopleSet(rows=rows, truth=_read_truth(truth, rows, parts if len(data) > 1 else {}))


def parse_mapping(text: str) -> dict[str, str]:
    """The columns of `given=Vorname,family=Nachname`: the file's name -> ours."""
    mapping: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        ours, separator, theirs = part.partition("=")
        if not separator or ours.strip() not in COLUMNS:
            raise InvalidInput(
                f"--map takes given=first_name,family=surname,...; the columns are {', '.join(COLUMNS)}."
            )
        mapping[theirs.strip()] = ours.strip()
    return mapping


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """The records as a CSV file that `askonce import records` reads."""
    names = [NAMES_OF_THE_IMPORT.get(name, name) for name in COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in COLUMNS] for row in rows)


def _read_truth(paths: Sequence[Path], rows: Sequence[Row], parts: Mapping[str, int]) -> PersonTruth:
    told = {row["record_id"]: row for path in paths for row in _rows_of(path, TRUTH_COLUMNS, {})}
    wanted = [row["record_id"] for row in rows]
    if missing := [record_id for record_id in wanted if not told.get(record_id, {}).get("person_id")]:
        raise InvalidInput(f"The truth names no person_id for the record {missing[0]} ({len(missing)} are missing).")
    homes = {record_id: told[record_id].get("household_id", "") for record_id in wanted}
    return PersonTruth(
        persons={record_id: told[record_id]["person_id"] for record_id in wanted},
        households={record_id: home for record_id, home in homes.items() if home},
        parts={record_id: parts[record_id] for record_id in wanted} if parts else {},
    )


def _rows_of(path: Path, columns: Sequence[str], mapping: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a file, with those of its columns that are asked for."""
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path, columns, mapping)
    names: dict[str, str] = {}
    for row in rows:
        names = names or _names_of(path, list(row), columns, mapping)
        yield {ours: row[theirs].strip() for ours, theirs in names.items()}


def _names_of(path: Path, header: Sequence[str], columns: Sequence[str], mapping: Mapping[str, str]) -> Row:
    """Our name of a column -> that of the file; a name that was stated goes before one that is known."""
    if absent := [theirs for theirs in mapping if theirs not in header]:
        raise InvalidInput(f"{path.name} has no column {absent[0]}; it has {', '.join(header)}.")
    stated = {ours: theirs for theirs, ours in mapping.items() if ours in columns}
    plain = {name: name for name in header if name in columns}
    known = {OTHER_NAMES[name]: name for name in header if OTHER_NAMES.get(name) in columns}
    names = known | plain | stated
    if not names:
        raise InvalidInput(f"{path.name} has none of the columns {', '.join(columns)}; name them with --map.")
    return names


def _csv_rows(path: Path, columns: Sequence[str], mapping: Mapping[str, str]) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    known = {*columns, *OTHER_NAMES, *mapping}
    style = detect_format(path, lambda name: name.strip() in known)
    with path.open(encoding=style.encoding, errors="replace", newline="") as file:
        for _ in range(style.skip_lines):
            next(file)
        reader = csv.DictReader(file, delimiter=style.separator, restkey="", restval="")
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        yield from ({name: value or "" for name, value in row.items() if name} for row in reader)


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        table = import_module("pyarrow.parquet").read_table(path)
    except ImportError as error:
        raise InvalidInput(f"{path.name} needs pyarrow: {sys.executable} -m pip install pyarrow.") from error
    for row in table.to_pylist():
        yield {name: "" if value is None else str(value) for name, value in row.items()}
