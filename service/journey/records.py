"""The records that a journey is made of, as one SQL statement gives them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.handoff.model import Offer
from service.journey.model import JourneyNote, Phase
from service.model.interaction import AttemptReport, Rating
from service.model.vocabulary import (
    CallbackState,
    CallOutcome,
    Channel,
    Direction,
    HandoffState,
    InteractionKind,
    ParticipantRole,
)


class InteractionInJourney(Struct, frozen=True, kw_only=True):
    """One interaction; `text` is the beginning of an inbound one, `page` the address and title of a page or form."""

    interaction_id: UUID
    occurred_at: datetime
    conversation_id: UUID
    source: str
    channel: Channel
    kind: InteractionKind
    direction: Direction
    outcome: CallOutcome | None = None
    mood: float | None = None
    repeated_questions: int = 0
    text: str | None = None
    by: ParticipantRole | None = None
    attempt: AttemptReport | None = None
    rating: Rating | None = None
    reports_error: bool = False
    """Whether it stated a fact such as error_code."""
    page: str = ""
    answered: bool | None = None


class ConversationInJourney(Struct, frozen=True, kw_only=True):
    """A matter; `resolved_at` is null while it is unresolved."""

    conversation_id: UUID
    subject: str | None
    resolved_at: datetime | None


class HandoffInJourney(Struct, frozen=True, kw_only=True):
    """A handoff with every offer of it; `asked_queue` was asked first."""

    handoff_id: UUID
    conversation_id: UUID
    state: HandoffState
    asked_queue: str
    queue_title: str
    was_taken: bool
    created_at: datetime
    ended_at: datetime | None
    offers: tuple[Offer, ...]
    callback_id: UUID | None


class CallbackInJourney(Struct, frozen=True, kw_only=True):
    """A promise to call back; `called_at` is when each call began."""

    callback_id: UUID
    conversation_id: UUID | None
    state: CallbackState
    created_at: datetime
    promised_from: datetime
    promised_to: datetime
    kept: bool | None
    late_s: int | None
    called_at: tuple[datetime, ...]


class BorderRecord(Struct, frozen=True, kw_only=True):
    """A border that a person moved from `was_at` to `at`, where `phase` begins since."""

    border_id: UUID
    phase: Phase
    was_at: datetime
    at: datetime
    moved_by: str
    moved_at: datetime


class DecisionRecord(Struct, frozen=True, kw_only=True):
    """A decision point that a person set."""

    decision_id: UUID
    interaction_id: UUID
    text: str


class JourneyRecords(Struct, frozen=True, kw_only=True):
    """Everything that the journey of one merge set is made of; of the interactions the newest, the oldest first."""

    customer_id: UUID
    version: int
    total: int
    """How many interactions the merge set has."""
    interactions: tuple[InteractionInJourney, ...] = ()
    conversations: tuple[ConversationInJourney, ...] = ()
    handoffs: tuple[HandoffInJourney, ...] = ()
    callbacks: tuple[CallbackInJourney, ...] = ()
    contract_ends: tuple[datetime, ...] = ()
    contract_end_facts: tuple[object, ...] = ()
    """Values of facts that may state an end."""
    notes: tuple[JourneyNote, ...] = ()
    borders: tuple[BorderRecord, ...] = ()
    """Those that were not undone, in the order in which they were moved."""
    decisions: tuple[DecisionRecord, ...] = ()
