"""Reads the records of a JSONL or CSV file, one after the other; what is in them is judged elsewhere.

A CSV file has the fields of the JSON shape as columns, with a dot for each step down: `occurred_at`, `identity.email`,
`fact.order_number`, `conversation.ref`, `attempt.outcome`, `participant.name`, `rating.value`. Lists are separated by
semicolons. An empty cell is an absent field.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from service.errors import InvalidInput
from service.model.decode import decode_json

csv.field_size_limit(1 << 20)

_LIST_COLUMNS = frozenset({"asks", "segments"})
_NUMBER_COLUMNS = frozenset({"mood", "rating.scale", "rating.value"})


class FileRecord(NamedTuple):
    """One record of a file: its number from 1, and its JSON."""

    number: int
    raw: bytes


def read_records(path: Path) -> Iterator[FileRecord]:
    """The records of a file, by its ending; blank lines do not count. InvalidInput for an unknown ending."""
    if path.suffix in {".jsonl", ".ndjson", ".json"}:
        return _json_lines(path)
    if path.suffix == ".csv":
        return _csv_rows(path)
    raise InvalidInput(f"{path.name} is neither .jsonl nor .csv.")


def _json_lines(path: Path) -> Iterator[FileRecord]:
    with path.open("rb") as file:
        lines = (line.strip() for line in file)
        for number, line in enumerate((line for line in lines if line), start=1):
            yield FileRecord(number, line)


def _csv_rows(path: Path) -> Iterator[FileRecord]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, strict=False), start=1):
            yield FileRecord(number, msgspec.json.encode(_row_to_json(row)))


def _row_to_json(row: dict[str, Any]) -> dict[str, Any]:
    """A row of cells as the JSON shape it stands for."""
    record: dict[str, Any] = {}
    for column, cell in row.items():
        if column is None:
            record["(columns beyond the header)"] = cell  # refused by name, like any unknown field
        elif cell:
            _set_field(record, column, cell.encode("utf-8", "replace").decode())
    return record


def _set_field(record: dict[str, Any], column: str, cell: str) -> None:
    head, _, rest = column.partition(".")
    if head == "identity":
        kind, _, attribute = rest.partition(".")
        verified = attribute == "verified"
        _identity_entry(record, kind)["verified" if verified else "value"] = cell in {"true", "1"} if verified else cell
    elif head == "fact":
        record.setdefault("facts", {})[rest] = cell
    elif rest:
        record.setdefault(head, {})[rest] = _parse_cell(column, cell)
    else:
        record[head] = _parse_cell(column, cell)


def _identity_entry(record: dict[str, Any], kind: str) -> dict[str, Any]:
    identities: list[dict[str, Any]] = record.setdefault("identities", [])
    for identity in identities:
        if identity["kind"] == kind:
            return identity
    identities.append({"kind": kind})
    return identities[-1]


def _parse_cell(column: str, cell: str) -> object:
    if column in _LIST_COLUMNS:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if column in _NUMBER_COLUMNS or column == "data":
        try:
            return decode_json(cell.encode(), float if column in _NUMBER_COLUMNS else dict[str, Any])
        except InvalidInput:
            return cell  # the shape refuses it by its field
    return cell
