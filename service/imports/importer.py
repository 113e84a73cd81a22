"""Imports whole files: chunk by chunk, each with its progress in one transaction, so that it resumes where it ended."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Protocol, TypeVar
from uuid import UUID

import asyncpg
from msgspec import Struct, to_builtins

from service.access.model import IMPORT_SPACE
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import AskonceError, DatabaseBusy, InvalidInput
from service.identity.model import Claim
from service.identity.profile import CustomerInput
from service.identity.sources.places import PlaceInput
from service.imports.files import RecordFile
from service.imports.record import FileRecord
from service.imports.record_columns import FileSourceRecord
from service.model.interaction import Interaction

SQL = Statements("service.imports", "importer")

CHUNK_RECORDS = 2000
JUDGED_RECORDS = 500
_MAX_TRIES = 5
Item = TypeVar("Item")


class ImportKind(StrEnum):
    """What the records of a file are."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"
    RECORDS = "records"
    PLACES = "places"

    @property
    def shape(self) -> type[Struct]:
        """What a record states: the body that the API takes."""
        return _SHAPES[self]

    @property
    def chunk_records(self) -> int:
        """Records of one transaction: fewer where each takes long to be judged, while the transaction is open."""
        return JUDGED_RECORDS if self is ImportKind.RECORDS else CHUNK_RECORDS


_SHAPES: dict[ImportKind, type[Struct]] = {
    ImportKind.CUSTOMERS: CustomerInput,
    ImportKind.INTERACTIONS: Interaction,
    ImportKind.RECORDS: FileSourceRecord,
    ImportKind.PLACES: PlaceInput,
}


class RefusedRecord(Struct, frozen=True, kw_only=True):
    """A record that was not stored, and why; it can be corrected and imported again."""

    record: int
    line: int
    """The line of the file in which it begins."""
    field: str
    reason: str
    raw: str


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


class ChunkWriter(Protocol):
    """Stores records of one kind."""

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Store a chunk in the caller's transaction; refuse what cannot be stored."""
        ...

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The JSON of a record as it would be stored, its identities canonical. InvalidInput if refused."""
        ...


class FileImport:
    """The import of one file of one kind into one database."""

    def __init__(
        self,
        database: Database,
        file: RecordFile,
        kind: ImportKind,
        write_chunk: ChunkWriter,
        *,
        space_id: int = IMPORT_SPACE,
        variant: str = "",
    ) -> None:
        """`variant` is what else the file is read with: with another one an import begins anew."""
        self._database = database
        self._file = file
        self._kind = kind
        self._write_chunk = write_chunk
        self._hash = _hash_of(file, space_id, variant)
        self.progress = ImportProgress()

    async def load_progress(self) -> None:
        """Find out how far an earlier run came."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(SQL.find_progress, self._hash, self._kind)
        if row is not None:
            self.progress = ImportProgress(
                read=row["rows_read"], stored=row["rows_stored"], known=row["rows_known"], refused=row["rows_refused"]
            )

    def remaining_chunks(self) -> Iterator[Sequence[FileRecord]]:
        """What is still to be read, in chunks."""
        remaining = islice(self._file, self.progress.read, None)
        while chunk := list(islice(remaining, self._kind.chunk_records)):
            yield chunk

    async def import_chunk(self, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Store a chunk with the progress it makes; both are durable, or neither is."""
        for _ in range(_MAX_TRIES):
            try:
                async with self._database.transaction() as connection:
                    outcome = await self._write_chunk(connection, chunk, now)
                    advanced = self._advance(len(chunk), outcome)
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
                return await self._import_one_by_one(chunk, now)
            self.progress = advanced
            return outcome
        raise DatabaseBusy

    async def _import_one_by_one(self, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """The same for a chunk with a record that the database refuses: that record is refused alone."""
        if len(chunk) == 1:
            error = InvalidInput("The database cannot store a value of this record.")
            result = ChunkResult(stored=0, known=0, refused=[refused_record(chunk[0], error)], changed={})
            self.progress = self._advance(1, result)
            return result
        results = [await self.import_chunk([record], now) for record in chunk]
        return ChunkResult(
            stored=sum(one.stored for one in results),
            known=sum(one.known for one in results),
            refused=[refused for one in results for refused in one.refused],
            changed={customer_id: version for one in results for customer_id, version in one.changed.items()},
        )

    def _advance(self, read: int, result: ChunkResult) -> ImportProgress:
        return ImportProgress(
            read=self.progress.read + read,
            stored=self.progress.stored + result.stored,
            known=self.progress.known + result.known,
            refused=self.progress.refused + len(result.refused),
        )


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
