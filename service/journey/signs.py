"""What each record says about the phase of its customer; pure."""

import re
from collections.abc import Iterator

from service.journey.model import JourneyFriction
from service.journey.phases import PhaseEvent, PhaseSign
from service.journey.records import InteractionInJourney, JourneyRecords
from service.journey.touchpoints import MOOD_OF_A_PROBLEM, Touch, frictions_of
from service.journey.words import JourneyWords
from service.model.vocabulary import AttemptOutcome, Direction, InteractionKind

RATING_OF_A_PROBLEM = 0.4
"""A rating up to this share of its scale is a problem."""
_QUESTION = re.compile(r"[?？؟](?=\s|$|[\"'”“»)])")
"""A question mark that ends a word; one within an address does not."""


def phase_events(records: JourneyRecords, touches: list[Touch], words: JourneyWords) -> Iterator[PhaseEvent]:
    """Every sign of these records; `touches` are the touchpoints made of them, in the order of time."""
    places = {one.id: place for place, one in enumerate(touches)}
    for interaction in records.interactions:
        for sign in signs_of(interaction, words):
            yield PhaseEvent(
                at=interaction.occurred_at,
                sign=sign,
                matter=interaction.conversation_id,
                touchpoint=places.get(interaction.interaction_id),
            )
    yield from _signs_of_touches(touches)
    yield from _signs_of_desks(records, words)


def signs_of(interaction: InteractionInJourney, words: JourneyWords) -> Iterator[PhaseSign]:
    """What an interaction says, beyond that it is a contact."""
    attempt = interaction.attempt.outcome if interaction.attempt else None
    if attempt is AttemptOutcome.FAILED:
        yield PhaseSign.FAILED_ATTEMPT
    elif attempt is AttemptOutcome.WORKED:
        yield PhaseSign.SOLVED
    if interaction.kind is InteractionKind.PURCHASE:
        yield PhaseSign.PURCHASE
    if interaction.direction is not Direction.INBOUND:
        return
    if words.is_leave_page(interaction.page):
        yield PhaseSign.LEAVE_PAGE
    if _is_problem(interaction):
        yield PhaseSign.PROBLEM
    if interaction.kind is InteractionKind.QUESTION or _QUESTION.search(interaction.text or ""):
        yield PhaseSign.QUESTION


def _is_problem(interaction: InteractionInJourney) -> bool:
    mood, rating = interaction.mood, interaction.rating
    return (
        interaction.reports_error
        or (mood is not None and mood <= MOOD_OF_A_PROBLEM)
        or (rating is not None and rating.value <= RATING_OF_A_PROBLEM * rating.scale)
        or JourneyFriction.DROPPED in frictions_of(interaction)
    )


def _signs_of_touches(touches: list[Touch]) -> Iterator[PhaseEvent]:
    for place, touch in enumerate(touches):
        yield PhaseEvent(at=touch.at, sign=PhaseSign.CONTACT, touchpoint=place)
        if JourneyFriction.PROMISE_BROKEN in touch.frictions:
            yield PhaseEvent(at=touch.at, sign=PhaseSign.PROBLEM, matter=touch.conversation_id, touchpoint=place)


def _signs_of_desks(records: JourneyRecords, words: JourneyWords) -> Iterator[PhaseEvent]:
    for handoff in records.handoffs:
        is_retention = handoff.asked_queue in words.retention_queues
        sign = PhaseSign.RETENTION if is_retention else PhaseSign.HANDOFF
        yield PhaseEvent(at=handoff.created_at, sign=sign, matter=handoff.conversation_id)
    for matter in records.conversations:
        if matter.resolved_at is not None:
            yield PhaseEvent(at=matter.resolved_at, sign=PhaseSign.SOLVED, matter=matter.conversation_id)
    for ended_at in records.contract_ends:
        yield PhaseEvent(at=ended_at, sign=PhaseSign.CONTRACT_END)
