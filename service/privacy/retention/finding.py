"""Finds what is over its limit: the customers of a run, and of some customers what one step takes."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements
from service.privacy.retention.model import Expiring, ExpiringConversation, ExpiringInteraction, RetentionLimits
from service.privacy.retention.periods import FOR_EVER

SQL = Statements("service.privacy.retention", "finding")

CUSTOMERS_LOOKED_AT = 500
ERASED_AT_ONCE = 10
CONVERSATIONS_AT_ONCE = 200
INTERACTIONS_AT_ONCE = 500
"""A step deletes no more, so that its statements take well under a second."""


class DueWindow(NamedTuple):
    """Customers of a run in the order of their ids, and which of them are due."""

    customers: list[UUID]
    due: list[UUID]


async def find_due(connection: Connection, after: UUID, limits: RetentionLimits, now: datetime) -> DueWindow:
    """The next customers of a run; of those who are held or restricted none is due."""
    rows = await connection.fetch(SQL.find_due, after, CUSTOMERS_LOOKED_AT, now, *limits.parameters)
    return DueWindow([row["customer_id"] for row in rows], [row["customer_id"] for row in rows if row["is_due"]])


async def find_inactive(connection: Connection, after: UUID, limits: RetentionLimits, now: datetime) -> list[UUID]:
    """Of the next customers of a run, those to be erased before all others behind them: survivors alone."""
    if limits.inactive == FOR_EVER:
        return []
    rows = await connection.fetch(SQL.find_inactive, after, CUSTOMERS_LOOKED_AT, now, limits.inactive, ERASED_AT_ONCE)
    return [row["customer_id"] for row in rows]


async def count_inactive(connection: Connection, limits: RetentionLimits, now: datetime) -> int:
    """How many of all customers are to be erased."""
    everybody = 2**31 - 1
    return len(await connection.fetch(SQL.find_inactive, UUID(int=0), everybody, now, limits.inactive, everybody))


async def list_attachments(connection: Connection, interactions: Collection[ExpiringInteraction]) -> list[str]:
    """The references of what was attached to these interactions."""
    if not interactions:
        return []
    rows = await connection.fetch(
        SQL.list_attachments,
        [one.customer_id for one in interactions],
        [one.occurred_at for one in interactions],
        [one.interaction_id for one in interactions],
    )
    return [row["reference"] for row in rows]


async def list_expiring(connection: Connection, owners: Collection[UUID], limits: RetentionLimits) -> Expiring:
    """What the next step takes of these customers: whole conversations, and what is oldest in endless ones."""
    found = await connection.fetch(SQL.list_conversations, list(owners), limits.interactions, CONVERSATIONS_AT_ONCE)
    conversations = [ExpiringConversation(**row) for row in found]
    interactions = await _interactions_of(connection, conversations)
    room = INTERACTIONS_AT_ONCE - len(interactions)
    if not room:
        cut = interactions[-1].conversation_id  # the rest of it goes with the next step
        place = next(n for n, one in enumerate(conversations) if one.conversation_id == cut)
        return Expiring(conversations=conversations[:place], interactions=interactions, more=True)
    endless = await connection.fetch(SQL.list_endless, list(owners), limits.endless, limits.interactions, room)
    interactions += [ExpiringInteraction(**row) for row in endless]
    more = len(conversations) == CONVERSATIONS_AT_ONCE or len(endless) == room
    return Expiring(conversations=conversations, interactions=interactions, more=more)


async def _interactions_of(
    connection: Connection, conversations: Collection[ExpiringConversation]
) -> list[ExpiringInteraction]:
    """Their interactions, at most as many as go at once, conversation by conversation."""
    rows = await connection.fetch(
        SQL.list_interactions,
        [one.customer_id for one in conversations],
        [one.conversation_id for one in conversations],
        [one.opened_at for one in conversations],
        [one.last_at for one in conversations],
        INTERACTIONS_AT_ONCE,
    )
    return [ExpiringInteraction(**row) for row in rows]
