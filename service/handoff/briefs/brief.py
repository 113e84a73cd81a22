"""The brief: what a desk reads in thirty seconds before it speaks, from the present context."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct

from service.context.content import Context, ContextConversation
from service.context.disclosure import STANDARD_CONTACT_FACTS, ContactFacts
from service.context.model import AttemptRecord
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.disclosure import is_told_matter, is_told_words, visible_conditions, visible_facts
from service.handoff.model import Handoff
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Audience,
    CallbackState,
    Channel,
    Direction,
)

MAX_ATTEMPTS, MAX_FACTS, MAX_CONDITIONS, MAX_CALLBACKS = 8, 15, 5, 5
MAX_LAST_WORDS_CHARS = 300

WITHHELD = Raw(b'{"withheld":"assurance"}')
"""Stands in place of a value that is known, and not shown."""

Item = TypeVar("Item")
Shape = TypeVar("Shape")


class BriefCustomer(Struct, frozen=True, kw_only=True):
    """The customer; a partner sees the language alone."""

    name: Annotated[str | None, Meta(description="Name of the customer; null if unknown or hidden.")] = None
    language: Annotated[str | None, Meta(description="Preferred language, a BCP 47 tag; null if unknown.")] = None
    assurance: Annotated[Assurance | None, Meta(description="Proof of the customer's identity; null if hidden.")] = None
    since: Annotated[
        datetime | None, Meta(description="First contact, RFC 3339 in UTC; null if unknown or hidden.")
    ] = None
    segments: Annotated[tuple[str, ...], Meta(description="Segments of the customer, such as `vip`.")] = ()
    communication_style: Annotated[
        str | None, Meta(description="Style in which to address the customer; null if unknown or hidden.")
    ] = None


class BriefMatter(Struct, frozen=True, kw_only=True):
    """The matter of the conversation."""

    subject: Annotated[str | None, Meta(description="Subject of the conversation; null if unknown.")]
    reason: Annotated[str | None, Meta(description="Reason of the handoff or callback; null without one.")]
    summary: Annotated[str | None, Meta(description="Summary by the giver; null without one.")]
    channels: Annotated[tuple[Channel, ...], Meta(description="Channels of the conversation, in order of use.")]
    since: Annotated[datetime | None, Meta(description="Start of the conversation, RFC 3339 in UTC; null without one.")]
    last_words: Annotated[
        str | None, Meta(description="Last 300 characters of the customer's latest message; null without one.")
    ]


class BriefCallback(Struct, frozen=True, kw_only=True):
    """A callback that the customer expects."""

    state: Annotated[CallbackState, Meta(description="State of the callback.")]
    promised_from: Annotated[datetime, Meta(description="Start of the promised window, RFC 3339 in UTC.")]
    promised_to: Annotated[datetime, Meta(description="End of the promised window, RFC 3339 in UTC.")]
    reason: Annotated[str, Meta(description="Subject of the call, in words.")]


class BriefCondition(Struct, frozen=True, kw_only=True):
    """A condition in force."""

    title: Annotated[str, Meta(description="Title of the condition for people.")]
    terms: Annotated[
        Raw, Meta(description="Terms of the condition: `percent`, `amount` with `currency` (ISO 4217), or `text`.")
    ]
    valid_until: Annotated[
        datetime | None, Meta(description="End of the condition, RFC 3339 in UTC; null without one.")
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


class Brief(Struct, frozen=True, kw_only=True):
    """The brief of a handoff or callback."""

    schema: Annotated[int, Meta(description="Number of this shape; it rises with an incompatible change.")] = 1
    version: Annotated[int, Meta(description="Version of the customer's context that the brief shows.")]
    as_of: Annotated[datetime, Meta(description="Time of the brief, RFC 3339 in UTC.")]
    customer_id: Annotated[UUID, Meta(description="Id of the customer, canonical after merges.")]
    who: Annotated[BriefCustomer, Meta(description="Customer as the reader may see them.")]
    what: Annotated[BriefMatter, Meta(description="Matter of the conversation.")]
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
    promised: Annotated[tuple[BriefCallback, ...], Meta(description="Callbacks that the customer still expects.")]
    conditions: Annotated[tuple[BriefCondition, ...], Meta(description="Conditions in force that the reader may see.")]
    mood: Annotated[BriefMood | None, Meta(description="Mood of the customer; null if hidden.")]
    left_out: Annotated[BriefOmissions, Meta(description="Numbers of items that the brief leaves out.")]


def handoff_brief(
    context: Context, handoff: Handoff, caller: Caller, contact_facts: ContactFacts = STANDARD_CONTACT_FACTS
) -> Brief:
    """The brief of a handoff, as this caller may see it."""
    matter = _BriefSubject(
        conversation_id=handoff.conversation_id,
        reason=handoff.reason_text or handoff.reason_code,
        summary=handoff.summary,
        serves=caller.serves(handoff.queue),
    )
    return _build_brief(context, matter, caller, contact_facts)


def callback_brief(
    context: Context, callback: Callback, caller: Caller, contact_facts: ContactFacts = STANDARD_CONTACT_FACTS
) -> Brief:
    """The brief of a callback, as this caller may see it."""
    matter = _BriefSubject(
        conversation_id=callback.conversation_id,
        reason=callback.reason or None,
        summary=None,
        serves=caller.serves(callback.queue),
    )
    return _build_brief(context, matter, caller, contact_facts)


class _BriefSubject(Struct, frozen=True, kw_only=True):
    """What a brief is about, and whether the reader serves the queue that has it."""

    conversation_id: UUID | None
    reason: str | None
    summary: str | None
    serves: bool


def _build_brief(context: Context, subject: _BriefSubject, caller: Caller, contact_facts: ContactFacts) -> Brief:
    audience, serves = caller.audience, subject.serves
    matter = next((one for one in context.conversations if one.id == subject.conversation_id), None)
    shown = matter if is_told_matter(audience, serves=serves) else None
    attempts, attempts_omitted = _truncate(_failed_first(shown), MAX_ATTEMPTS)
    facts = _known_facts(context, matter, caller, contact_facts, serves=serves)
    known, facts_omitted = _truncate(facts, MAX_FACTS)
    visible = visible_conditions(context.conditions, audience, caller.store)
    conditions, conditions_omitted = _truncate(visible, MAX_CONDITIONS)
    callbacks = [one for one in context.callbacks if caller.serves(one.queue)]
    callbacks_shown, callbacks_omitted = _truncate(callbacks, MAX_CALLBACKS)
    last_words = _last_words(context, subject.conversation_id) if is_told_words(audience, serves=serves) else None
    return Brief(
        version=context.version,
        as_of=context.as_of,
        customer_id=context.customer.id,
        who=_brief_customer(context, audience),
        what=_brief_matter(shown, subject.reason, subject.summary, last_words),
        tried=tuple(attempts),
        known=dict(known),
        promised=_convert(tuple[BriefCallback, ...], callbacks_shown),
        conditions=_convert(tuple[BriefCondition, ...], conditions),
        mood=_brief_mood(context) if audience is Audience.CONSOLE else None,
        left_out=BriefOmissions(
            tried=attempts_omitted, known=facts_omitted, conditions=conditions_omitted, promised=callbacks_omitted
        ),
    )


def _truncate(items: Sequence[Item], limit: int) -> tuple[Sequence[Item], int]:
    """The first items, and how many are left out."""
    return items[:limit], max(len(items) - limit, 0)


def _brief_customer(context: Context, audience: Audience) -> BriefCustomer:
    customer = context.customer
    if audience is not Audience.CONSOLE:
        return BriefCustomer(language=customer.language)
    return BriefCustomer(
        name=customer.name,
        language=customer.language,
        assurance=customer.assurance,
        since=customer.since,
        segments=customer.segments,
        communication_style=customer.communication_style,
    )


def _brief_matter(
    matter: ContextConversation | None, reason: str | None, summary: str | None, last_words: str | None
) -> BriefMatter:
    return BriefMatter(
        subject=matter.subject if matter else None,
        reason=reason,
        summary=summary,
        channels=matter.channels if matter else (),
        since=matter.opened_at if matter else None,
        last_words=last_words,
    )


def _convert(shape: type[Shape], parts: Sequence[object]) -> Shape:
    """The parts reduced to the fields of `shape`."""
    return msgspec.convert(tuple(parts), shape, from_attributes=True)


def _failed_first(matter: ContextConversation | None) -> list[AttemptRecord]:
    """What need not be tried again before what is still open, and what helped last; the newest first."""
    attempts = sorted(matter.attempts, key=lambda one: one.at, reverse=True) if matter else []
    order = (AttemptOutcome.FAILED, AttemptOutcome.PENDING, AttemptOutcome.UNKNOWN, AttemptOutcome.WORKED)
    return sorted(attempts, key=lambda one: order.index(one.outcome))


def _known_facts(
    context: Context,
    matter: ContextConversation | None,
    caller: Caller,
    contact_facts: ContactFacts,
    *,
    serves: bool,
) -> list[tuple[str, Raw]]:
    """The facts of this matter, then all others, the newest first, as this caller may see them."""
    said = dict(matter.facts) if matter else {}
    names = sorted(context.known, key=lambda name: context.known[name].at, reverse=True)
    if caller.sees_everything:
        values = {name: fact.value for name, fact in context.known.items()} | said
    else:
        visible = visible_facts(context.known, said, caller.audience, contact_facts, serves=serves)
        values = {name: WITHHELD if fact.value is UNSET else fact.value for name, fact in visible.items()}
    return [(name, values[name]) for name in dict.fromkeys((*said, *names)) if name in values]


def _last_words(context: Context, conversation_id: UUID | None) -> str | None:
    """The end of the customer's latest text in this conversation; None without one."""
    texts = (
        one.text
        for one in context.recent
        if one.conversation_id == conversation_id and one.direction is Direction.INBOUND and one.text
    )
    return next((text[-MAX_LAST_WORDS_CHARS:] for text in texts), None)


def _brief_mood(context: Context) -> BriefMood:
    signals = context.signals
    return BriefMood(
        value=signals.mood,
        repeated_questions=signals.repeated_questions,
        dropped_calls=signals.dropped_calls,
        failed_attempts=signals.failed_attempts,
    )
