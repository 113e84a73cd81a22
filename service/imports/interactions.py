"""A chunk of interactions of a file, registered as the service registers them, their rows sent by COPY."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.access.model import IMPORT_SPACE
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.errors import CustomerErased, InvalidInput, SourceReserved
from service.imports.chunk import ChunkResult, parse_records, preview_json, refused_record
from service.imports.record import FileRecord
from service.model.decode import decode_json
from service.model.interaction import Interaction
from service.registration.model import Submission
from service.registration.prepare import prepare_submission
from service.registration.sources import HouseSource, is_reserved
from service.registration.transaction import register_in_transaction


class InteractionImporter:
    """Stores interactions of files in the name of a key; each counts once in the given space."""

    def __init__(self, *, key_id: UUID, region: str, reopen: timedelta, space_id: int = IMPORT_SPACE) -> None:
        self._key_id = key_id
        self._space_id = space_id
        self._region = region
        self._reopen = reopen

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Register a chunk; what was registered before counts as known."""
        submissions, refused = parse_records(chunk, self._parse_interaction)
        try:
            async with connection.transaction():
                batch = await register_in_transaction(
                    connection, submissions, now=now, reopen=self._reopen, by_copy=True
                )
        except ConcurrentChange:  # the service wrote to a customer: without COPY, what is locked by now is planned anew
            batch = await register_in_transaction(connection, submissions, now=now, reopen=self._reopen)
        unread = {one.record for one in refused}
        registered = zip((one for one in chunk if one.number not in unread), batch.results, strict=True)
        refused += [refused_record(record, one) for record, one in registered if isinstance(one, CustomerErased)]
        known = sum(one.duplicate for one in batch.results if not isinstance(one, CustomerErased))
        return ChunkResult(
            stored=len(chunk) - len(refused) - known, known=known, refused=refused, changed=batch.changed
        )

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The interaction as it would be stored, its identities in their canonical form. InvalidInput if refused."""
        submission = self._parse_interaction(record)
        return preview_json(submission.interaction, submission.claims)

    def _parse_interaction(self, record: FileRecord) -> Submission:
        interaction = decode_json(record.raw, Interaction)
        if is_reserved(interaction.source) and interaction.source != HouseSource.IMPORT:
            raise InvalidInput(SourceReserved().detail, field="source")
        return prepare_submission(
            interaction, key_id=self._key_id, region=self._region, space_id=self._space_id, imported=True
        )
