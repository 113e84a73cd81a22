"""One customer's journey, of the records of the merge set; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from msgspec.structs import replace

from service.journey.decisions import decisions_by_hand, derived_decisions
from service.journey.handoffs import journey_handoffs, journey_promises
from service.journey.model import Journey, JourneyDecision, JourneyTouchpoint, PhaseSpan
from service.journey.numbers import journey_totals, journey_waits
from service.journey.phases import PhaseTurn, PhaseWalk, apply_borders, touchpoint_turns, walk_phases
from service.journey.records import JourneyRecords
from service.journey.signs import phase_events
from service.journey.title import journey_title
from service.journey.touchpoints import Touch, journey_touches
from service.journey.words import JourneyWords
from service.model.vocabulary import InteractionKind


def draw_up_journey(records: JourneyRecords, words: JourneyWords, *, language: str, now: datetime) -> Journey:
    """The journey as it stands at `now`, with its title in this language."""
    touches, walk, turns = _divided(records, words, now)
    times = [one.at for one in touches]
    resolved = {one.conversation_id: one.resolved_at for one in records.conversations if one.resolved_at is not None}
    decisions = derived_decisions(touches, walk.turns, resolved, words) if touches else []
    handoffs = tuple(journey_handoffs(records.handoffs, records.callbacks, times)) if touches else ()
    waits = tuple(journey_waits(touches))
    totals = journey_totals(touches, handoffs, waits, walk)
    return Journey(
        title=journey_title(totals, decisions, language=language),
        customer_id=records.customer_id,
        as_of=now,
        phases=tuple(_spans(turns, times)),
        touchpoints=tuple(_touchpoints(records, touches, turns)),
        handoffs=handoffs,
        promises=tuple(journey_promises(records.callbacks, times, now=now)) if touches else (),
        waits=waits,
        decisions=_in_order([*decisions, *decisions_by_hand(records.decisions, touches)]),
        notes=records.notes,
        totals=totals,
        earlier=max(records.total - len(records.interactions), 0),
    )


def phase_borders(
    records: JourneyRecords, words: JourneyWords, now: datetime
) -> tuple[tuple[PhaseTurn, ...], tuple[datetime, ...]]:
    """The turn that begins each phase of the journey, and the times of the touchpoints, both in order."""
    touches, _, turns = _divided(records, words, now)
    return tuple(turn for turn, _ in groupby(turns)), tuple(one.at for one in touches)


def _divided(
    records: JourneyRecords, words: JourneyWords, now: datetime
) -> tuple[list[Touch], PhaseWalk, list[PhaseTurn]]:
    """The touchpoints, what the rules say, and for each touchpoint the turn that it belongs to."""
    touches = journey_touches(records.interactions, records.callbacks, words, now=now)
    walk, turns = _walked(records, touches, words, now)
    return touches, walk, list(touchpoint_turns(turns, [one.at for one in touches]))


def _walked(
    records: JourneyRecords, touches: list[Touch], words: JourneyWords, now: datetime
) -> tuple[PhaseWalk, Sequence[PhaseTurn]]:
    """What the rules say, and when each phase began with the borders that people moved."""
    walk = walk_phases(phase_events(records, touches, words), now=now)
    return walk, apply_borders(walk.turns, records.borders)


def phase_turns(records: JourneyRecords, words: JourneyWords, now: datetime) -> Sequence[PhaseTurn]:
    """When each phase began, the oldest first, with the borders that people moved."""
    touches = journey_touches(records.interactions, records.callbacks, words, now=now)
    return _walked(records, touches, words, now)[1]


def anonymous_copy(journey: Journey) -> Journey:
    """The journey without ids, and without any text that a person wrote; times, channels and titles of desks stay."""
    return replace(
        journey,
        customer_id=None,
        phases=tuple(replace(one, moved_by=None, border_id=None) for one in journey.phases),
        touchpoints=tuple(
            replace(one, id=None, conversation_id=None, says=None, subject=None) for one in journey.touchpoints
        ),
        handoffs=tuple(replace(one, id=None) for one in journey.handoffs),
        promises=tuple(replace(one, id=None) for one in journey.promises),
        decisions=tuple(replace(one, id=None, text=None) for one in journey.decisions),
        notes=(),
    )


def _in_order(decisions: Iterable[JourneyDecision]) -> tuple[JourneyDecision, ...]:
    return tuple(sorted(decisions, key=lambda one: one.touchpoint))


def _spans(turns: Sequence[PhaseTurn], times: Sequence[datetime]) -> Iterator[PhaseSpan]:
    """The phases that have touchpoints; `turns` are those of the touchpoints, which stand at `times`."""
    place = 0
    for index, (turn, of_turn) in enumerate(groupby(turns)):
        first, place = place, place + len(list(of_turn))
        yield PhaseSpan(
            index=index,
            name=turn.phase,
            start=times[first],
            end=times[place - 1],
            rule=turn.rule,
            moved_by=turn.moved_by,
            border_id=turn.border_id,
        )


def _touchpoints(
    records: JourneyRecords, touches: Sequence[Touch], turns: Sequence[PhaseTurn]
) -> Iterator[JourneyTouchpoint]:
    subjects = {one.conversation_id: one.subject for one in records.conversations}
    answered = {one.conversation_id for one in touches if one.answered}
    indexes = [index for index, (_, of_turn) in enumerate(groupby(turns)) for _ in of_turn]
    for touch, turn, index in zip(touches, turns, indexes, strict=True):
        yield JourneyTouchpoint(
            id=touch.id,
            at=touch.at,
            channel=touch.channel,
            direction=touch.direction,
            phase=index,
            phase_name=turn.phase,
            kind=touch.kind,
            conversation_id=touch.conversation_id,
            mood=touch.mood,
            frictions=tuple(touch.frictions),
            says=touch.says,
            subject=subjects.get(touch.conversation_id) if touch.conversation_id else None,
            answered=_is_answered(touch, answered),
        )


def _is_answered(touch: Touch, answered: set[UUID | None]) -> bool | None:
    """Of a concern whether it, or another one of its conversation, was registered as answered."""
    if touch.kind is not InteractionKind.CONCERN:
        return None
    return True if touch.conversation_id in answered else touch.answered
