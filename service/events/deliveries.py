"""Deliveries of events to webhooks: claimed for a try, and settled by how it ended.

A claim moves `due_at` to when the try must long be over. A worker that dies between sending and settling leaves the
delivery to that moment, when it is sent once more under the same id: at least once, and rarely twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.events.model import DeliveryState, Event, ReplayRequest, WebhookDelivery
from service.events.rules import EventFilter
from service.model.vocabulary import Audience

SQL = Statements("service.events", "deliveries")

MAX_CONCURRENT_TRIES = 8
"""Tries that one worker makes at one webhook at once: however slow that is, the others have their own."""
CLAIM_LEASE = timedelta(seconds=30)
"""Three times as long as a try may take, which leaves room for clocks that disagree."""
MAX_REPLAYED = 10_000
EVERYTHING = ReplayRequest()


class DueDelivery(Struct, frozen=True, kw_only=True):
    """A claimed delivery with what it takes to send it; `tries` counts the present one."""

    webhook_id: UUID
    webhook: str
    url: str
    secrets: Sequence[str]
    """What signs it: the present secret, and those that were replaced lately."""
    event_filter: EventFilter
    event: Event
    tries: int
    queued_at: datetime
    traceparent: str | None = None
    """The trace of what the event tells."""


class FailedTry(Struct, frozen=True, kw_only=True):
    """A try that failed; the next one is at `due_at`, none if that is None."""

    delivery: DueDelivery
    failure: str
    due_at: datetime | None


async def claim_deliveries(connection: Connection, *, now: datetime, running: Mapping[UUID, int]) -> list[DueDelivery]:
    """What is due, at most AT_ONCE for each webhook less the tries that are `running` here, by webhook."""
    rows = await connection.fetch(
        SQL.claim_deliveries, now, now + CLAIM_LEASE, MAX_CONCURRENT_TRIES, list(running), list(running.values())
    )
    return [
        DueDelivery(
            webhook_id=row["webhook_id"],
            webhook=row["name"],
            url=row["url"],
            secrets=row["secrets"],
            event_filter=EventFilter(audience=Audience(row["audience"]), queue=row["wanted_queue"]),
            event=Event(**{name: row[name] for name in _EVENT_FIELDS}),
            tries=row["tries"],
            queued_at=row["queued_at"],
            traceparent=row["traceparent"],
        )
        for row in rows
    ]


_STREAMED_FIELDS = {"merged", "giver", "hidden"}
"""What the filters of streams alone ask for."""
_EVENT_FIELDS = tuple(name for name in Event.__struct_fields__ if name not in _STREAMED_FIELDS)


async def delete_delivered(connection: Connection, delivered: Sequence[DueDelivery], now: datetime) -> None:
    """These have arrived."""
    await connection.execute(SQL.delete_delivered, *_delivery_keys(delivered))
    await connection.execute(SQL.record_arrivals, list({letter.webhook_id for letter in delivered}), now)


async def record_failures(connection: Connection, failures: Sequence[FailedTry], now: datetime) -> None:
    """These have failed: try again, or give up."""
    await connection.execute(
        SQL.record_failures,
        *_delivery_keys([one.delivery for one in failures]),
        [one.delivery.tries for one in failures],
        now,
        [one.failure for one in failures],
        [one.due_at for one in failures],
    )


async def disable_webhooks(connection: Connection, webhook_ids: Sequence[UUID], now: datetime) -> None:
    """The receivers of these webhooks want nothing any more."""
    await connection.execute(SQL.disable_webhooks, webhook_ids, now)


async def list_deliveries(
    connection: Connection, webhook_id: UUID, *, state: DeliveryState | None, after: int, limit: int
) -> list[WebhookDelivery]:
    """The webhook's deliveries after this event that are in this state; without one those dead or failing."""
    return [
        WebhookDelivery(**row) for row in await connection.fetch(SQL.list_deliveries, webhook_id, state, after, limit)
    ]


async def replay_dead_deliveries(
    connection: Connection, webhook_id: UUID, now: datetime, requested: ReplayRequest = EVERYTHING
) -> int:
    """Try what was given up once more, the oldest 10,000 of what is requested; gives how many those are."""
    status = await connection.execute(
        SQL.replay_dead_deliveries, webhook_id, now, MAX_REPLAYED, requested.since, requested.event_id
    )
    return int(status.removeprefix("UPDATE "))


def _delivery_keys(deliveries: Sequence[DueDelivery]) -> tuple[list[UUID], list[int]]:
    return [letter.webhook_id for letter in deliveries], [letter.event.event_id for letter in deliveries]
