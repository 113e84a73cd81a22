"""What each audience may see: one shape per view, and no field reaches a desk that is not written here.

Each shape takes from the context exactly the fields it names (`msgspec.convert`), so that a field added to the context
reaches nobody until it is added here too. Field order is the order in the JSON.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct

from service.context.content import RiskLevel
from service.model.interaction import AttemptReport, Participant, Rating
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    CallOutcome,
    Channel,
    ConditionKind,
    ConversationStatus,
    Direction,
    IdentityKind,
    InteractionKind,
    ParticipantRole,
    Stacking,
)


class Seen(Struct, frozen=True, kw_only=True):
    """A part of a view."""


# What the console and the bot see alike.


class SeenKnown(Seen, frozen=True):
    """What need not be asked again, and where it comes from."""

    value: Raw
    source: str
    channel: Channel | None
    at: datetime
    verified: bool


class SeenAttempt(Seen, frozen=True):
    """One try to solve the matter; `by` is a role."""

    what: str
    outcome: AttemptOutcome
    by: ParticipantRole | None
    channel: Channel
    at: datetime


class SeenConversation(Seen, frozen=True):
    """A thread about one matter."""

    id: UUID
    subject: str | None
    status: ConversationStatus
    channels: tuple[Channel, ...]
    opened_at: datetime
    last_at: datetime
    interactions: int
    facts: dict[str, Raw]
    attempts: tuple[SeenAttempt, ...]


class SeenChurnRisk(Seen, frozen=True):
    """How likely the customer is to leave, and why, in words."""

    level: RiskLevel
    reasons: tuple[str, ...]


class SeenSignals(Seen, frozen=True):
    """What the touchpoints say together."""

    contacts_30d: int
    repeated_questions: int
    failed_attempts: int
    dropped_calls: int
    mood: float | None
    churn_risk: SeenChurnRisk


class SeenCondition(Seen, frozen=True):
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


# The console: everything.


class ConsoleCustomer(Seen, frozen=True):
    """The customer as an agent sees them."""

    id: UUID
    name: str | None
    language: str | None
    since: datetime
    segments: tuple[str, ...]
    preferred_channel: Channel | None
    communication_style: str | None
    assurance: Assurance


class ConsoleIdentity(Seen, frozen=True):
    """An identity in full."""

    kind: IdentityKind
    value: str
    verified: bool


class ConsoleCondition(SeenCondition, frozen=True):
    """A condition in force with its contract."""

    contract: str | None


class ConsoleRecent(Seen, frozen=True, omit_defaults=True):
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


class ConsoleIncluded(Seen, frozen=True):
    """How many interactions are shown, of how many there are."""

    interactions: int
    of: int


class ConsoleView(Seen, frozen=True):
    """The whole context, for an agent of the company."""

    schema: int
    version: int
    as_of: datetime
    customer: ConsoleCustomer
    identities: tuple[ConsoleIdentity, ...]
    conditions: tuple[ConsoleCondition, ...]
    known: dict[str, SeenKnown]
    conversations: tuple[SeenConversation, ...]
    recent: tuple[ConsoleRecent, ...]
    handoffs: tuple[()]
    callbacks: tuple[()]
    signals: SeenSignals
    included: ConsoleIncluded


# The bot: what it must not ask again and what was tried; no identities, no names.


class BotCustomer(Seen, frozen=True):
    """The customer as a bot sees them."""

    id: UUID
    language: str | None


class BotView(Seen, frozen=True):
    """What a bot needs so that it asks nothing twice."""

    schema: int
    version: int
    as_of: datetime
    customer: BotCustomer
    conditions: tuple[SeenCondition, ...]
    known: dict[str, SeenKnown]
    conversations: tuple[SeenConversation, ...]
    signals: SeenSignals


# The store: who stands at the till, and what they are entitled to.


class StoreCustomer(Seen, frozen=True):
    """The customer as a till sees them; `name` is initials unless the customer has shown more than a claim."""

    id: UUID
    name: str | None


class StorePickUp(Seen, frozen=True):
    """Goods that wait for the customer in a shop."""

    conversation_id: UUID
    store: Raw
    order_number: Raw
    since: datetime


class StoreView(Seen, frozen=True):
    """What a till needs, and nothing else."""

    schema: int
    version: int
    as_of: datetime
    customer: StoreCustomer
    conditions: tuple[SeenCondition, ...]
    pick_ups: tuple[StorePickUp, ...]
