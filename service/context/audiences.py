"""What each audience may see: one shape per view.

Each view takes from the context exactly the fields it names (`msgspec.convert`): a field added to the context is in no
view until it is added here too. A part that an audience sees whole is the context's own type; a part with hidden fields
has a type of its own. Field order is the order in the JSON.
"""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

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
from service.context.disclosure import ViewPart, VisibleCondition, VisibleFact
from service.context.guidance.model import NextAction
from service.context.guidance.texts import AdvisedContent, ShownNotice
from service.context.model import IdentityRecord, InvalidNumber
from service.identity.preferences import ContactPreferences
from service.model.interaction import Timestamp
from service.model.vocabulary import CallbackState, Channel, ConversationStatus, HandoffState

# The console: everything.


class ConsoleCondition(VisibleCondition, frozen=True):
    """A condition in force with its contract."""

    contract: Annotated[
        str | None, Meta(description="The reference of the contract that it comes from; null if there is none.")
    ]


class ConsoleView(ViewPart, frozen=True):
    """The whole context, for an agent of the company."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[ContextCustomer, Meta(description="The customer, as this audience may see them.")]
    preferences: Annotated[
        ContactPreferences, Meta(description="How the customer wants to be contacted, and for what not.")
    ]
    identities: Annotated[tuple[IdentityRecord, ...], Meta(description="The customer's identities, proven ones first.")]
    conditions: Annotated[
        tuple[ConsoleCondition, ...],
        Meta(description="The conditions in force that this audience may see, the highest priority first."),
    ]
    known: Annotated[
        dict[str, ContextFact],
        Meta(description="What need not be asked again: the newest value of each fact, by the fact's name."),
    ]
    conversations: Annotated[
        tuple[ContextConversation, ...],
        Meta(description="Up to 20 unresolved conversations, the latest activity first, then the 5 resolved last."),
    ]
    recent: Annotated[tuple[RecentInteraction, ...], Meta(description="The 20 newest interactions, newest first.")]
    handoffs: Annotated[tuple[ContextHandoff, ...], Meta(description="The open handoffs, the oldest first.")]
    callbacks: Annotated[
        tuple[ContextCallback, ...],
        Meta(description="The callbacks to be made or waiting for a number, the earliest promise first."),
    ]
    invalid_numbers: Annotated[
        tuple[InvalidNumber, ...],
        Meta(description="Numbers that a call back found to be none, until they are linked again or answered."),
    ]
    signals: Annotated[Signals, Meta(description="What the interactions say together.")]
    included: Annotated[
        IncludedInteractions, Meta(description="How many of the customer's interactions the view shows.")
    ]
    next: Annotated[
        tuple[NextAction, ...], Meta(description="What the company's rules advise now: at most 3, the best first.")
    ] = ()


# The bot: what it must not ask again and what was tried; no identities, no names.


class BotCustomer(ViewPart, frozen=True):
    """The customer as a bot sees them."""

    id: Annotated[UUID, Meta(description="The customer's id; of merged customers that of the survivor.")]
    language: Annotated[str | None, Meta(description="The preferred language, a BCP 47 tag; null if unknown.")]


class BotHandoff(ViewPart, frozen=True):
    """That a conversation is being handed over."""

    id: Annotated[UUID, Meta(description="The handoff's id.")]
    state: Annotated[HandoffState, Meta(description="Where the handoff stands.")]
    conversation_id: Annotated[UUID, Meta(description="The conversation that is handed over.")]


class BotCallback(ViewPart, frozen=True):
    """That the customer is promised a call, and when."""

    id: Annotated[UUID, Meta(description="The callback's id.")]
    state: Annotated[CallbackState, Meta(description="Where the callback stands.")]
    conversation_id: Annotated[
        UUID | None, Meta(description="The conversation that the call is about; null if it belongs to none.")
    ]
    promised_from: Annotated[Timestamp, Meta(description="The start of the window that the customer was promised.")]
    promised_to: Annotated[Timestamp, Meta(description="The end of that window.")]


class BotView(ViewPart, frozen=True):
    """What a bot needs so that it asks nothing twice."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[BotCustomer, Meta(description="The customer, as this audience may see them.")]
    conditions: Annotated[
        tuple[VisibleCondition, ...],
        Meta(description="The conditions in force that this audience may see, the highest priority first."),
    ]
    known: Annotated[
        dict[str, VisibleFact],
        Meta(description="What need not be asked again: the newest value of each fact, or that it is withheld."),
    ]
    conversations: Annotated[
        tuple[ContextConversation, ...],
        Meta(description="The unresolved conversations, up to 20, the latest activity first."),
    ]
    handoffs: Annotated[tuple[BotHandoff, ...], Meta(description="The open handoffs, the oldest first.")]
    callbacks: Annotated[
        tuple[BotCallback, ...],
        Meta(description="The callbacks to be made or waiting for a number, the earliest promise first."),
    ]
    signals: Annotated[Signals, Meta(description="What the interactions say together.")]
    next: Annotated[
        tuple[NextAction, ...],
        Meta(description="What the company's rules for bots advise now: at most 3, the best first."),
    ] = ()
    content: Annotated[
        tuple[AdvisedContent, ...], Meta(description="Pages and texts that may help now: at most 5, the best first.")
    ] = ()
    notices: Annotated[
        tuple[ShownNotice, ...], Meta(description="What customers are told now, in the customer's language.")
    ] = ()


# The store: who stands at the till, and what they are entitled to.


class StoreCustomer(ViewPart, frozen=True):
    """The customer as a till sees them; `name` is initials unless the customer has shown more than a claim."""

    id: Annotated[UUID, Meta(description="The customer's id; of merged customers that of the survivor.")]
    name: Annotated[
        str | None, Meta(description="Initials, or the full name once a card or more was shown; null if unknown.")
    ]


class StoreView(ViewPart, frozen=True):
    """What a till needs, and nothing else."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[StoreCustomer, Meta(description="The customer, as this audience may see them.")]
    conditions: Annotated[
        tuple[VisibleCondition, ...],
        Meta(description="The conditions in force that this audience may see, the highest priority first."),
    ]
    pick_ups: Annotated[tuple[PickUp, ...], Meta(description="Goods that wait for the customer in a shop.")]


# Sales and marketing: what the departments need who do not serve the customer; no identities, no words of the customer.


class MarketingCustomer(ViewPart, frozen=True):
    """The customer as marketing sees them: without a name."""

    id: Annotated[UUID, Meta(description="The customer's id; of merged customers that of the survivor.")]
    language: Annotated[str | None, Meta(description="The preferred language, a BCP 47 tag; null if unknown.")]
    since: Annotated[Timestamp, Meta(description="The customer's first interaction or record.")]
    segments: Annotated[tuple[str, ...], Meta(description="The segments that were stated of the customer.")]


class SalesCustomer(MarketingCustomer, frozen=True):
    """The customer as sales sees them."""

    name: Annotated[str | None, Meta(description="The customer's name; null if unknown.")]


class SalesMatter(ViewPart, frozen=True):
    """A matter that is open."""

    id: Annotated[UUID, Meta(description="The conversation's id.")]
    subject: Annotated[str | None, Meta(description="What it is about; null if unknown.")]
    status: Annotated[ConversationStatus, Meta(description="Whether it is open, or pending for an answer.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="The channels it ran on.")]
    opened_at: Annotated[Timestamp, Meta(description="When it began.")]
    last_at: Annotated[Timestamp, Meta(description="When its latest interaction occurred.")]


class SalesPromise(BotCallback, frozen=True):
    """A call that the customer is promised."""

    kept: Annotated[
        bool | None,
        Meta(description="Whether a call was made within the promised window; null as long as that is open."),
    ]


class SalesConcern(ViewPart, frozen=True):
    """That something keeps the customer from buying; its words are the customer's, and not shown."""

    id: Annotated[UUID, Meta(description="The interaction's id.")]
    occurred_at: Annotated[Timestamp, Meta(description="When the customer said so.")]
    channel: Annotated[Channel, Meta(description="The channel on which the customer said so.")]
    conversation_id: Annotated[UUID, Meta(description="The conversation it belongs to.")]
    answered: Annotated[bool | None, Meta(description="Whether it was answered; null if that is unknown.")]


class SalesSignals(ViewPart, frozen=True):
    """What the interactions say together, as far as sales sees it."""

    mood: Annotated[
        float | None, Meta(description="The weighted mean mood of late, -1 (worst) to 1 (best); null if unknown.")
    ]


class SalesView(ViewPart, frozen=True):
    """What sales needs before it speaks with the customer."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[SalesCustomer, Meta(description="The customer, as this audience may see them.")]
    preferences: Annotated[
        ContactPreferences, Meta(description="How the customer wants to be contacted, and for what not.")
    ]
    conditions: Annotated[
        tuple[VisibleCondition, ...],
        Meta(description="The conditions in force that sales or the console may see, the highest priority first."),
    ]
    conversations: Annotated[
        tuple[SalesMatter, ...],
        Meta(description="The unresolved conversations, up to 20, the latest activity first."),
    ]
    callbacks: Annotated[
        tuple[SalesPromise, ...],
        Meta(description="The callbacks to be made or waiting for a number, the earliest promise first."),
    ]
    concerns: Annotated[
        tuple[SalesConcern, ...], Meta(description="The concerns among the 20 newest interactions, newest first.")
    ]
    signals: Annotated[SalesSignals, Meta(description="What the interactions say together.")]


class MarketingView(ViewPart, frozen=True):
    """Whom marketing may address, and how."""

    schema: Annotated[int, Meta(description="The number of the view's shape; it rises when the shape changes.")]
    version: Annotated[
        int, Meta(description="The version of the customer that the view shows; every recorded change raises it.")
    ]
    as_of: Annotated[Timestamp, Meta(description="The moment for which the view was computed.")]
    customer: Annotated[MarketingCustomer, Meta(description="The customer, as this audience may see them.")]
    preferences: Annotated[
        ContactPreferences, Meta(description="How the customer wants to be contacted, and for what not.")
    ]
