"""What happened behind the line of visibility: handoffs and promised calls, each at the touchpoint before it; pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from service.context.handed_over import is_broken
from service.handoff.model import OfferEnd
from service.journey.model import HandoffEnd, JourneyHandoff, JourneyPromise
from service.journey.records import CallbackInJourney, HandoffInJourney
from service.model.vocabulary import OPEN_CALLBACK_STATES, OPEN_HANDOFF_STATES, HandoffState

_TAKING = frozenset({OfferEnd.ACCEPTED, OfferEnd.TAKEN_OVER})
_ENDS = {
    HandoffState.FELL_BACK: HandoffEnd.NO_ANSWER,
    HandoffState.FAILED: HandoffEnd.FAILED,
    HandoffState.RETURNED: HandoffEnd.RETURNED,
    HandoffState.WITHDRAWN: HandoffEnd.RETURNED,
}


def journey_handoffs(
    handoffs: Iterable[HandoffInJourney], callbacks: Sequence[CallbackInJourney], times: Sequence[datetime]
) -> Iterator[JourneyHandoff]:
    """The handoffs, the oldest first; `times` are those of the touchpoints, of which there is one at least."""
    promises = {one.callback_id: one for one in callbacks}
    for one in sorted(handoffs, key=lambda one: (one.created_at, one.handoff_id)):
        end, ended_at = handoff_end(one)
        promise = promises.get(one.callback_id) if one.callback_id else None
        yield JourneyHandoff(
            id=one.handoff_id,
            at=one.created_at,
            touchpoint=touchpoint_before(one.created_at, times),
            queue=one.asked_queue,
            queue_title=one.queue_title,
            end=end,
            seconds=(ended_at - one.created_at).total_seconds() if ended_at is not None else None,
            promised_from=promise.promised_from if promise is not None else None,
        )


def handoff_end(handoff: HandoffInJourney) -> tuple[HandoffEnd, datetime | None]:
    """What became of it, and when; one that fell back without an offer met a closed desk."""
    taken_at = next((one.ended_at for one in handoff.offers if one.end in _TAKING), None)
    if handoff.state is HandoffState.RETURNED:
        return HandoffEnd.RETURNED, handoff.ended_at
    if handoff.was_taken or taken_at is not None:
        return HandoffEnd.TAKEN, taken_at or handoff.ended_at
    if handoff.state in OPEN_HANDOFF_STATES:
        return HandoffEnd.OPEN, None
    if handoff.state is HandoffState.FELL_BACK and not handoff.offers:
        return HandoffEnd.CLOSED, handoff.ended_at
    return _ENDS.get(handoff.state, HandoffEnd.NO_ANSWER), handoff.ended_at


def journey_promises(
    callbacks: Iterable[CallbackInJourney], times: Sequence[datetime], *, now: datetime
) -> Iterator[JourneyPromise]:
    """The promised calls, the earliest first, as they stand at `now`."""
    for one in sorted(callbacks, key=lambda one: (one.promised_from, one.callback_id)):
        yield JourneyPromise(
            id=one.callback_id,
            promised_from=one.promised_from,
            promised_to=one.promised_to,
            touchpoint=touchpoint_before(max(min(one.promised_to, now), one.created_at), times),
            kept=_kept(one, now),
            late_s=one.late_s or None,
        )


def touchpoint_before(at: datetime, times: Sequence[datetime]) -> int:
    """The index of the last touchpoint up to this time; of the first one if all came later."""
    return max(bisect_right(times, at) - 1, 0)


def _kept(callback: CallbackInJourney, now: datetime) -> bool | None:
    is_over = callback.state in OPEN_CALLBACK_STATES and callback.promised_to <= now
    return False if is_broken(callback) or (callback.kept is None and is_over) else callback.kept
