"""What becomes of a chunk of records: the shapes that all kinds share, and how a record is read or refused."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from msgspec import Struct, json, to_builtins

from service.db.pool import Connection
from service.errors import AskonceError, InvalidInput
from service.identity.model import Claim
from service.imports.record import FileRecord

Item = TypeVar("Item")


class RefusedRecord(Struct, frozen=True, kw_only=True):
    """A record that was not stored, and why; it can be corrected and imported again."""

    record: int
    line: int
    """The line of the file in which it begins."""
    field: str
    reason: str
    raw: str


class ChunkResult(Struct, frozen=True, kw_only=True):
    """What became of a chunk."""

    stored: int
    known: int
    refused: list[RefusedRecord]
    changed: dict[UUID, int]


class ImportProgress(NamedTuple):
    """How far an import has come, in records."""

    read: int = 0
    stored: int = 0
    known: int = 0
    """Records that had been registered before."""
    refused: int = 0

    def advanced(self, read: int, result: ChunkResult) -> Self:
        """The progress with a chunk of so many records."""
        return self._replace(
            read=self.read + read,
            stored=self.stored + result.stored,
            known=self.known + result.known,
            refused=self.refused + len(result.refused),
        )


class RefusalFile:
    """Where refused records are written with their reasons: a line of JSON each, in no order.

    Several processes may append at once. A line is written before the chunk commits: a process that is killed between
    the two leaves a line twice rather than never.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, refused: Sequence[RefusedRecord]) -> None:
        """Write these at the end of the file; without any there is none."""
        if refused:
            lines = b"".join(json.encode(one) + b"\n" for one in refused)
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            with os.fdopen(file, "wb", buffering=0) as out:
                out.write(lines)


class ChunkWriter(Protocol):
    """Stores records of one kind."""

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Store a chunk in the caller's transaction; refuse what cannot be stored."""
        ...

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The JSON of a record as it would be stored, its identities canonical. InvalidInput if refused."""
        ...


def parse_records(
    chunk: Iterable[FileRecord], parse_record: Callable[[FileRecord], Item]
) -> tuple[list[Item], list[RefusedRecord]]:
    """The records as `parse_record` understands them, and those that cannot be read or that it refuses."""
    items: list[Item] = []
    refused: list[RefusedRecord] = []
    for record in chunk:
        if record.problem is not None:
            refused.append(refused_record(record, InvalidInput(record.problem)))
            continue
        try:
            items.append(parse_record(record))
        except InvalidInput as error:
            refused.append(refused_record(record, error))
    return items, refused


def preview_json(stated: Struct, claims: Iterable[Claim]) -> dict[str, Any]:
    """What a record states, with its identities in their canonical form."""
    fields = {name: value for name, value in to_builtins(stated).items() if name != "identities"}
    return {"identities": [{**one.identity._asdict(), "verified": one.verified} for one in claims], **fields}


def refused_record(record: FileRecord, error: AskonceError) -> RefusedRecord:
    """Why this record is not stored."""
    field = error.field if isinstance(error, InvalidInput) else ""
    reason = error.message if isinstance(error, InvalidInput) else error.detail
    raw = record.raw.decode("utf-8", "replace")
    return RefusedRecord(record=record.number, line=record.line, field=field, reason=reason, raw=raw)
