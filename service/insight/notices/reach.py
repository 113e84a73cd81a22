"""Whom a notice concerns, and on which channels each of them may be told."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.preferences import (
    ChannelWish,
    ContactPreferences,
    ContactPurpose,
    MemberPreferences,
    combine_preferences,
)
from service.insight.notices.model import ConcernedCustomer, NoticeInput, NoticeReach
from service.insight.purposes import OfferPurpose
from service.model.page import Page
from service.model.vocabulary import Channel

SQL = Statements("service.insight.notices", "reach")

MAX_COUNTED = 50_000
"""Customers whose wishes are read to count a reach; it says at most so many."""
_members_decoder = msgspec.json.Decoder(tuple[MemberPreferences, ...])


async def list_concerned(
    connection: Connection,
    definition: NoticeInput,
    *,
    channel: Channel | None,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> Page[ConcernedCustomer]:
    """Whom a notice concerns, by id, less those who have refused every channel of it, or the one that is asked for.

    A page may have fewer than `limit` customers; it is the last one only without a cursor.
    """
    rows = await _read(connection, definition, after, limit + 1)
    wanted = (channel,) if channel is not None else definition.channels or tuple(Channel)
    found = [
        ConcernedCustomer(customer_id=row["customer_id"], language=row["language"], channels=channels)
        for row in rows[:limit]
        if (channels := channels_for(_preferences(row, now), wanted, definition.purpose))
    ]
    return Page(items=found, next=str(rows[limit - 1]["customer_id"]) if len(rows) > limit else None)


async def count_reach(connection: Connection, definition: NoticeInput, now: datetime) -> NoticeReach:
    """How many customers a notice concerns, and how many of them may be told on each channel."""
    rows = await _read(connection, definition, None, MAX_COUNTED)
    wanted = definition.channels or tuple(Channel)
    preferences = (_preferences(row, now) for row in rows)
    counted = Counter(one for wishes in preferences for one in channels_for(wishes, wanted, definition.purpose))
    return NoticeReach(customers=len(rows), channels={channel: counted[channel] for channel in wanted})


def channels_for(
    preferences: ContactPreferences, wanted: Collection[Channel], purpose: OfferPurpose = "service"
) -> tuple[Channel, ...]:
    """Those of the channels on which this customer may be told of something, the preferred one first."""
    allowed = [one for one in wanted if not preferences.refuse(one, ContactPurpose(purpose))]
    return tuple(sorted(allowed, key=lambda one: preferences.channels.get(one) is not ChannelWish.PREFERRED))


async def _read(
    connection: Connection, definition: NoticeInput, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    queues, segments = list(definition.queues), list(definition.segments)
    return await connection.fetch(SQL.list_concerned, queues, segments, not queues and not segments, after, limit)


def _preferences(row: asyncpg.Record, now: datetime) -> ContactPreferences:
    return combine_preferences(_members_decoder.decode(row["members"]), now)
