"""Delivers changes of golden records to the webhooks of their sources: in order for each customer, one at a time.

A message names a customer and its records in the source; the source reads the golden record itself, so that what
changed while a message waits needs no message of its own. A claim is a lease: a worker that dies leaves the change to
the time when the lease ends, and it is sent once more under the same id.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import SecretUnreadable
from service.events.deliveries import disable_webhooks
from service.events.payload import CLOUD_EVENT_MEDIA_TYPE
from service.events.retries import UNSIGNED, TryOutcome, time_of_next_try
from service.events.sending import post_message, signed_headers
from service.resolution.playback.model import GoldenRecordChanged, GoldenRecordEnvelope

SQL = Statements("service.resolution.playback", "delivery")

MESSAGES_AT_ONCE = 32
CLAIM_LEASE = timedelta(seconds=30)
"""Three times as long as a try may take."""


class DueMessage(Struct, frozen=True, kw_only=True):
    """What one source is told of one customer, claimed; all its lists are by record."""

    source: str
    customer_id: UUID
    version: int
    external_ids: Sequence[str]
    sequences: Sequence[int]
    changed_at: datetime
    queued_at: datetime
    tries: int
    url: str
    webhook_id: UUID
    secrets: Sequence[str]

    @property
    def message_id(self) -> str:
        """The same in every try; another one once more has changed."""
        return f"golden-{max(self.sequences)}"


async def claim_messages(
    connection: Connection, now: datetime, *, sources: Collection[str] | None = None
) -> list[DueMessage]:
    """What is due, of these sources or of all; nothing while another worker claims."""
    if await connection.fetchval(SQL.hold_claims) is None:
        return []
    wanted = None if sources is None else list(sources)
    rows = await connection.fetch(SQL.claim_messages, now, now + CLAIM_LEASE, MESSAGES_AT_ONCE, wanted)
    return [DueMessage(**row) for row in rows]


async def send_message(client: httpx.AsyncClient, message: DueMessage, *, origin: str, now: datetime) -> TryOutcome:
    """How sending ended, whatever went wrong; `origin` is the source of the CloudEvent."""
    data = GoldenRecordChanged(
        source=message.source,
        external_ids=list(message.external_ids),
        customer_id=message.customer_id,
        version=message.version,
        sequence=max(message.sequences),
    )
    envelope = GoldenRecordEnvelope(
        id=message.message_id, source=origin, subject=str(message.customer_id), time=message.changed_at, data=data
    )
    body = msgspec.json.encode(envelope)
    try:
        headers = signed_headers(
            body, message_id=message.message_id, secrets=message.secrets, content_type=CLOUD_EVENT_MEDIA_TYPE, now=now
        )
    except SecretUnreadable:
        return UNSIGNED
    return await post_message(client, message.url, body, headers, now=now)


async def settle_messages(
    connection: Connection, ended: Sequence[tuple[DueMessage, TryOutcome]], *, now: datetime, jitter: float
) -> None:
    """Store how tries ended: what arrived is over unless more has changed, what failed has its next time, or none.

    The webhook of a receiver who says that it is gone is sent nothing more.
    """
    rows = []
    for message, outcome in ended:
        due_at = None
        if outcome.failure and not outcome.gone:
            due_at = time_of_next_try(
                tries=message.tries,
                queued_at=message.queued_at,
                now=now,
                jitter=jitter,
                retry_after=outcome.retry_after,
            )
        for external_id, sequence in zip(message.external_ids, message.sequences, strict=True):
            rows.append((message.source, external_id, sequence, outcome.failure or None, due_at))
    await connection.execute(SQL.settle, *columns(rows, 5), now)
    gone = {message.webhook_id for message, outcome in ended if outcome.gone}
    if gone:
        await disable_webhooks(connection, sorted(gone), now)
