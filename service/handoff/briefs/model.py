"""The shape of a brief."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Raw, Struct

from service.agents.model import AgentWishes
from service.context.guidance.model import NextAction
from service.context.guidance.texts import AdvisedContent, ShownNotice
from service.context.model import AttemptRecord, InvalidNumber
from service.handoff.summaries import ConversationSummary
from service.identity.preferences import ContactPreferences
from service.model.interaction import Timestamp
from service.model.vocabulary import Assurance, CallbackState, Channel


class BriefCustomer(Struct, frozen=True, kw_only=True):
    """The customer; a partner sees the language alone."""

    name: Annotated[str | None, Meta(description="Name of the customer; null if unknown or hidden.")] = None
    language: Annotated[str | None, Meta(description="Preferred language, a BCP 47 tag; null if unknown.")] = None
    assurance: Annotated[Assurance | None, Meta(description="Proof of the customer's identity; null if hidden.")] = None
    since: Annotated[
        Timestamp | None, Meta(description="First contact, RFC 3339 in UTC; null if unknown or hidden.")
    ] = None
    segments: Annotated[tuple[str, ...], Meta(description="Segments of the customer, such as `vip`.")] = ()
    communication_style: Annotated[
        str | None, Meta(description="Style in which to address the customer; null if unknown or hidden.")
    ] = None
    invalid_numbers: Annotated[
        tuple[InvalidNumber, ...],
        Meta(description="Numbers that a call found to be none; empty for others than our own desks."),
    ] = ()


class BriefMatter(Struct, frozen=True, kw_only=True):
    """The matter of the conversation."""

    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    reason: Annotated[str | None, Meta(description="Reason of the handoff or callback; null without one.")]
    summary: Annotated[str | None, Meta(description="Summary by the giver, else the newest one; null without one.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="Channels of the conversation, in order of use.")]
    transfers: Annotated[int, Meta(description="Transfers of the conversation from desk to desk so far.")]
    since: Annotated[
        Timestamp | None, Meta(description="Start of the conversation, RFC 3339 in UTC; null without one.")
    ]
    last_words: Annotated[
        str | None, Meta(description="Last 300 characters of the customer's latest message; null without one.")
    ]
    wishes: Annotated[
        AgentWishes | None, Meta(description="What the handoff wants of the agent; null for nothing.")
    ] = None
    onward_reason: Annotated[
        str | None,
        Meta(
            description="Why the handoff was offered on or fell back, such as `no_agents`; null for a first offer, and "
            "for a callback."
        ),
    ] = None


class BriefOtherMatter(Struct, frozen=True, kw_only=True):
    """Another conversation of the customer that is not resolved."""

    conversation_id: Annotated[UUID, Meta(description="Id of this other conversation in askonce (UUIDv7).")]
    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    last_at: Annotated[Timestamp, Meta(description="Its latest interaction, RFC 3339 in UTC.")]
    failed_attempts: Annotated[int, Meta(description="Attempts in it that failed.")]


class BriefCallback(Struct, frozen=True, kw_only=True):
    """A callback that the customer expects."""

    state: Annotated[CallbackState, Meta(description="State of the callback.")]
    promised_from: Annotated[Timestamp, Meta(description="Start of the promised window, RFC 3339 in UTC.")]
    promised_to: Annotated[Timestamp, Meta(description="End of the promised window, RFC 3339 in UTC.")]
    reason: Annotated[str, Meta(description="Subject of the call, in words.")]
    end_reason: Annotated[
        str | None,
        Meta(description="Why it is not called: `do_not_contact` if the customer does not wish it; null otherwise."),
    ]


class BriefContact(Struct, frozen=True, kw_only=True):
    """A contact of the customer's own since a call was promised, in which they were answered."""

    at: Annotated[Timestamp, Meta(description="Start of the call, or time of the answer, RFC 3339 in UTC.")]
    channel: Annotated[Channel, Meta(description="Channel of the contact.")]
    by: Annotated[str | None, Meta(description="Agent who answered; null if unknown or hidden.")]
    interaction_id: Annotated[UUID | None, Meta(description="Id of the interaction; null while the call goes on.")]


class BriefCondition(Struct, frozen=True, kw_only=True):
    """A condition in force."""

    title: Annotated[str, Meta(description="Title of the condition for people.")]
    terms: Annotated[
        Raw, Meta(description="Terms of the condition: `percent`, `amount` with `currency` (ISO 4217), or `text`.")
    ]
    valid_until: Annotated[
        Timestamp | None, Meta(description="End of the condition, RFC 3339 in UTC; null without one.")
    ]


class BriefMood(Struct, frozen=True, kw_only=True):
    """The customer's mood, with the counts that explain it."""

    value: Annotated[float | None, Meta(description="Mood from -1 (angry) to 1 (content); null if unknown.")]
    repeated_questions: Annotated[int, Meta(description="Times that the customer was asked for a known fact.")]
    dropped_calls: Annotated[int, Meta(description="Calls of the last 30 days that ended in vain.")]
    failed_attempts: Annotated[int, Meta(description="Failed attempts in the conversations of the context.")]


class BriefOmissions(Struct, frozen=True, kw_only=True):
    """Numbers of items that the brief leaves out; the context has them."""

    tried: Annotated[int, Meta(description="Attempts left out.")]
    known: Annotated[int, Meta(description="Facts left out.")]
    conditions: Annotated[int, Meta(description="Conditions left out.")]
    promised: Annotated[int, Meta(description="Callbacks left out.")]
    also_open: Annotated[int, Meta(description="Other unresolved conversations left out.")]
    summaries: Annotated[int, Meta(description="Summaries left out, the oldest.")]


class Brief(Struct, frozen=True, kw_only=True):
    """The brief of a handoff or callback."""

    schema: Annotated[int, Meta(description="Number of this shape; it rises with an incompatible change.")] = 1
    version: Annotated[int, Meta(description="Version of the customer's context that the brief shows.")]
    as_of: Annotated[Timestamp, Meta(description="Time of the brief, RFC 3339 in UTC.")]
    customer_id: Annotated[UUID, Meta(description="Id of the customer, canonical after merges.")]
    who: Annotated[BriefCustomer, Meta(description="Customer as the reader may see them.")]
    what: Annotated[BriefMatter, Meta(description="Matter of the conversation.")]
    summaries: Annotated[
        tuple[ConversationSummary, ...],
        Meta(description="Summaries of all desks that had the conversation, the newest first; empty if hidden."),
    ]
    also_open: Annotated[
        tuple[BriefOtherMatter, ...],
        Meta(description="Other unresolved conversations, the latest first; empty for others than our own desks."),
    ]
    tried: Annotated[
        tuple[AttemptRecord, ...],
        Meta(description="Attempts in this matter: failed ones first, then by outcome, the newest first."),
    ]
    known: Annotated[
        dict[str, Raw],
        Meta(
            description="Values of known facts by name: those of this matter first, then the newest; "
            '`{"withheld": "assurance"}` in place of one that the reader may not see and need not ask for.'
        ),
    ]
    preferences: Annotated[
        ContactPreferences,
        Meta(description="How the customer wants to be contacted, and for what not: read it before you call."),
    ]
    promised: Annotated[tuple[BriefCallback, ...], Meta(description="Callbacks that the customer still expects.")]
    conditions: Annotated[tuple[BriefCondition, ...], Meta(description="Conditions in force that the reader may see.")]
    mood: Annotated[BriefMood | None, Meta(description="Mood of the customer; null if hidden.")]
    left_out: Annotated[BriefOmissions, Meta(description="Numbers of items that the brief leaves out.")]
    answered_meanwhile: Annotated[
        BriefContact | None,
        Meta(description="Newest contact since the promise in which the customer was answered; null without one."),
    ] = None
    next: Annotated[
        tuple[NextAction, ...], Meta(description="What the company's rules advise the reader now: at most 3.")
    ] = ()
    content: Annotated[
        tuple[AdvisedContent, ...], Meta(description="Pages and texts that may help now: at most 5, the best first.")
    ] = ()
    notices: Annotated[
        tuple[ShownNotice, ...], Meta(description="What customers are told now, in the customer's language.")
    ] = ()
