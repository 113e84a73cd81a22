"""The ledger of erasures: a file beside the database, so that a backup that is restored is erased again.

It has a line of JSON for each erasure: ids, times and keyed hashes, nothing that a person said or is called by. A line
is on disk before the erasure is answered.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import DecodeError, Struct, json

from service.errors import ConfigurationError
from service.settings.model import Settings

_LONGEST_LINE = 1 << 20
FILE_NAME = "erasures.jsonl"


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """An erasure that was carried out."""

    erasure_id: UUID
    customer_ids: tuple[UUID, ...]
    erased_at: datetime
    refused_until: datetime
    ordered_by: str
    request_id: UUID | None = None
    digests: tuple[str, ...] = ()
    """Keyed hashes of the identities (hexadecimal)."""


class ErasureLedger:
    """The file of this deployment; without one nothing is kept outside of the database."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    async def append(self, entry: LedgerEntry) -> None:
        """Write a line, and wait until it is on disk. ConfigurationError if the file cannot be written."""
        if self.path is not None:
            await asyncio.to_thread(_append, self.path, json.encode(entry) + b"\n")

    def entries(self) -> Iterator[LedgerEntry]:
        """Every erasure, the oldest first; none without a file. ConfigurationError for a line that is no entry.

        A last line that was cut off is passed over: its erasure was never answered.
        """
        if self.path is None or not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield json.decode(line, type=LedgerEntry)
                except DecodeError as error:
                    raise ConfigurationError(f"Line {number} of {self.path} is no erasure.") from error


def ledger_of(settings: Settings) -> ErasureLedger:
    """The file that the settings name; with servers of its own, that is one in the data folder if they name none."""
    return ErasureLedger(settings.erasures_file)


def _cut_unfinished_line(file: int) -> None:
    """Take away a last line without an end: a process died over it, and its erasure is carried out again."""
    size = os.fstat(file).st_size
    tail = os.pread(file, _LONGEST_LINE, max(size - _LONGEST_LINE, 0))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(file, size - len(tail) + tail.rfind(b"\n") + 1)


def _append(path: Path, line: bytes) -> None:
    try:
        new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_unfinished_line(file)
            os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise ConfigurationError(f"The ledger of erasures {path} cannot be written: {error.strerror}.") from error
