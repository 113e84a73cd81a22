"""Imports whole files: chunk by chunk, each with its progress in one transaction, so that it resumes where it ended."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncpg
from msgspec import Struct

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import AskonceError, DatabaseBusy, InvalidInput
from service.imports.files import FileRecord, records

SQL = Statements("service.imports", "importer")

CHUNK = 2000
_TRIES = 5
Item = TypeVar("Item")


class ImportKind(StrEnum):
    """What the records of a file are."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"


class RefusedRecord(Struct, frozen=True, kw_only=True):
    """A record that was not stored, and why; it can be corrected and imported again."""

    record: int
    field: str
    reason: str
    line: str


class ImportProgress(Struct, kw_only=True):
    """How far an import has come."""

    read: int = 0
    stored: int = 0
    known: int = 0
    """Records that had been registered before."""
    refused: int = 0


class ChunkResult(Struct, frozen=True, kw_only=True):
    """What became of a chunk."""

    stored: int
    known: int
    refused: list[RefusedRecord]
    changed: dict[UUID, int]


Store = Callable[[Connection, Sequence[FileRecord], datetime], Awaitable[ChunkResult]]
"""Stores a chunk in the caller's transaction; refuses what it cannot take."""


class Import:
    """The import of one file of one kind into one database."""

    def __init__(self, database: Database, path: Path, kind: ImportKind, store: Store) -> None:
        self._database = database
        self._path = path
        self._kind = kind
        self._store = store
        self._hash = _hash_of(path)
        self.progress = ImportProgress()

    async def resume(self) -> None:
        """Find out how far an earlier run came."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(SQL.find_progress, self._hash, self._kind)
        if row is not None:
            self.progress = ImportProgress(
                read=row["rows_read"], stored=row["rows_stored"], known=row["rows_known"], refused=row["rows_refused"]
            )

    def chunks(self) -> Iterator[Sequence[FileRecord]]:
        """What is still to be read, in chunks."""
        rest = islice(records(self._path), self.progress.read, None)
        while chunk := list(islice(rest, CHUNK)):
            yield chunk

    async def take(self, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Store a chunk with the progress it makes; both are durable, or neither is."""
        for _ in range(_TRIES):
            try:
                async with self._database.transaction() as connection:
                    outcome = await self._store(connection, chunk, now)
                    advanced = self._advanced(len(chunk), outcome)
                    await connection.execute(
                        SQL.store_progress,
                        self._hash,
                        self._kind,
                        advanced.read,
                        advanced.stored,
                        advanced.known,
                        advanced.refused,
                        now,
                    )
            except DatabaseBusy:
                continue
            except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
                return await self._take_one_by_one(chunk, now)
            self.progress = advanced
            return outcome
        raise DatabaseBusy

    async def _take_one_by_one(self, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """The same for a chunk with a record that the database refuses: that record is refused alone."""
        if len(chunk) == 1:
            error = InvalidInput("The database cannot store a value of this record.")
            outcome = ChunkResult(stored=0, known=0, refused=[refusal(chunk[0], error)], changed={})
            self.progress = self._advanced(1, outcome)
            return outcome
        outcomes = [await self.take([record], now) for record in chunk]
        return ChunkResult(
            stored=sum(one.stored for one in outcomes),
            known=sum(one.known for one in outcomes),
            refused=[refused for one in outcomes for refused in one.refused],
            changed={customer_id: version for one in outcomes for customer_id, version in one.changed.items()},
        )

    def _advanced(self, read: int, outcome: ChunkResult) -> ImportProgress:
        return ImportProgress(
            read=self.progress.read + read,
            stored=self.progress.stored + outcome.stored,
            known=self.progress.known + outcome.known,
            refused=self.progress.refused + len(outcome.refused),
        )


def parse(chunk: Iterable[FileRecord], read: Callable[[FileRecord], Item]) -> tuple[list[Item], list[RefusedRecord]]:
    """The records as `read` understands them, and those it refuses."""
    items: list[Item] = []
    refused: list[RefusedRecord] = []
    for record in chunk:
        try:
            items.append(read(record))
        except InvalidInput as error:
            refused.append(refusal(record, error))
    return items, refused


def refusal(record: FileRecord, error: AskonceError) -> RefusedRecord:
    """Why this record is not stored."""
    field = error.field if isinstance(error, InvalidInput) else ""
    reason = error.message if isinstance(error, InvalidInput) else error.detail
    return RefusedRecord(record=record.number, field=field, reason=reason, line=record.raw.decode("utf-8", "replace"))


def _hash_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()
