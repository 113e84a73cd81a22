"""Imports whole files: window by window, each in parts, each with its progress, so that it resumes where it ended.

A window is so many records, split into parts that share no customer. The parts may be stored at the same time, by
several processes; the next window begins when all of them are. So the records of a customer are registered in the order
of the file. What a part has stored is committed together with its progress, and becomes that of the file with the end
of the window.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from itertools import islice
from uuid import UUID

import asyncpg
from msgspec import Struct

from service.access.model import IMPORT_SPACE
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import DatabaseBusy, InvalidInput
from service.imports.chunk import ChunkResult, ChunkWriter, ImportProgress, RefusedRecord, refused_record
from service.imports.files import RecordFile
from service.imports.parts import split_records
from service.imports.record import FileRecord

SQL = Statements("service.imports", "importer")

CHUNK_RECORDS = 2000
JUDGED_RECORDS = 500
WINDOW_CHUNKS = 16
"""So many processes at most have something to do; fewer wait for each other the less, the more chunks there are."""
_MAX_TRIES = 5


_SHAPES = {
    "customers": ("service.identity.profile", "CustomerInput"),
    "interactions": ("service.model.interaction", "Interaction"),
    "records": ("service.imports.record_columns", "FileSourceRecord"),
    "places": ("service.identity.sources.places", "PlaceInput"),
}
"""Where the shape of a kind is: a command imports one of them."""


class ImportKind(StrEnum):
    """What the records of a file are."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"
    RECORDS = "records"
    PLACES = "places"

    @property
    def shape(self) -> type[Struct]:
        """What a record states: the body that the API takes."""
        module, name = _SHAPES[self]
        shape: type[Struct] = getattr(import_module(module), name)
        return shape

    @property
    def chunk_records(self) -> int:
        """Records of one transaction: fewer where each takes long to be judged, while the transaction is open."""
        return JUDGED_RECORDS if self is ImportKind.RECORDS else CHUNK_RECORDS


class Part(Struct, frozen=True, kw_only=True):
    """Records of a window that are stored by one process, in their order."""

    file_hash: bytes
    name: str
    """Kind, window and number: what its progress is kept under, beside that of the file."""
    chunk_records: int
    records: list[FileRecord]
    done: ImportProgress
    """What an earlier run came to."""


class Window(Struct, frozen=True, kw_only=True):
    """Records of a file that are next."""

    end: int
    """How many records of the file are read with this window."""
    parts: list[Part]


class PartResult(Struct, frozen=True, kw_only=True):
    """What became of the rest of a part."""

    read: int
    changed: dict[UUID, int]
    """The customers that changed, with their versions."""


class FileImport:
    """The import of one file of one kind into one database."""

    def __init__(
        self, database: Database, file: RecordFile, kind: ImportKind, *, space_id: int = IMPORT_SPACE, variant: str = ""
    ) -> None:
        """`variant` is what else the file is read with: with another one an import begins anew."""
        self._database = database
        self._file = file
        self._kind = kind
        self._hash = _hash_of(file, space_id, variant)
        self._parts: dict[str, ImportProgress] = {}
        self.progress = ImportProgress()

    async def load_progress(self) -> int:
        """How many records an earlier run came to, those of its last window included."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(SQL.find_progress, self._hash, self._kind)
        self._parts = {name: ImportProgress(*progress) for name, *progress in rows}
        self.progress = self._parts.pop(self._kind, self.progress)
        return self.progress.read + sum(done.read for done in self._parts.values())

    def remaining_windows(self) -> Iterator[Window]:
        """What is still to be read."""
        end = self.progress.read
        remaining = islice(self._file, end, None)
        while records := list(islice(remaining, self._kind.chunk_records * WINDOW_CHUNKS)):
            window = Window(end=end + len(records), parts=self._split(records, end))
            yield window
            end = window.end

    def _split(self, records: list[FileRecord], begin: int) -> list[Part]:
        """The parts of a window that begins behind so many records."""
        size = self._kind.chunk_records
        parts = split_records(records, part_records=size)
        names = [f"{self._kind} {size} {begin} {number}/{len(parts)}" for number in range(len(parts))]
        return [
            Part(
                file_hash=self._hash,
                name=name,
                chunk_records=size,
                records=part,
                done=self._parts.get(name, ImportProgress()),
            )
            for name, part in zip(names, parts, strict=True)
        ]

    async def finish_window(self, window: Window, now: datetime) -> None:
        """Make what its parts have done the progress of the file."""
        async with self._database.connection() as connection:
            names = [part.name for part in window.parts]
            row = await connection.fetchrow(SQL.finish_window, self._hash, self._kind, names, window.end, now)
        assert row is not None  # it stores one
        self.progress = ImportProgress(*row)


class PartImport:
    """Stores parts."""

    def __init__(
        self, database: Database, write_chunk: ChunkWriter, keep_refused: Callable[[Sequence[RefusedRecord]], None]
    ) -> None:
        """`keep_refused` is told what a chunk refuses before the chunk commits."""
        self._database = database
        self._write_chunk = write_chunk
        self._keep_refused = keep_refused

    async def import_part(self, part: Part, now: datetime) -> PartResult:
        """Store what is left of a part, chunk by chunk."""
        run, size = _PartRun(part=part, done=part.done), part.chunk_records
        for start in range(part.done.read, len(part.records), size):
            await self._import_chunk(run, part.records[start : start + size], now)
        return PartResult(read=run.done.read - part.done.read, changed=run.changed)

    async def _import_chunk(self, run: "_PartRun", chunk: Sequence[FileRecord], now: datetime) -> None:
        """Store a chunk with the progress it makes; both are durable, or neither is."""
        for _ in range(_MAX_TRIES):
            try:
                async with self._database.transaction() as connection:
                    result = await self._write_chunk(connection, chunk, now)
                    done = await self._store_progress(connection, run, len(chunk), result, now)
            except DatabaseBusy:
                continue
            except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
                await self._import_one_by_one(run, chunk, now)
                return
            run.done = done
            run.changed |= result.changed
            return
        raise DatabaseBusy

    async def _import_one_by_one(self, run: "_PartRun", chunk: Sequence[FileRecord], now: datetime) -> None:
        """The same for a chunk with a record that the database refuses: that record is refused alone."""
        if len(chunk) > 1:
            for record in chunk:
                await self._import_chunk(run, [record], now)
            return
        error = InvalidInput("The database cannot store a value of this record.")
        result = ChunkResult(stored=0, known=0, refused=[refused_record(chunk[0], error)], changed={})
        async with self._database.transaction() as connection:
            run.done = await self._store_progress(connection, run, 1, result, now)

    async def _store_progress(
        self, connection: Connection, run: "_PartRun", read: int, result: ChunkResult, now: datetime
    ) -> ImportProgress:
        """The progress with a chunk, stored in the transaction that stores the chunk; what is refused is told then."""
        done = run.done.advanced(read, result)
        await connection.execute(SQL.store_progress, run.part.file_hash, run.part.name, *done, now)
        self._keep_refused(result.refused)
        return done


class _PartRun(Struct, kw_only=True):
    """How far a part has come."""

    part: Part
    done: ImportProgress
    changed: dict[UUID, int] = {}


def _hash_of(file: RecordFile, space_id: int, variant: str) -> bytes:
    """What an import goes on by: in another encoding a file holds other records, and in another space other events."""
    with file.path.open("rb") as content:
        digest = hashlib.file_digest(content, "blake2b")
    if file.csv_format is not None and file.csv_format.encoding not in {"utf-8", "utf-8-sig"}:
        digest.update(f"{file.csv_format.encoding} {file.csv_format.separator}".encode())
    if space_id != IMPORT_SPACE:
        digest.update(f"space {space_id}".encode())
    digest.update(variant.encode())
    return digest.digest()
