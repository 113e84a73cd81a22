"""The touchpoints of a journey, and of the strip of the customer's page, with what went wrong at each; pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from service.context.handed_over import is_broken
from service.journey.model import JourneyFriction
from service.journey.records import CallbackInJourney, InteractionInJourney
from service.journey.words import JourneyWords
from service.model.interaction import AttemptReport
from service.model.vocabulary import (
    DROPPED_CALL_OUTCOMES,
    AttemptOutcome,
    CallOutcome,
    Channel,
    Direction,
    InteractionKind,
    ParticipantRole,
)

MOOD_OF_A_PROBLEM = -0.4
"""A mood from here down is a problem."""
SAYS_CHARS = 300
"""Characters of the customer's words that are shown."""
_WRITTEN = frozenset(
    {
        InteractionKind.MESSAGE,
        InteractionKind.QUESTION,
        InteractionKind.FORM,
        InteractionKind.FEEDBACK,
        InteractionKind.CONCERN,
    }
)
_SPACE = re.compile(r"\s+")


class Happened(Protocol):
    """An interaction, as the timeline or a journey has it."""

    @property
    def kind(self) -> InteractionKind:
        """What it was."""

    @property
    def direction(self) -> Direction:
        """Who turned to whom."""

    @property
    def outcome(self) -> CallOutcome | None:
        """How a call ended."""

    @property
    def repeated_questions(self) -> int:
        """How often it asked for what was known."""

    @property
    def attempt(self) -> AttemptReport | None:
        """What was tried in it."""


class Contact(Struct, kw_only=True):
    """A contact, and what went wrong there; a promised call that was not made is one, without an interaction."""

    at: datetime
    channel: Channel
    direction: Direction
    kind: InteractionKind
    frictions: list[JourneyFriction]


AnyContact = TypeVar("AnyContact", bound=Contact)


class Touch(Contact, kw_only=True):
    """A contact of a journey; `id` is that of the interaction, or of the callback that was not kept."""

    id: UUID
    conversation_id: UUID | None
    mood: float | None = None
    says: str | None = None
    answered: bool | None = None
    page: str = ""


def frictions_of(one: Happened) -> Iterator[JourneyFriction]:
    """What went wrong in an interaction, the least first."""
    if one.repeated_questions:
        yield JourneyFriction.ASKED_AGAIN
    if one.attempt is not None and one.attempt.outcome is AttemptOutcome.FAILED:
        yield JourneyFriction.DID_NOT_HELP
    if one.outcome in DROPPED_CALL_OUTCOMES and one.direction is not Direction.OUTBOUND:
        yield JourneyFriction.DROPPED


def contacts_in_order(contacts: Iterable[AnyContact]) -> list[AnyContact]:
    """The contacts in the order of time; what went wrong among staff stands at the contact before, or at the first."""
    shown: list[AnyContact] = []
    waiting: list[JourneyFriction] = []
    for one in sorted(contacts, key=lambda one: one.at):
        if one.direction is Direction.INTERNAL or one.kind is InteractionKind.NOTE:
            (shown[-1].frictions if shown else waiting).extend(one.frictions)
            continue
        one.frictions[:0] = waiting
        waiting = []
        shown.append(one)
    return shown


def journey_touches(
    interactions: Iterable[InteractionInJourney],
    callbacks: Iterable[CallbackInJourney],
    words: JourneyWords,
    *,
    now: datetime,
) -> list[Touch]:
    """The touchpoints up to `now`, the oldest first: interactions, and promised calls that were not made."""
    touches = [_touch(one, words) for one in interactions]
    begins = min((one.at for one in touches), default=now)
    for callback in callbacks:
        if callback.late_s and (call := _call_of(callback, touches)) is not None:
            call.frictions.append(JourneyFriction.LATE)
        elif is_broken(callback) and begins <= callback.promised_to <= now:
            touches.append(_broken_promise(callback))
    return contacts_in_order(touches)


def _touch(one: InteractionInJourney, words: JourneyWords) -> Touch:
    own_words = _own_words(one)
    frictions = list(frictions_of(one))
    if _looks_at_leaving(one, words) or (own_words is not None and words.say_leaving(own_words)):
        frictions.append(JourneyFriction.MAY_LEAVE)
    return Touch(
        at=one.occurred_at,
        channel=one.channel,
        direction=one.direction,
        kind=one.kind,
        frictions=frictions,
        id=one.interaction_id,
        conversation_id=one.conversation_id,
        mood=one.mood,
        says=_cut(own_words) if own_words else None,
        answered=one.answered,
        page=one.page,
    )


def _looks_at_leaving(one: InteractionInJourney, words: JourneyWords) -> bool:
    return one.direction is Direction.INBOUND and words.is_leave_page(one.page)


def _own_words(one: InteractionInJourney) -> str | None:
    """What the customer wrote or said; what an agent, a bot or a system wrote about it is not."""
    by_customer = one.by is ParticipantRole.CUSTOMER or (one.by is None and one.kind in _WRITTEN)
    if not by_customer or one.direction is not Direction.INBOUND or one.kind is InteractionKind.PAGE:
        return None
    return _SPACE.sub(" ", one.text or "").strip() or None


def _cut(text: str) -> str:
    return text if len(text) <= SAYS_CHARS else text[: SAYS_CHARS - 1].rstrip() + "…"


def _call_of(callback: CallbackInJourney, touches: Iterable[Touch]) -> Touch | None:
    """The touchpoint that is the first call of a promise after its window."""
    began = min((at for at in callback.called_at if at > callback.promised_to), default=None)
    calls = (one for one in touches if one.kind is InteractionKind.CALL and one.direction is not Direction.INTERNAL)
    return next((one for one in calls if one.at == began), None)


def _broken_promise(callback: CallbackInJourney) -> Touch:
    return Touch(
        at=callback.promised_to,
        channel=Channel.PHONE,
        direction=Direction.OUTBOUND,
        kind=InteractionKind.CALL,
        frictions=[JourneyFriction.PROMISE_BROKEN],
        id=callback.callback_id,
        conversation_id=callback.conversation_id,
    )
