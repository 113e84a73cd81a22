"""The brief: what a desk reads in thirty seconds before it speaks, from the present context."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct
from msgspec.structs import replace

from service.agents.model import AgentWishes
from service.context.content import Context, ContextCallback, ContextConversation
from service.context.disclosure import STANDARD_CONTACT_FACTS, ContactFacts
from service.context.model import AttemptRecord
from service.handoff.briefs.model import (
    Brief,
    BriefCallback,
    BriefCondition,
    BriefContact,
    BriefCustomer,
    BriefMatter,
    BriefMood,
    BriefOmissions,
    BriefOtherMatter,
)
from service.handoff.callbacks.contacts import AnsweredContact
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.disclosure import is_told_matter, is_told_words, visible_conditions, visible_facts
from service.handoff.model import Handoff
from service.handoff.summaries import NO_SUMMARIES, ConversationSummary, SummaryHistory, visible_summaries
from service.identity.preferences import ContactPreferences
from service.model.vocabulary import (
    Assurance,
    AttemptOutcome,
    Audience,
    ConversationStatus,
    Direction,
)

MAX_ATTEMPTS, MAX_FACTS, MAX_CONDITIONS, MAX_CALLBACKS = 8, 15, 5, 5
MAX_OTHER_MATTERS = 5
MAX_LAST_WORDS_CHARS = 300

WITHHELD = Raw(b'{"withheld":"assurance"}')
"""Stands in place of a value that is known, and not shown."""

Item = TypeVar("Item")
Shape = TypeVar("Shape")


def handoff_brief(
    context: Context,
    handoff: Handoff,
    caller: Caller,
    contact_facts: ContactFacts = STANDARD_CONTACT_FACTS,
    history: SummaryHistory = NO_SUMMARIES,
) -> Brief:
    """The brief of a handoff, as this caller may see it."""
    matter = _BriefSubject(
        conversation_id=handoff.conversation_id,
        reason=handoff.reason_text or handoff.reason_code,
        summary=handoff.summary,
        history=history,
        serves=caller.serves(handoff.queue),
        wishes=handoff.wishes,
        onward_reason=handoff.onward_reason,
    )
    return _build_brief(context, matter, caller, contact_facts)


def callback_brief(
    context: Context,
    callback: Callback,
    caller: Caller,
    contact_facts: ContactFacts = STANDARD_CONTACT_FACTS,
    history: SummaryHistory = NO_SUMMARIES,
    *,
    answered: AnsweredContact | None = None,
) -> Brief:
    """The brief of a callback, as this caller may see it; `answered` is a contact since the promise."""
    matter = _BriefSubject(
        conversation_id=callback.conversation_id,
        reason=callback.reason or None,
        summary=None,
        history=history,
        serves=caller.serves(callback.queue),
    )
    brief = _build_brief(context, matter, caller, contact_facts)
    return replace(brief, answered_meanwhile=answered and _brief_contact(answered, caller))


def _brief_contact(answered: AnsweredContact, caller: Caller) -> BriefContact:
    agent = answered.agent if caller.sees_everything else None
    return BriefContact(at=answered.at, channel=answered.channel, by=agent, interaction_id=answered.interaction_id)


class _BriefSubject(Struct, frozen=True, kw_only=True):
    """What a brief is about, and whether the reader serves the queue that has it."""

    conversation_id: UUID | None
    reason: str | None
    summary: str | None
    history: SummaryHistory
    serves: bool
    wishes: AgentWishes | None = None
    onward_reason: str | None = None


def _build_brief(
    context: Context, subject: _BriefSubject, caller: Caller, contact_facts: ContactFacts
) -> Brief:  # a line or two for each part of the brief
    audience, serves = caller.audience, subject.serves
    matter = next((one for one in context.conversations if one.id == subject.conversation_id), None)
    shown = matter if is_told_matter(audience, serves=serves) else None
    summaries = visible_summaries(subject.history.shown(), audience, serves=serves)
    attempts, attempts_omitted = _truncate(_failed_first(shown), MAX_ATTEMPTS)
    known, facts_omitted = _truncate(_known_facts(context, matter, caller, contact_facts, serves=serves), MAX_FACTS)
    visible = visible_conditions(context.conditions, audience, caller.store)
    conditions, conditions_omitted = _truncate(visible, MAX_CONDITIONS)
    callbacks, callbacks_omitted = _truncate(_served_callbacks(context, caller), MAX_CALLBACKS)
    others, others_omitted = _truncate(_other_matters(context, matter, audience), MAX_OTHER_MATTERS)
    return Brief(
        version=context.version,
        as_of=context.as_of,
        customer_id=context.customer.id,
        who=_brief_customer(context, audience),
        what=_brief_matter(context, shown, subject, summaries, words=is_told_words(audience, serves=serves)),
        summaries=summaries,
        also_open=tuple(others),
        tried=tuple(attempts),
        known=dict(known),
        preferences=context.preferences if serves else ContactPreferences(),
        promised=_convert(tuple[BriefCallback, ...], callbacks),
        conditions=_convert(tuple[BriefCondition, ...], conditions),
        mood=_brief_mood(context) if audience is Audience.CONSOLE else None,
        left_out=BriefOmissions(
            tried=attempts_omitted,
            known=facts_omitted,
            conditions=conditions_omitted,
            promised=callbacks_omitted,
            also_open=others_omitted,
            summaries=subject.history.left_out if summaries else 0,
        ),
    )


def _served_callbacks(context: Context, caller: Caller) -> list[ContextCallback]:
    return [one for one in context.callbacks if caller.serves(one.queue)]


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
        invalid_numbers=context.invalid_numbers,
    )


def _brief_matter(
    context: Context,
    matter: ContextConversation | None,
    subject: _BriefSubject,
    summaries: Sequence[ConversationSummary],
    *,
    words: bool,
) -> BriefMatter:
    return BriefMatter(
        subject=matter.subject if matter else None,
        reason=subject.reason,
        summary=subject.summary or next((one.text for one in summaries), None),
        transfers=matter.transfers if matter else 0,
        channels=matter.channels if matter else (),
        since=matter.opened_at if matter else None,
        last_words=_last_words(context, subject.conversation_id) if words else None,
        wishes=subject.wishes,
        onward_reason=subject.onward_reason,
    )


def _other_matters(context: Context, matter: ContextConversation | None, audience: Audience) -> list[BriefOtherMatter]:
    if audience is not Audience.CONSOLE:
        return []
    return [
        BriefOtherMatter(
            conversation_id=one.id,
            subject=one.subject,
            last_at=one.last_at,
            failed_attempts=sum(tried.outcome is AttemptOutcome.FAILED for tried in one.attempts),
        )
        for one in context.conversations
        if one.status is not ConversationStatus.RESOLVED and one is not matter
    ]


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


def anonymous_brief(callback: Callback, now: datetime) -> Brief:
    """What a caller is told of a restricted customer: that a call was promised. `callback` names no customer."""
    promised = BriefCallback(
        state=callback.state,
        promised_from=callback.promised_from,
        promised_to=callback.promised_to,
        reason=callback.reason,
        end_reason=None,
    )
    matter = BriefMatter(
        subject=None, reason=callback.reason, summary=None, channels=(), transfers=0, since=None, last_words=None
    )
    return Brief(
        version=callback.version,
        as_of=now,
        customer_id=callback.customer_id,
        who=BriefCustomer(assurance=Assurance.NONE),
        what=matter,
        summaries=(),
        also_open=(),
        tried=(),
        known={},
        preferences=ContactPreferences(),
        promised=(promised,),
        conditions=(),
        mood=None,
        left_out=BriefOmissions(tried=0, known=0, conditions=0, promised=0, also_open=0, summaries=0),
    )
