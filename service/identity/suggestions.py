"""Merge suggestions: what speaks for two customers being one person, which people merge or dismiss."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta

from service.db.change import RecordedChange, lock_customers
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import CustomerUnknown, InvalidInput
from service.identity.decisions import LATER_PERIOD, MatchDecision, decide_pair
from service.identity.model import Identity
from service.model.interaction import Timestamp
from service.model.page import Page
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity", "suggestions")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(?P<microseconds>\d{1,17})_(?P<customer>[0-9a-f-]{36})_(?P<other>[0-9a-f-]{36})", re.ASCII)


class SuggestionReason(msgspec.Struct, frozen=True, kw_only=True):
    """One interaction that stated identities of two customers together."""

    kind: Annotated[IdentityKind, Meta(description="The kind of the identity that the two customers share.")]
    value: Annotated[str, Meta(description="The shared identity in its canonical form.")]
    interaction_id: Annotated[
        UUID, Meta(description="The interaction that stated identities of both customers (UUIDv7).")
    ]
    suggested_at: Annotated[Timestamp, Meta(description="When the suggestion was made, an RFC 3339 time.")]


class MergeSuggestion(SuggestionReason, frozen=True, kw_only=True):
    """An interaction stated identities of `other_customer_id` and of this customer together."""

    other_customer_id: Annotated[
        UUID, Meta(description="The customer that may be the same person, or the survivor of its merge set (UUIDv7).")
    ]


class SuggestedPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two customers that may be one person, with what speaks for it."""

    customers: Annotated[
        list[UUID],
        Meta(min_length=2, max_length=2, description="The two customers (UUIDv7), survivors of their merge sets."),
    ]
    suggested_at: Annotated[Timestamp, Meta(description="When the newest reason was given, an RFC 3339 time.")]
    reasons: Annotated[
        list[SuggestionReason],
        Meta(description="Up to 20 shared identities, the newest first, each with its newest interaction."),
    ]


_reasons_decoder = msgspec.json.Decoder(list[SuggestionReason])


async def list_merge_suggestions(
    connection: Connection, customer_id: UUID, *, now: datetime, other_id: UUID | None = None
) -> list[MergeSuggestion]:
    """What speaks for other customers being the same person as this canonical one, newest first.

    With `other_id`, what speaks for that canonical customer. Merged customers are left out, and pairs that a person
    decided about: those that were put off are back after LATER_PERIOD, or when something new speaks for them.
    """
    rows = await connection.fetch(SQL.list_merge_suggestions, customer_id, other_id, now - LATER_PERIOD)
    return [msgspec.convert(dict(row), MergeSuggestion) for row in rows]


async def list_suggested_pairs(
    connection: Connection, *, now: datetime, after: str | None, limit: int
) -> Page[SuggestedPair]:
    """A page of all pairs of customers that may be one person, the newest first; `after` is a page's `next`."""
    rows = await connection.fetch(SQL.list_suggested_pairs, *_parse_cursor(after), limit + 1, now - LATER_PERIOD)
    pairs = [
        SuggestedPair(
            customers=row["customers"],
            suggested_at=row["suggested_at"],
            reasons=_reasons_decoder.decode(row["reasons"]),
        )
        for row in rows[:limit]
    ]
    return Page(items=pairs, next=_cursor(rows[limit - 1]) if len(rows) > limit else None)


async def dismiss_suggestion(
    connection: Connection, customer_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID, note: str | None = None
) -> list[RecordedChange]:
    """The two are not one person: no suggestion says so any more. CustomerUnknown if none did.

    That holds for the merge sets of both, also for customers that are merged into them later.
    """
    locked = await lock_customers(connection, {customer_id, other_id})
    if len({customer_id, other_id} - locked.keys()):
        raise CustomerUnknown
    one, other = locked[customer_id], locked[other_id]
    if not await list_merge_suggestions(connection, one.customer_id, other_id=other.customer_id, now=now):
        raise CustomerUnknown("Nothing suggests that these two customers are one person.")
    return await decide_pair(connection, one, other, MatchDecision.APART, now=now, key_id=key_id, note=note)


async def follow_split(
    connection: Connection,
    customer_id: UUID,
    members: Collection[UUID],
    interactions: Collection[UUID],
    identities: Collection[Identity],
) -> None:
    """Interactions and identities of these members are a customer of their own now: so is what they suggest."""
    moved = columns(identities, 2)
    await connection.fetchval(SQL.follow_split, customer_id, list(members), list(interactions), *moved)


def _cursor(row: asyncpg.Record) -> str:
    microseconds = (row["suggested_at"] - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}_{row['customer_id']}_{row['other_customer_id']}"


def _parse_cursor(after: str | None) -> tuple[datetime | None, UUID | None, UUID | None]:
    if after is None:
        return None, None, None
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise _invalid_cursor()
    try:
        at = _EPOCH + timedelta(microseconds=int(found["microseconds"]))
        return at, UUID(found["customer"]), UUID(found["other"])
    except (ValueError, OverflowError):
        raise _invalid_cursor() from None


def _invalid_cursor() -> InvalidInput:
    return InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.")
