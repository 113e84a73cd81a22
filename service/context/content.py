"""The context of a customer: what `projection.project` makes of the records, before any audience sees a part of it.

The parts have the names of the public JSON; `audiences.py` lists which of them each audience gets.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Raw, Struct, field

from service.context.model import AttemptRecord, IdentityRecord
from service.model.interaction import AttemptReport, Participant, Rating
from service.model.vocabulary import (
    Assurance,
    Audience,
    CallbackState,
    CallOutcome,
    Channel,
    ConditionKind,
    ConversationStatus,
    Direction,
    HandoffMode,
    HandoffState,
    InteractionKind,
    Stacking,
)

VIEW_SCHEMA = 1
"""The number of the views' shape; views cached under another number are never read."""

RiskLevel = Literal["low", "medium", "high"]


class ContextCustomer(Struct, frozen=True, kw_only=True):
    """Who the customer is; `assurance` is that of the newest touchpoint in which the customer turned to us."""

    id: UUID
    name: str | None
    language: str | None
    since: datetime
    segments: tuple[str, ...]
    preferred_channel: Channel | None
    communication_style: str | None
    assurance: Assurance


class ContextCondition(Struct, frozen=True, kw_only=True):
    """A condition in force; `uses_left` is 0 when it is used up in this period, None without a limit."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Raw
    scope: Raw
    valid_from: datetime
    valid_until: datetime | None
    contract: str | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    audiences: tuple[Audience, ...]


class ContextFact(Struct, frozen=True, kw_only=True):
    """What need not be asked again, and where it comes from."""

    value: Raw
    source: str
    channel: Channel | None
    at: datetime
    verified: bool


class ContextConversation(Struct, frozen=True, kw_only=True):
    """A thread about one matter; attempts oldest first, facts by name."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: tuple[Channel, ...]
    opened_at: datetime
    last_at: datetime
    interactions: int
    facts: dict[str, Raw]
    attempts: tuple[AttemptRecord, ...]


class PickUp(Struct, frozen=True, kw_only=True):
    """Goods that wait for the customer in a shop: an unresolved conversation with the fact `pickup_store`."""

    conversation_id: UUID
    store: Raw
    order_number: Raw
    since: datetime


class RecentInteraction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the newest touchpoints; what it does not have is left out."""

    id: UUID
    occurred_at: datetime
    channel: Channel
    kind: InteractionKind
    direction: Direction
    conversation_id: UUID
    source: str
    version: int
    participant: Participant | None = None
    text: str | None = None
    text_cut: bool = False
    language: str | None = None
    facts: dict[str, Raw] = {}
    asks: tuple[str, ...] = ()
    attempt: AttemptReport | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    rating: Rating | None = None


class ContextTarget(Struct, frozen=True, kw_only=True):
    """The desk that is asked or has the conversation; `agent` if one was asked by name."""

    queue: str
    agent: str | None


class ContextReason(Struct, frozen=True, kw_only=True):
    """Why the conversation changes hands."""

    code: str | None
    text: str | None


class ContextHandoff(Struct, frozen=True, kw_only=True):
    """A conversation that is being handed over; `given_by` is JSON, published as `from`."""

    id: UUID
    state: HandoffState
    mode: HandoffMode
    conversation_id: UUID
    given_by: Raw = field(name="from")
    to: ContextTarget
    reason: ContextReason
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None


class ContextCallback(Struct, frozen=True, kw_only=True):
    """A call that the customer is promised; `attempts` counts the calls made."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: int
    kept: bool | None
    priority: int
    preferred_agent: str | None


class QueueEntitlement(Struct, frozen=True, kw_only=True):
    """A queue that may see the customer, because of what it was handed in these conversations."""

    queue: str
    conversation_ids: frozenset[UUID]


class ChurnRisk(Struct, frozen=True, kw_only=True):
    """How likely the customer is to leave, and why, in words."""

    level: RiskLevel
    reasons: tuple[str, ...]


class Signals(Struct, frozen=True, kw_only=True):
    """What the touchpoints say together; `mood` lies between -1 and 1, None if nothing told of one."""

    contacts_30d: int
    repeated_questions: int
    failed_attempts: int
    dropped_calls: int
    mood: float | None
    churn_risk: ChurnRisk


class IncludedInteractions(Struct, frozen=True, kw_only=True):
    """How many interactions are shown, of how many there are."""

    interactions: int
    of: int


class Context(Struct, frozen=True, kw_only=True):
    """The whole context of one customer at one version and moment."""

    schema: int = VIEW_SCHEMA
    version: int
    as_of: datetime
    customer: ContextCustomer
    identities: tuple[IdentityRecord, ...]
    conditions: tuple[ContextCondition, ...]
    known: dict[str, ContextFact]
    conversations: tuple[ContextConversation, ...]
    recent: tuple[RecentInteraction, ...]
    handoffs: tuple[ContextHandoff, ...] = ()
    callbacks: tuple[ContextCallback, ...] = ()
    signals: Signals
    included: IncludedInteractions
    pick_ups: tuple[PickUp, ...]
    entitlements: tuple[QueueEntitlement, ...] = ()
    member_ids: tuple[UUID, ...]
    """The merge set, the survivor first."""
    valid_until: datetime | None
    """The next moment at which the content changes although nothing happens; None if there is none."""
