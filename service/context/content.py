"""The context of a customer: what `projection.project` makes of the records, before any audience sees a part of it.

The parts have the names of the public JSON; `audiences.py` and `partner.py` list which of them each audience gets. A
field added to a part is in every view that uses the part; an audience that must not see it gets a part of its own.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct, field

from service.context.model import AnsweredRule, AttemptRecord, ChurnCode, IdentityRecord, InvalidNumber
from service.identity.preferences import ContactPreferences
from service.model.interaction import AttemptReport, Participant, Rating, Timestamp
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

VIEW_SCHEMA = 5
"""The number of the views' shape; views cached under another number are never read."""

RiskLevel = Literal["low", "medium", "high"]


class ContextCustomer(Struct, frozen=True, kw_only=True):
    """Who the customer is; `assurance` is that of the newest touchpoint in which the customer turned to us."""

    id: Annotated[UUID, Meta(description="The customer's id; of merged customers that of the survivor.")]
    name: Annotated[str | None, Meta(description="The full name; null if unknown.")]
    language: Annotated[str | None, Meta(description="The preferred language, a BCP 47 tag; null if unknown.")]
    since: Annotated[Timestamp, Meta(description="When the customer was first recorded.")]
    segments: Annotated[tuple[str, ...], Meta(description="The segments that the customer is in.")]
    preferred_channel: Annotated[
        Channel | None, Meta(description="The channel that the customer prefers; null if unknown.")
    ]
    communication_style: Annotated[
        str | None, Meta(description="How the customer likes to be spoken to, in words; null if unknown.")
    ]
    assurance: Annotated[
        Assurance,
        Meta(
            description="How sure the identity was in the newest recent inbound interaction; `none` if there is none."
        ),
    ]


class ContextCondition(Struct, frozen=True, kw_only=True):
    """A condition in force."""

    id: Annotated[UUID, Meta(description="The condition's id.")]
    title: Annotated[str, Meta(description="What the customer is entitled to, in words.")]
    kind: Annotated[ConditionKind, Meta(description="What sort of entitlement it is.")]
    terms: Annotated[Raw, Meta(description="What is granted, as JSON of the kind's own shape.")]
    scope: Annotated[Raw, Meta(description="What it applies to (products, channels, shops), as JSON.")]
    valid_from: Annotated[Timestamp, Meta(description="From when it is in force.")]
    valid_until: Annotated[Timestamp | None, Meta(description="When it ends; null if it has no end.")]
    contract: Annotated[str | None, Meta(description="Number or name of the contract it comes from; null without one.")]
    priority: Annotated[int, Meta(description="Its rank among conditions: the higher number comes first.")]
    stacking: Annotated[Stacking, Meta(description="Whether it may be used together with others.")]
    uses_left: Annotated[int | None, Meta(description="The uses left in this period; 0 when used up, null: no limit.")]
    audiences: Annotated[tuple[Audience, ...], Meta(description="Who may see it.")]


class ContextFact(Struct, frozen=True, kw_only=True):
    """What need not be asked again, and where it comes from."""

    value: Annotated[Raw, Meta(description="The value as it was stated, any JSON.")]
    source: Annotated[str, Meta(description="The system that the value comes from.")]
    channel: Annotated[
        Channel | None,
        Meta(description="The channel on which it was stated; null if it came without one, such as by import."),
    ]
    at: Annotated[Timestamp, Meta(description="When it was stated.")]
    verified: Annotated[bool, Meta(description="Whether the source has proof of it.")]


class ContextConversation(Struct, frozen=True, kw_only=True):
    """A thread about one matter; attempts oldest first, facts by name."""

    id: Annotated[UUID, Meta(description="The conversation's id.")]
    subject: Annotated[str | None, Meta(description="What it is about; null if unknown.")]
    status: Annotated[ConversationStatus, Meta(description="Whether it is open, pending or resolved.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="The channels it ran on.")]
    opened_at: Annotated[Timestamp, Meta(description="When it began.")]
    last_at: Annotated[Timestamp, Meta(description="When its latest interaction occurred.")]
    interactions: Annotated[int, Meta(description="How many interactions it has.")]
    facts: Annotated[dict[str, Raw], Meta(description="What was stated in it, the latest value of each fact, by name.")]
    attempts: Annotated[tuple[AttemptRecord, ...], Meta(description="What was tried to solve it, the oldest first.")]
    transfers: Annotated[int, Meta(description="How often a desk transferred it to another desk.")]


class PickUp(Struct, frozen=True, kw_only=True):
    """Goods that wait for the customer in a shop: an unresolved conversation with the fact `pickup_store`."""

    conversation_id: Annotated[UUID, Meta(description="The conversation that the goods belong to.")]
    store: Annotated[Raw, Meta(description="The shop, as JSON as it was stated in the fact `pickup_store`.")]
    order_number: Annotated[Raw, Meta(description="The order, as JSON as it was stated; null if unknown.")]
    since: Annotated[Timestamp, Meta(description="When the conversation began.")]


class RecentInteraction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the newest touchpoints; what it does not have is left out."""

    id: Annotated[UUID, Meta(description="The interaction's id.")]
    occurred_at: Annotated[
        Timestamp,
        Meta(description="When it occurred, as its source states it; a time after the registration orders nothing."),
    ]
    channel: Annotated[Channel, Meta(description="The channel it ran on.")]
    kind: Annotated[InteractionKind, Meta(description="What sort of interaction it is.")]
    direction: Annotated[
        Direction, Meta(description="Whether the customer turned to the company, or the company to the customer.")
    ]
    conversation_id: Annotated[UUID, Meta(description="The conversation it belongs to.")]
    source: Annotated[str, Meta(description="The system that registered it.")]
    version: Annotated[int, Meta(description="The customer's version that it brought about.")]
    participant: Annotated[Participant | None, Meta(description="Who speaks; absent if unknown.")] = None
    text: Annotated[
        str | None, Meta(description="The first 1000 characters of what was said; absent without text.")
    ] = None
    text_cut: Annotated[bool, Meta(description="Whether the text is longer than is shown; absent when it is not.")] = (
        False
    )
    language: Annotated[str | None, Meta(description="The language, a BCP 47 tag; absent if unknown.")] = None
    facts: Annotated[dict[str, Raw], Meta(description="The facts stated in it, by name; absent without any.")] = {}
    asks: Annotated[
        tuple[str, ...], Meta(description="The names of the facts that were asked for; absent without any.")
    ] = ()
    attempt: Annotated[
        AttemptReport | None, Meta(description="What was tried in it to solve the matter; absent if nothing was.")
    ] = None
    outcome: Annotated[CallOutcome | None, Meta(description="How the call ended; absent for what is no call.")] = None
    mood: Annotated[
        float | None, Meta(description="The customer's mood, -1 (worst) to 1 (best); absent if unknown.")
    ] = None
    rating: Annotated[Rating | None, Meta(description="The customer's rating; absent without one.")] = None
    answered: Annotated[bool | None, Meta(description="Whether a concern was answered; absent if unknown.")] = None


class ContextTarget(Struct, frozen=True, kw_only=True):
    """The desk that is asked or has the conversation; `agent` if one was asked by name."""

    queue: Annotated[str, Meta(description="The queue that is asked or has the conversation.")]
    agent: Annotated[str | None, Meta(description="The agent that is asked by name; null if the whole queue is.")]


class ContextReason(Struct, frozen=True, kw_only=True):
    """Why the conversation changes hands."""

    code: Annotated[str | None, Meta(description="The reason as a code; null if none was given.")]
    text: Annotated[str | None, Meta(description="The reason in words; null if none was given.")]


class ContextHandoff(Struct, frozen=True, kw_only=True):
    """A conversation that is being handed over."""

    id: Annotated[UUID, Meta(description="The handoff's id.")]
    state: Annotated[HandoffState, Meta(description="Where the handoff stands.")]
    mode: Annotated[HandoffMode, Meta(description="How the conversation changes hands.")]
    conversation_id: Annotated[UUID, Meta(description="The conversation that is handed over.")]
    given_by: Annotated[Raw, Meta(description="The desk or channel that gives the conversation.")] = field(name="from")
    to: Annotated[ContextTarget, Meta(description="The queue and agent that the last offer names.")]
    reason: Annotated[ContextReason, Meta(description="Why the conversation changes hands.")]
    priority: Annotated[int, Meta(description="Its rank in the queue: the higher number is served first.")]
    created_at: Annotated[Timestamp, Meta(description="When the handoff was created.")]
    deadline: Annotated[
        Timestamp | None, Meta(description="When the present offer lapses; null if no offer is running.")
    ]
    taken_by: Annotated[str | None, Meta(description="The desk that accepted; null as long as none has.")]


class ContextCallback(Struct, frozen=True, kw_only=True):
    """A call that the customer is promised; `attempts` counts the calls made."""

    id: Annotated[UUID, Meta(description="The callback's id.")]
    state: Annotated[CallbackState, Meta(description="Where the callback stands.")]
    conversation_id: Annotated[
        UUID | None, Meta(description="The conversation that the call is about; null if it belongs to none.")
    ]
    handoff_id: Annotated[
        UUID | None, Meta(description="The handoff that the callback comes from; null if it comes from none.")
    ]
    queue: Annotated[str, Meta(description="The queue that calls.")]
    phone: Annotated[str | None, Meta(description="The number to call, in E.164; null as long as none is known.")]
    reason: Annotated[str, Meta(description="What the call is about, in words.")]
    promised_from: Annotated[Timestamp, Meta(description="The start of the window that the customer was promised.")]
    promised_to: Annotated[Timestamp, Meta(description="The end of that window.")]
    due_at: Annotated[Timestamp, Meta(description="When the next call is due.")]
    attempts: Annotated[int, Meta(description="How many calls were made so far.")]
    kept: Annotated[
        bool | None,
        Meta(description="Whether a call was made within the promised window; null as long as that is open."),
    ]
    priority: Annotated[int, Meta(description="Its rank in the queue: the higher number is called first.")]
    preferred_agent: Annotated[str | None, Meta(description="The agent that should call; null if any agent may.")]
    end_reason: Annotated[
        str | None,
        Meta(
            description="Why it is not called: `do_not_contact` if the customer does not wish it; null while it is "
            "to be called, and if no number is known."
        ),
    ] = None


class QueueEntitlement(Struct, frozen=True, kw_only=True):
    """A queue that may see the customer, because of what it was handed in these conversations."""

    queue: str
    conversation_ids: frozenset[UUID]


class ChurnReason(Struct, frozen=True, kw_only=True):
    """One thing that raises the risk, for programs that have words of their own."""

    code: Annotated[ChurnCode, Meta(description="What raises the risk, as a code.")]
    value: Annotated[
        int | float,
        Meta(
            description="How often it happened; of `low_mood` the mood, -1 to 1, and of `low_rating` the share of the "
            "scale, 0 to 1."
        ),
    ]


class ChurnRisk(Struct, frozen=True, kw_only=True):
    """How likely the customer is to leave, and why, in words and as codes in the same order."""

    level: Annotated[RiskLevel, Meta(description="How likely the customer is to leave.")]
    reasons: Annotated[tuple[str, ...], Meta(description="What raises the risk, in words; empty if nothing does.")]
    reason_codes: Annotated[
        tuple[ChurnReason, ...], Meta(description="The same as codes with their numbers, in the order of `reasons`.")
    ]


class Signals(Struct, frozen=True, kw_only=True):
    """What the touchpoints say together."""

    contacts_30d: Annotated[
        int, Meta(description="Inbound contacts in the last 30 days: one for each conversation and channel.")
    ]
    repeated_questions: Annotated[int, Meta(description="How often the customer was asked for what was known.")]
    failed_attempts: Annotated[
        int, Meta(description="How many attempts failed in the conversations that the context shows.")
    ]
    dropped_calls: Annotated[int, Meta(description="How many calls of the customer ended in vain in the last 30 days.")]
    transfers: Annotated[
        int, Meta(description="The most transfers from desk to desk of one conversation that the context shows.")
    ]
    mood: Annotated[
        float | None, Meta(description="The weighted mean mood of `recent`, -1 (worst) to 1 (best); null if unknown.")
    ]
    churn_risk: Annotated[ChurnRisk, Meta(description="How likely the customer is to leave.")]


class IncludedInteractions(Struct, frozen=True, kw_only=True):
    """How many interactions are shown, of how many there are."""

    interactions: Annotated[int, Meta(description="How many interactions the view shows.")]
    of: Annotated[int, Meta(description="How many interactions the customer has.")]


class Context(Struct, frozen=True, kw_only=True):
    """The whole context of one customer at one version and moment."""

    schema: int = VIEW_SCHEMA
    version: int
    as_of: datetime
    customer: ContextCustomer
    preferences: ContactPreferences = ContactPreferences()
    identities: tuple[IdentityRecord, ...]
    conditions: tuple[ContextCondition, ...]
    known: dict[str, ContextFact]
    conversations: tuple[ContextConversation, ...]
    recent: tuple[RecentInteraction, ...]
    recent_at: tuple[datetime, ...]
    """The time that orders each of `recent`: it occurred, or was registered if its source stated a later time."""
    handoffs: tuple[ContextHandoff, ...] = ()
    callbacks: tuple[ContextCallback, ...] = ()
    invalid_numbers: tuple[InvalidNumber, ...] = ()
    answered_rules: tuple[AnsweredRule, ...] = ()
    signals: Signals
    included: IncludedInteractions
    pick_ups: tuple[PickUp, ...]
    entitlements: tuple[QueueEntitlement, ...] = ()
    member_ids: tuple[UUID, ...]  # the merge set, the survivor first
    refused: frozenset[str] = frozenset()  # the purposes that the customer has withdrawn
    valid_until: datetime | None
    """The next moment at which the content changes although nothing happens; None if there is none."""
