"""Reads the records of a JSONL or CSV file, one after the other; what is in them is judged elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from service.errors import InvalidInput
from service.imports.columns import Columns, FileColumns
from service.imports.csv_format import CsvFormat, detect_format
from service.imports.csv_rows import read_rows
from service.imports.record import FileRecord

_JSON_ENDINGS = frozenset({".jsonl", ".ndjson", ".json"})
_CSV_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class RecordFile:
    """A file of records of one shape or with columns of its own; how a CSV is written is detected as far as not stated.

    InvalidInput for a file of another kind, or whose format cannot be told or does not fit.
    """

    def __init__(
        self,
        path: Path,
        shape: type[msgspec.Struct] | FileColumns,
        *,
        encoding: str | None = None,
        separator: str | None = None,
    ) -> None:
        self.path = path
        self._columns: FileColumns = Columns(shape) if isinstance(shape, type) else shape
        self.csv_format: CsvFormat | None = None
        if path.suffix.lower() in _CSV_ENDINGS:
            self.csv_format = detect_format(path, self._columns.is_known, encoding=encoding, separator=separator)
        elif path.suffix.lower() not in _JSON_ENDINGS:
            raise InvalidInput(f"{path.name} is neither .jsonl nor .csv.")
        elif encoding or separator:
            raise InvalidInput("An encoding and a separator are for CSV files: JSON is always UTF-8.")

    def __iter__(self) -> Iterator[FileRecord]:
        """The records in their order; blank lines do not count."""
        if self.csv_format is not None:
            return read_rows(self.path, self._columns, self.csv_format)
        return self._json_lines()

    def _json_lines(self) -> Iterator[FileRecord]:
        number = 0
        with self.path.open("rb") as file:
            for line, text in enumerate(file, start=1):
                raw = text.removeprefix(_BYTE_ORDER_MARK if line == 1 else b"").strip()
                if raw:
                    number += 1
                    yield FileRecord(number, raw, line)
