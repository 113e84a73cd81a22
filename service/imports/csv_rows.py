"""Reads the rows of a CSV file strictly: a row that is not well-formed is refused with its line, and no other is lost.

A CSV file has the fields of the JSON shape as columns, with a dot for each step down: `occurred_at`, `identity.email`,
`fact.order_number`, `conversation.ref`, `attempt.outcome`, `participant.name`, `rating.value`. Lists are separated by
semicolons. An empty cell is an absent field. Rules of quoting: RFC 4180.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from service.errors import InvalidInput
from service.imports.columns import FileColumns
from service.imports.csv_format import CsvFormat
from service.imports.record import FileRecord

MAX_CELL_CHARS = 1 << 20
_UNDECODABLE = re.compile(r"[\udc80-\udcff]")
_EXPLANATIONS = {
    "unexpected end of data": "A quote that opens here is never closed.",
    "field larger than field limit (1048576)": "A quote that opens here is not closed within 1 MB.",
}
"""Messages of the module csv in words of ours."""


class _Lines:
    """The lines of a file; those that were read too far can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: list[str] = []
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> None:
        """The next line is the second of those taken."""
        self._returned.extend(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        del self.taken[1:]


class _RowRefused(Exception):
    """This row is not well-formed; the message says why."""


def read_rows(path: Path, columns: FileColumns, how: CsvFormat) -> Iterator[FileRecord]:
    """The rows of a file below its header; blank ones do not count. InvalidInput for a header that cannot be used."""
    csv.field_size_limit(MAX_CELL_CHARS)  # it is one for the process, and another reader may have set it
    with path.open(encoding=how.encoding, errors="surrogateescape", newline="") as file:
        lines = _Lines(iter(file))
        for _ in range(how.skip_lines):
            next(lines)
        reader = csv.reader(lines, delimiter=how.separator, strict=True)
        try:
            header = columns.parse_header(next(reader))
        except (csv.Error, UnicodeError, StopIteration) as error:
            raise InvalidInput(f"The first row of {path.name} does not name its columns.") from error
        yield from _rows_below(lines, reader, header, columns)


def _rows_below(lines: _Lines, reader: Any, header: Sequence[str], columns: FileColumns) -> Iterator[FileRecord]:
    number = 0
    readable = True
    while readable:
        lines.taken.clear()
        first_line = lines.number + 1
        problem, raw = None, b""
        try:
            row = _row(reader, lines, header, columns)
            if not any(row.values()):
                continue
            raw = msgspec.json.encode(columns.to_json(row))
        except StopIteration:
            return
        except (csv.Error, _RowRefused) as error:
            problem = _EXPLANATIONS.get(str(error), f"The row is not well-formed: {error}.")
            lines.give_back_all_but_first()
        except UnicodeError as error:
            problem = f"The file cannot be read further in its encoding: {error}."
            readable = False
        number += 1
        yield FileRecord(number, raw or "".join(lines.taken).encode("utf-8", "replace"), first_line, problem)


def _row(reader: Any, lines: _Lines, header: Sequence[str], columns: FileColumns) -> dict[str, str]:
    """The next row by column."""
    cells: list[str] = next(reader)
    if sum(line.count('"') for line in lines.taken) % 2:
        raise _RowRefused("it has a quote without a second one")
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    if cells and len(cells) != len(header):
        raise _RowRefused(f"it has {len(cells)} cells, and the header {len(header)}")
    row = dict(zip(header, cells, strict=False))
    for column, cell in row.items():
        if _UNDECODABLE.search(cell):
            raise _RowRefused(f"`{column}` has bytes that are not of the file's encoding")
        if "\n" in cell and not columns.may_have_lines(column):
            raise _RowRefused(f"`{column}` goes on over the end of the line")
        if cell and not column:
            raise _RowRefused("it has a value in a column without a name")
    return row
