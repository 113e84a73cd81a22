"""Rows of the records of what happened, in the order of their columns, and the states a batch works on."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct, field

from service.model.interaction import AttemptReport, Participant, Rating
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallOutcome,
    Channel,
    ConversationStatus,
    Direction,
    InteractionKind,
    ParticipantRole,
)


class InteractionDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only some interactions have; the column `interaction.details` holds this as JSON."""

    stated_at: datetime | None = field(default=None, name="occurred_at")
    """The time that the source stated, if it is later than `registered_at`: it is shown, and orders nothing."""
    participant: Participant | None = None
    facts: dict[str, Any] = {}
    asks: tuple[str, ...] = ()
    attempt: AttemptReport | None = None
    rating: Rating | None = None
    answered: bool | None = None
    data: dict[str, Any] | None = None


class ConversationRow(NamedTuple):
    """A row of the table conversation; `facts` is JSON."""

    customer_id: UUID
    conversation_id: UUID
    source: str
    ref: str | None
    subject: str | None
    subject_key: str
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    interactions: int
    facts: str
    identities: list[str]
    space_id: int


class InteractionRow(NamedTuple):
    """A row of the table interaction; `occurred_at` orders, so it is never later than `registered_at`.

    `key_id` is None for what askonce and files registered in the name of no key.
    """

    customer_id: UUID
    occurred_at: datetime
    interaction_id: UUID
    version: int
    registered_at: datetime
    conversation_id: UUID
    key_id: UUID | None
    source: str
    source_event_id: str
    channel: Channel
    kind: InteractionKind
    direction: Direction
    assurance: Assurance
    language: str | None
    outcome: CallOutcome | None
    mood: float | None
    repeated_questions: int
    text: str | None
    details: str | None


class Receipt(NamedTuple):
    """What was answered to the event of the digest: customer and version are those of the survivor."""

    interaction_id: UUID
    customer_id: UUID
    conversation_id: UUID
    version: int
    digest: UUID


class ReceiptRow(NamedTuple):
    """A row of the table receipt: the interaction by its owner and version, and the survivor if there was one."""

    customer_id: UUID
    version: int
    survivor_id: UUID | None
    survivor_version: int | None
    digest: UUID


class FactRow(NamedTuple):
    """A row of the table fact: what is known now; `value` is JSON."""

    customer_id: UUID
    name: str
    value: str
    source: str
    channel: Channel | None
    at: datetime
    verified: bool
    conversation_id: UUID | None
    version: int
    vouched: bool = False
    """Whether a person of the company corrected or verified it."""


class FactHistoryRow(NamedTuple):
    """A row of the table fact_history: a value that was replaced, or came too late, at `ended_version`."""

    customer_id: UUID
    name: str
    version: int
    value: str
    source: str
    channel: Channel | None
    at: datetime
    verified: bool
    conversation_id: UUID | None
    ended_version: int


class AttemptRow(NamedTuple):
    """A row of the table attempt."""

    customer_id: UUID
    conversation_id: UUID
    what_key: str
    what: str
    outcome: AttemptOutcome
    by: ParticipantRole | None
    channel: Channel
    at: datetime
    version: int


class Conversation(Struct, kw_only=True):
    """A conversation while a batch works on it; `customer_id` is its owner, whose rows never move on a merge."""

    customer_id: UUID
    conversation_id: UUID
    source: str
    ref: str | None
    subject: str | None
    status: ConversationStatus
    channels: list[Channel]
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    interactions: int
    facts: dict[str, "ConversationFact"]
    identities: list[str] = []
    """The identities that were claimed in it, as kind:value."""
    space_id: int = 0
    """The space of the source, to which the ref belongs."""

    @property
    def subject_key(self) -> str:
        """What two spellings of one subject have in common."""
        return subject_key(self.subject)


class ConversationFact(Struct, frozen=True, kw_only=True):
    """The latest value of a fact that was said in a conversation."""

    value: Any
    at: datetime


def subject_key(subject: str | None) -> str:
    """The subject without regard to case and white space; empty without one."""
    return " ".join(subject.casefold().split()) if subject else ""
