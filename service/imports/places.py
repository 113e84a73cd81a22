"""A chunk of places of a file, each with one of its postal codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from service.db.pool import Connection
from service.identity.sources.places import PlaceInput, store_places
from service.imports.chunk import ChunkResult, parse_records
from service.imports.record import FileRecord
from service.model.decode import decode_json


class PlaceImporter:
    """Stores places of files."""

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:  # noqa: ARG002 (the protocol's)
        """Store a chunk; places that are there count as known."""
        places, refused = parse_records(chunk, _parse)
        stored = await store_places(connection, places)
        return ChunkResult(stored=stored, known=len(places) - stored, refused=refused, changed={})

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The place as it would be stored. InvalidInput if it is refused."""
        shown: dict[str, Any] = to_builtins(_parse(record))
        return shown


def _parse(record: FileRecord) -> PlaceInput:
    return decode_json(record.raw, PlaceInput)
