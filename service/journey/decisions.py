"""The decision points of a journey: where the customer buys, threatens to leave, cancels or stays; pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service.journey.handoffs import touchpoint_before
from service.journey.model import DecisionKind, JourneyDecision, JourneyFriction
from service.journey.phases import PhaseTurn
from service.journey.records import DecisionRecord
from service.journey.touchpoints import Touch
from service.journey.words import JourneyWords
from service.model.vocabulary import InteractionKind

_BUYING = frozenset({"first_purchase", "bought_again"})


def derived_decisions(
    touches: Sequence[Touch], turns: Sequence[PhaseTurn], resolved: Mapping[UUID, datetime], words: JourneyWords
) -> list[JourneyDecision]:
    """The decisions that what happened shows, in the order of time; `resolved` says when a conversation was resolved.

    A purchase that begins a phase is a decision to buy; a form about leaving cancels. Other signs of leaving are one
    threat, until it is decided. The customer stays with a purchase after it, or once its conversation is resolved.
    """
    buys = [one.touchpoint for one in turns if one.rule in _BUYING and one.touchpoint is not None]
    cancels = [place for place, one in enumerate(touches) if _cancels(one, words)]
    found = [_derived(DecisionKind.BUYS, place) for place in buys]
    found += [_derived(DecisionKind.CANCELS, place) for place in cancels]
    signs = _signs_of_leaving(touches, turns) - set(cancels)
    for place, until in _threats(signs, sorted({*cancels, *buys, len(touches)})):
        found.append(_derived(DecisionKind.THREATENS_TO_LEAVE, place))
        stays = _stays_at(touches, place, until, buys, resolved)
        if stays is not None:
            found.append(_derived(DecisionKind.STAYS, stays))
    return sorted(found, key=lambda one: (one.touchpoint, list(DecisionKind).index(one.kind)))


def decisions_by_hand(decisions: Iterable[DecisionRecord], touches: Sequence[Touch]) -> Iterator[JourneyDecision]:
    """Those that people set, as far as their touchpoints are among these."""
    places = {one.id: place for place, one in enumerate(touches)}
    for one in decisions:
        if one.interaction_id in places:
            yield JourneyDecision(
                id=one.decision_id,
                kind=DecisionKind.SET_BY_HAND,
                touchpoint=places[one.interaction_id],
                text=one.text,
            )


def _derived(kind: DecisionKind, place: int) -> JourneyDecision:
    return JourneyDecision(id=None, kind=kind, touchpoint=place)


def _cancels(touch: Touch, words: JourneyWords) -> bool:
    is_form = touch.kind is InteractionKind.FORM and JourneyFriction.MAY_LEAVE in touch.frictions
    return is_form and words.is_leave_page(touch.page)


def _signs_of_leaving(touches: Sequence[Touch], turns: Iterable[PhaseTurn]) -> set[int]:
    times = [one.at for one in touches]
    handed_over = {touchpoint_before(one.at, times) for one in turns if one.rule == "retention_queue"}
    return handed_over | {place for place, one in enumerate(touches) if JourneyFriction.MAY_LEAVE in one.frictions}


def _threats(signs: Iterable[int], decided: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first sign of leaving before each place where it is decided, with that place."""
    threatened: set[int] = set()
    for place in sorted(signs):
        until = decided[bisect_left(decided, place + 1)]
        if until not in threatened:
            threatened.add(until)
            yield place, until


def _stays_at(
    touches: Sequence[Touch], threat: int, until: int, buys: Sequence[int], resolved: Mapping[UUID, datetime]
) -> int | None:
    if until in buys:
        return until
    matter = touches[threat].conversation_id
    resolved_at = resolved.get(matter) if matter is not None else None
    if until < len(touches) or resolved_at is None or resolved_at < touches[threat].at:
        return None
    return touchpoint_before(resolved_at, [one.at for one in touches])
