"""The timeline of a customer: every interaction in full, page by page."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.fields import ConversationId, InteractionId
from service.model.interaction import AttemptReport, Participant, Rating, Timestamp
from service.model.page import Page
from service.model.vocabulary import Assurance, CallOutcome, Channel, Direction, InteractionKind

SQL = Statements("service.timeline", "history")


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One interaction as it was registered; absent fields are left out."""

    id: InteractionId
    customer_id: Annotated[
        UUID,
        Meta(description="Customer it was registered for; possibly one merged into the customer asked for."),
    ]
    version: Annotated[
        int,
        Meta(description="Version of that customer's context that the interaction brought; it orders the timeline."),
    ]
    occurred_at: Annotated[
        Timestamp, Meta(description="When it happened, as the source states it, an RFC 3339 time, even in the future.")
    ]
    registered_at: Annotated[Timestamp, Meta(description="When the service registered it, an RFC 3339 time.")]
    conversation_id: ConversationId
    source: Annotated[str, Meta(description="The system that registered the interaction.")]
    source_event_id: Annotated[str, Meta(description="The source's own id of the event.")]
    channel: Annotated[Channel, Meta(description="Where the touchpoint happened.")]
    kind: Annotated[
        InteractionKind, Meta(description="What the touchpoint was, such as a message, a call or a purchase.")
    ]
    direction: Annotated[
        Direction,
        Meta(description="`inbound` comes from the customer, `outbound` goes to it, `internal` stays among staff."),
    ]
    assurance: Annotated[
        Assurance, Meta(description="How sure the channel was who was speaking, from `none` to `verified`.")
    ]
    repeated_questions: Annotated[
        int, Meta(description="How many of the `asks` were known already when they were asked.")
    ] = 0
    language: Annotated[
        str | None, Meta(description="Language of the text, a BCP 47 tag; absent when it is unknown.")
    ] = None
    outcome: Annotated[
        CallOutcome | None, Meta(description="How a call ended; absent for everything that is no call.")
    ] = None
    mood: Annotated[
        float | None,
        Meta(description="The customer's mood, from -1 (very unhappy) to 1 (very happy); absent when unknown."),
    ] = None
    text: Annotated[
        str | None, Meta(description="What was said or written, as plain text; absent when nothing was.")
    ] = None
    participant: Annotated[
        Participant | None, Meta(description="The person or system that spoke; absent when it is not known.")
    ] = None
    facts: Annotated[dict[str, Any], Meta(description="What became known, by fact name; absent when nothing did.")] = {}
    asks: Annotated[
        tuple[str, ...],
        Meta(description="Names of the facts that the channel asked for; absent when it asked for none."),
    ] = ()
    attempt: Annotated[
        AttemptReport | None, Meta(description="A try to solve the matter; absent when none was made.")
    ] = None
    rating: Annotated[Rating | None, Meta(description="A rating by the customer; absent when there is none.")] = None
    answered: Annotated[
        bool | None, Meta(description="Whether a concern was answered; absent for what is none, or when unknown.")
    ] = None
    data: Annotated[
        dict[str, Any] | None,
        Meta(description="Anything else that the channel sent, as it came; absent when there was nothing."),
    ] = None


_MAX_VERSION_DIGITS = 18
_items_decoder = msgspec.json.Decoder(list[TimelineItem])


async def read_timeline(
    connection: Connection,
    customer_id: UUID,
    *,
    after: str | None,
    limit: int,
    newest_first: bool,
    channels: Collection[Channel] = (),
) -> Page[TimelineItem]:
    """A page of the timeline of this customer's merge set, from behind `after`: a version, or a page's `next`.

    Versions order the interactions of one customer; those of merged customers are interleaved by the time they were
    registered, and a cursor `version:customer_id` says where in the set a page ended.
    `channels` narrow a page that is newest first; none leaves it whole.
    """
    version, member = _parse_cursor(after, customer_id)
    place = (customer_id, version, member, limit + 1)
    if newest_first:
        text = await connection.fetchval(SQL.read_newest_first, *place, list(channels) or None)
    else:
        text = await connection.fetchval(SQL.read_oldest_first, *place)
    items = _items_decoder.decode(text or "[]")
    more, items = len(items) > limit, items[:limit]
    return Page(items=items, next=_cursor(items[-1], customer_id) if more else None)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The interaction by which something became known; `version` is that of the customer it was registered for."""

    id: UUID
    customer_id: UUID
    version: int


async def find_origins(
    connection: Connection, customer_id: UUID, stated: Collection[tuple[datetime, str]]
) -> dict[tuple[datetime, str], Origin]:
    """The interactions of the merge set that were registered at these times from these sources, if there are any."""
    times, sources = [at for at, _ in stated], [source for _, source in stated]
    rows = await connection.fetch(SQL.find_origins, customer_id, times, sources) if times else []
    return {
        (row["at"], row["source"]): Origin(
            id=row["interaction_id"], customer_id=row["customer_id"], version=row["version"]
        )
        for row in rows
    }


async def find_interaction(connection: Connection, customer_id: UUID, interaction_id: UUID) -> Origin | None:
    """Where an interaction of the merge set stands; None if it is none of it."""
    row = await connection.fetchrow(SQL.find_interaction, customer_id, interaction_id)
    if row is None:
        return None
    return Origin(id=row["interaction_id"], customer_id=row["customer_id"], version=row["version"])


async def count_by_channel(connection: Connection, customer_id: UUID) -> dict[Channel, int]:
    """How many interactions this customer's merge set has on each channel that it used."""
    rows = await connection.fetch(SQL.count_by_channel, customer_id)
    return {Channel(row["channel"]): row["interactions"] for row in rows}


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
