"""The timeline of a customer: every interaction in full, page by page."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.interaction import AttemptReport, Participant, Rating
from service.model.vocabulary import Assurance, CallOutcome, Channel, Direction, InteractionKind

SQL = Statements("service.timeline", "history")


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One interaction as it was registered; absent fields are left out."""

    id: UUID
    customer_id: UUID
    version: int
    occurred_at: datetime
    registered_at: datetime
    conversation_id: UUID
    source: str
    source_event_id: str
    channel: Channel
    kind: InteractionKind
    direction: Direction
    assurance: Assurance
    repeated_questions: int = 0
    language: str | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    text: str | None = None
    participant: Participant | None = None
    facts: dict[str, Any] = {}
    asks: tuple[str, ...] = ()
    attempt: AttemptReport | None = None
    rating: Rating | None = None
    data: dict[str, Any] | None = None


class TimelinePage(msgspec.Struct, frozen=True, kw_only=True):
    """Interactions in the order they were registered (or the reverse); `next` is where the next page begins."""

    items: list[TimelineItem]
    next: str | None


_MAX_VERSION_DIGITS = 18
_items_decoder = msgspec.json.Decoder(list[TimelineItem])


async def read_timeline(
    connection: Connection, customer_id: UUID, *, after: str | None, limit: int, newest_first: bool
) -> TimelinePage:
    """A page of the timeline of this customer's merge set, from behind `after`: a version, or a page's `next`.

    Versions order the interactions of one customer; those of merged customers are interleaved by the time they were
    registered, and a cursor `version:customer_id` says where in the set a page ended.
    """
    version, member = _parse_cursor(after, customer_id)
    statement = SQL.read_newest_first if newest_first else SQL.read_oldest_first
    text = await connection.fetchval(statement, customer_id, version, member, limit + 1)
    items = _items_decoder.decode(text or "[]")
    more, items = len(items) > limit, items[:limit]
    return TimelinePage(items=items, next=_cursor(items[-1], customer_id) if more else None)


def _parse_cursor(after: str | None, customer_id: UUID) -> tuple[int | None, UUID]:
    if after is None:
        return None, customer_id
    version, _, member = after.partition(":")
    if not version.isascii() or not version.isdecimal() or len(version) > _MAX_VERSION_DIGITS:
        raise _invalid_cursor()
    try:
        return int(version), UUID(member) if member else customer_id
    except ValueError:
        raise _invalid_cursor() from None


def _invalid_cursor() -> InvalidInput:
    return InvalidInput(field="after", message="Give a version, or the `next` of the page before.")


def _cursor(item: TimelineItem, customer_id: UUID) -> str:
    return str(item.version) if item.customer_id == customer_id else f"{item.version}:{item.customer_id}"
