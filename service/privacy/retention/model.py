"""The shapes of retention: the moments before which what is known goes, and what a run took or would take."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.db.pool import Connection


class RetentionCategory(StrEnum):
    """What goes together, after a period of its own."""

    CONVERSATIONS = "conversations"
    INTERACTIONS = "interactions"
    HANDOFFS = "handoffs"
    CALLBACKS = "callbacks"
    JOURNEY_NOTES = "journey_notes"
    FACTS = "facts"
    FORMER_VALUES = "former_values"
    CONDITIONS = "conditions"
    PROFILE = "profile"
    CUSTOMERS = "customers"


class RetentionLimits(Struct, frozen=True, kw_only=True):
    """Moments before which data of each kind go; the beginning of time keeps them for ever."""

    interactions: datetime
    endless: datetime
    """For interactions of conversations that go on."""
    facts: datetime
    former_values: datetime
    conditions: datetime
    profile: datetime
    inactive: datetime

    @property
    def parameters(self) -> tuple[datetime, ...]:
        """As statements take them, in this order; inactive customers are another one's matter."""
        return (
            self.interactions,
            self.endless,
            self.facts,
            self.former_values,
            self.conditions,
            self.profile,
        )


class ExpiringConversation(Struct, frozen=True, kw_only=True):
    """A conversation of which nothing stays."""

    customer_id: UUID
    conversation_id: UUID
    opened_at: datetime
    last_at: datetime


class ExpiringInteraction(Struct, frozen=True, kw_only=True):
    """An interaction that goes now."""

    customer_id: UUID
    conversation_id: UUID
    occurred_at: datetime
    interaction_id: UUID


class Expiring(Struct, frozen=True, kw_only=True):
    """What one step takes; of the last conversation interactions may be left for the next step."""

    conversations: list[ExpiringConversation]
    """Those that go with all that belongs to them."""
    interactions: list[ExpiringInteraction]
    more: bool
    """Whether the same customers have more of them."""


KeepNumbers = Callable[[Connection, Expiring, ZoneInfo], Awaitable[None]]
"""Counts what goes, before it goes, in the same transaction; by the days of the time zone."""


class CategoryCount(Struct, frozen=True, kw_only=True):
    """How much of a category is over its limit."""

    category: RetentionCategory
    period: str
    """The setting that says for how long it is kept."""
    days: int
    """0 for ever."""
    records: int
    oldest: datetime | None
    held: int
    """How many stay, since the customer is held or restricted."""
