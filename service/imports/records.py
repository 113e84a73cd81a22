"""A chunk of source records of a file, put as the service puts them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import to_builtins

from service.db.pool import Connection
from service.errors import CustomerErased, InvalidInput, SourceReserved
from service.identity.sources.records import find_erased_records, put_records
from service.identity.sources.stating import StatedRecord, record_key, state_record
from service.imports.chunk import ChunkResult, parse_records, refused_record
from service.imports.record import FileRecord
from service.imports.record_columns import FileSourceRecord
from service.model.decode import decode_json
from service.registration.sources import is_reserved

_ALWAYS = datetime.max.replace(tzinfo=UTC)
"""The time of a preview: what is stated keeps its own."""


class SourceRecordImporter:
    """Puts source records of files in the name of a key, those without a source under the given one."""

    def __init__(self, *, key_id: UUID, region: str, source: str | None) -> None:
        self._key_id = key_id
        self._region = region
        self._source = source

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Put a chunk; a record that states what it stated before counts as known."""
        parsed, refused = parse_records(chunk, lambda record: (record, self._state(record, now)))
        erased = await find_erased_records(connection, [stated for _, stated in parsed])
        refused += [refused_record(record, CustomerErased()) for record, stated in parsed if stated.key in erased]
        records = [stated for _, stated in parsed if stated.key not in erased]
        put = await put_records(connection, records, now=now, key_id=self._key_id)
        stored = sum(one.changed for one in put.results)
        return ChunkResult(stored=stored, known=len(records) - stored, refused=refused, changed=put.changed)

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The record as it would be put. InvalidInput if it is refused."""
        stated = self._state(record, _ALWAYS)
        shown = to_builtins(decode_json(record.raw, FileSourceRecord))
        return {
            **stated.key._asdict(),
            **{name: value for name, value in shown.items() if name not in stated.key._fields},
        }

    def _state(self, record: FileRecord, now: datetime) -> StatedRecord:
        stated = decode_json(record.raw, FileSourceRecord)
        source = stated.source or self._source
        if source is None:
            raise InvalidInput(field="source", message="Say --source, or name the source in a column of the file.")
        if is_reserved(source):
            raise InvalidInput(SourceReserved().detail, field="source")
        return state_record(record_key(source, stated.external_id), stated, region=self._region, now=now)
