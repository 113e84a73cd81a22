"""The waits of a journey, and the journey in numbers; pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from service.journey.model import HandoffEnd, JourneyFriction, JourneyHandoff, JourneyTotals, JourneyWait
from service.journey.phases import PhaseWalk
from service.journey.touchpoints import Touch

DAY = timedelta(days=1)
FOLDED_FROM = timedelta(hours=22)
"""A time without a contact that is as long is a wait, which the picture folds."""


def journey_waits(touches: Sequence[Touch]) -> Iterator[JourneyWait]:
    """The waits, in the order of time."""
    for place in range(1, len(touches)):
        gap = touches[place].at - touches[place - 1].at
        if gap >= FOLDED_FROM:
            yield JourneyWait(before=place, seconds=gap.total_seconds())


def journey_totals(
    touches: Sequence[Touch], handoffs: Sequence[JourneyHandoff], waits: Sequence[JourneyWait], walk: PhaseWalk
) -> JourneyTotals:
    """The journey in numbers."""
    frictions = [friction for one in touches for friction in one.frictions]
    moods = [(one.mood, place) for place, one in enumerate(touches) if one.mood is not None]
    until_solved = None
    if walk.first_problem_at is not None and walk.first_solved_at is not None:
        until_solved = (walk.first_solved_at - walk.first_problem_at).total_seconds()
    return JourneyTotals(
        days=max(round((touches[-1].at - touches[0].at) / DAY), 1) if touches else 1,
        contacts=len(touches),
        frictions=len(frictions),
        asked_again=frictions.count(JourneyFriction.ASKED_AGAIN),
        until_solved_s=until_solved,
        handoffs=sum(one.end is not HandoffEnd.OPEN for one in handoffs),
        handoffs_worked=sum(one.end is HandoffEnd.TAKEN for one in handoffs),
        lowest=min(moods)[1] if moods else None,
        longest_wait_s=max((one.seconds for one in waits), default=None),
    )
