"""What each audience may see: one shape per view, and no field reaches a desk that is not written here.

Each shape takes from the context exactly the fields it names (`msgspec.convert`), so that a field added to the context
reaches nobody until it is added here too. Field order is the order in the JSON.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, field

from service.context.seen import (
    ViewPart,
    VisibleCondition,
    VisibleConversation,
    VisibleFact,
    VisibleReason,
    VisibleSignals,
    VisibleTarget,
)
from service.model.interaction import AttemptReport, Participant, Rating
from service.model.vocabulary import (
    Assurance,
    CallbackState,
    CallOutcome,
    Channel,
    Direction,
    HandoffMode,
    HandoffState,
    IdentityKind,
    InteractionKind,
)

# The console: everything.


class ConsoleCustomer(ViewPart, frozen=True):
    """The customer as an agent sees them."""

    id: UUID
    name: str | None
    language: str | None
    since: datetime
    segments: tuple[str, ...]
    preferred_channel: Channel | None
    communication_style: str | None
    assurance: Assurance


class ConsoleIdentity(ViewPart, frozen=True):
    """An identity in full."""

    kind: IdentityKind
    value: str
    verified: bool


class ConsoleCondition(VisibleCondition, frozen=True):
    """A condition in force with its contract."""

    contract: str | None


class ConsoleRecent(ViewPart, frozen=True, omit_defaults=True):
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
    facts: dict[str, Raw] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    attempt: AttemptReport | None = None
    outcome: CallOutcome | None = None
    mood: float | None = None
    rating: Rating | None = None


class ConsoleIncluded(ViewPart, frozen=True):
    """How many interactions are shown, of how many there are."""

    interactions: int
    of: int


class ConsoleHandoff(ViewPart, frozen=True):
    """A conversation that is being handed over."""

    id: UUID
    state: HandoffState
    mode: HandoffMode
    conversation_id: UUID
    given_by: Raw = field(name="from")
    to: VisibleTarget
    reason: VisibleReason
    priority: int
    created_at: datetime
    deadline: datetime | None
    taken_by: str | None


class ConsoleCallback(ViewPart, frozen=True):
    """A call that the customer is promised."""

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


class ConsoleView(ViewPart, frozen=True):
    """The whole context, for an agent of the company."""

    schema: int
    version: int
    as_of: datetime
    customer: ConsoleCustomer
    identities: tuple[ConsoleIdentity, ...]
    conditions: tuple[ConsoleCondition, ...]
    known: dict[str, VisibleFact]
    conversations: tuple[VisibleConversation, ...]
    recent: tuple[ConsoleRecent, ...]
    handoffs: tuple[ConsoleHandoff, ...]
    callbacks: tuple[ConsoleCallback, ...]
    signals: VisibleSignals
    included: ConsoleIncluded


# The bot: what it must not ask again and what was tried; no identities, no names.


class BotCustomer(ViewPart, frozen=True):
    """The customer as a bot sees them."""

    id: UUID
    language: str | None


class BotHandoff(ViewPart, frozen=True):
    """That a conversation is being handed over."""

    id: UUID
    state: HandoffState
    conversation_id: UUID


class BotCallback(ViewPart, frozen=True):
    """That the customer is promised a call, and when."""

    id: UUID
    state: CallbackState
    conversation_id: UUID | None
    promised_from: datetime
    promised_to: datetime


class BotView(ViewPart, frozen=True):
    """What a bot needs so that it asks nothing twice."""

    schema: int
    version: int
    as_of: datetime
    customer: BotCustomer
    conditions: tuple[VisibleCondition, ...]
    known: dict[str, VisibleFact]
    conversations: tuple[VisibleConversation, ...]
    handoffs: tuple[BotHandoff, ...]
    callbacks: tuple[BotCallback, ...]
    signals: VisibleSignals


# The store: who stands at the till, and what they are entitled to.


class StoreCustomer(ViewPart, frozen=True):
    """The customer as a till sees them; `name` is initials unless the customer has shown more than a claim."""

    id: UUID
    name: str | None


class StorePickUp(ViewPart, frozen=True):
    """Goods that wait for the customer in a shop."""

    conversation_id: UUID
    store: Raw
    order_number: Raw
    since: datetime


class StoreView(ViewPart, frozen=True):
    """What a till needs, and nothing else."""

    schema: int
    version: int
    as_of: datetime
    customer: StoreCustomer
    conditions: tuple[VisibleCondition, ...]
    pick_ups: tuple[StorePickUp, ...]
