"""What each audience may see: one shape per view, and no field reaches a desk that is not written here.

Each view takes from the context exactly the fields it names (`msgspec.convert`): a field added to the context is in no
view until it is added here too. A part that an audience sees whole is the context's own type; a part with hidden fields
has a type of its own. Field order is the order in the JSON.
"""

from datetime import datetime
from uuid import UUID

from service.context.content import (
    ContextCallback,
    ContextConversation,
    ContextCustomer,
    ContextFact,
    ContextHandoff,
    IncludedInteractions,
    PickUp,
    RecentInteraction,
    Signals,
)
from service.context.model import IdentityRecord
from service.context.seen import ViewPart, VisibleCondition
from service.model.vocabulary import (
    CallbackState,
    HandoffState,
)

# The console: everything.


class ConsoleCondition(VisibleCondition, frozen=True):
    """A condition in force with its contract."""

    contract: str | None


class ConsoleView(ViewPart, frozen=True):
    """The whole context, for an agent of the company."""

    schema: int
    version: int
    as_of: datetime
    customer: ContextCustomer
    identities: tuple[IdentityRecord, ...]
    conditions: tuple[ConsoleCondition, ...]
    known: dict[str, ContextFact]
    conversations: tuple[ContextConversation, ...]
    recent: tuple[RecentInteraction, ...]
    handoffs: tuple[ContextHandoff, ...]
    callbacks: tuple[ContextCallback, ...]
    signals: Signals
    included: IncludedInteractions


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
    known: dict[str, ContextFact]
    conversations: tuple[ContextConversation, ...]
    handoffs: tuple[BotHandoff, ...]
    callbacks: tuple[BotCallback, ...]
    signals: Signals


# The store: who stands at the till, and what they are entitled to.


class StoreCustomer(ViewPart, frozen=True):
    """The customer as a till sees them; `name` is initials unless the customer has shown more than a claim."""

    id: UUID
    name: str | None


class StoreView(ViewPart, frozen=True):
    """What a till needs, and nothing else."""

    schema: int
    version: int
    as_of: datetime
    customer: StoreCustomer
    conditions: tuple[VisibleCondition, ...]
    pick_ups: tuple[PickUp, ...]
