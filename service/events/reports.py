"""Reports: systems that made a handoff hear what becomes of it, in their own words and at an address that they named.

The states of one handoff are told in their order. As with webhooks, a claim moves `due_at` to when the try must long be
over, so that a worker that dies leaves it to another one: at least once, and rarely twice.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct

from service.db.outbox import OutboxRow
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import SecretUnreadable
from service.events import sending
from service.events.deliveries import CLAIM_LEASE
from service.events.retries import UNSIGNED, TryOutcome, time_of_next_try
from service.model.interaction import JsonObject
from service.model.vocabulary import OPEN_HANDOFF_STATES, HandoffState
from service.sealing.keys import open_secret

SQL = Statements("service.events", "reports")

MAX_CLAIMED_REPORTS = 8
_STATE_OF_EVENT_TYPE = {f"handoff.{state}": state for state in HandoffState}


class DueReport(Struct, frozen=True, kw_only=True):
    """A state that is told now; `source` and `secret` are those of the door that the handoff came through."""

    handoff_id: UUID
    outbox_id: int
    state: HandoffState
    source: str
    secret: str
    url: str
    body: str
    queued_at: datetime
    tries: int


async def create_report(
    connection: Connection, handoff_id: UUID, account_id: UUID, *, url: str, bodies: Mapping[HandoffState, JsonObject]
) -> None:
    """Have the maker of a handoff told of these states at this address."""
    await connection.execute(SQL.create_report, handoff_id, account_id, url, msgspec.json.encode(bodies).decode())


async def queue_reports(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Queue what has become of handoffs for those who want to hear of it; a subscriber of the worker's relay."""
    state_changes = [row for row in rows if row.type in _STATE_OF_EVENT_TYPE]
    if state_changes:
        await connection.execute(
            SQL.queue_reports,
            [row.subject_id for row in state_changes],
            [_STATE_OF_EVENT_TYPE[row.type] for row in state_changes],
            [row.outbox_id for row in state_changes],
            [row.created_at for row in state_changes],
        )


async def claim_reports(connection: Connection, now: datetime) -> list[DueReport]:
    """What is to be told now, at most AT_ONCE."""
    rows = await connection.fetch(SQL.claim_reports, now, now + CLAIM_LEASE, MAX_CLAIMED_REPORTS)
    return [DueReport(**{**row, "state": HandoffState(row["state"])}) for row in rows]


async def send_report(client: httpx.AsyncClient, due: DueReport, *, allow_private: bool, now: datetime) -> TryOutcome:
    """How telling ended. The secret itself goes nowhere: it signs, as the secret of a webhook does."""
    if not allow_private and urlsplit(due.url).scheme != "https":
        return TryOutcome(failure="not https", gone=True)
    body = due.body.encode()
    try:
        secret = open_secret(due.secret).encode()
    except SecretUnreadable:
        return UNSIGNED
    headers = sending.signed_headers(
        body,
        message_id=f"{due.handoff_id}:{due.outbox_id}",
        secrets=[f"whsec_{base64.b64encode(secret).decode()}"],
        content_type="application/json",
        now=now,
    )
    return await sending.post_message(client, due.url, body, headers, now=now)


async def settle_report(
    connection: Connection, due: DueReport, outcome: TryOutcome, *, now: datetime, jitter: float
) -> None:
    """Store how a try ended: told, to be tried again, or given up with all that was to follow."""
    next_try_at = None
    if outcome.failure and not outcome.gone:
        next_try_at = time_of_next_try(
            tries=due.tries, queued_at=due.queued_at, now=now, jitter=jitter, retry_after=outcome.retry_after
        )
    if next_try_at is not None:
        await connection.execute(SQL.postpone_report, due.handoff_id, due.outbox_id, due.tries, next_try_at)
    elif outcome.failure or due.state not in OPEN_HANDOFF_STATES:
        await connection.execute(SQL.delete_report, due.handoff_id)
    else:
        await connection.execute(SQL.delete_delivered_report, due.handoff_id, due.outbox_id)
