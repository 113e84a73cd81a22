"""The parts of views that several audiences see alike; `audiences.py` says who sees which of them."""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct

from service.context.content import RiskLevel
from service.model.vocabulary import (
    AttemptOutcome,
    Channel,
    ConditionKind,
    ConversationStatus,
    ParticipantRole,
    Stacking,
)


class ViewPart(Struct, frozen=True, kw_only=True):
    """A part of a view."""


class VisibleFact(ViewPart, frozen=True):
    """What need not be asked again, and where it comes from."""

    value: Raw
    source: str
    channel: Channel | None
    at: datetime
    verified: bool


class VisibleAttempt(ViewPart, frozen=True):
    """One try to solve the matter; `by` is a role."""

    what: str
    outcome: AttemptOutcome
    by: ParticipantRole | None
    channel: Channel
    at: datetime


class VisibleConversation(ViewPart, frozen=True):
    """A thread about one matter."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: tuple[Channel, ...]
    opened_at: datetime
    last_at: datetime
    interactions: int
    facts: dict[str, Raw]
    attempts: tuple[VisibleAttempt, ...]


class VisibleChurnRisk(ViewPart, frozen=True):
    """How likely the customer is to leave, and why, in words."""

    level: RiskLevel
    reasons: tuple[str, ...]


class VisibleSignals(ViewPart, frozen=True):
    """What the touchpoints say together."""

    contacts_30d: int
    repeated_questions: int
    failed_attempts: int
    dropped_calls: int
    mood: float | None
    churn_risk: VisibleChurnRisk


class VisibleCondition(ViewPart, frozen=True):
    """A condition in force, as every audience it is meant for sees it."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Raw
    scope: Raw
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    uses_left: int | None


class VisibleTarget(ViewPart, frozen=True):
    """The desk that is asked or has the conversation."""

    queue: str
    agent: str | None


class VisibleReason(ViewPart, frozen=True):
    """Why the conversation changes hands."""

    code: str | None
    text: str | None
