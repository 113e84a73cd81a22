"""Pure rules: who may leave, how urgent it is, and which ways ended in giving up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from msgspec import Struct

from service.context.content import RiskLevel, Signals
from service.insight.at_risk.model import RiskReason, WayTally

WAY_CODE: Final = "way_of_those_who_gave_up"
"""The reason that a matter has gone, so far, the way on which many others gave up."""
WAY_CONTACTS = 4
"""The first contacts of a matter that are its way."""
WAY_MATTERS = 20
"""So many matters must have ended after the same way before it says anything."""
WAY_SHARE = 0.4
"""The share of them that was given up from which the way counts as a risk."""
WAY_PERIOD = timedelta(days=90)
"""How far back matters count, by when they were opened."""
CONTACT_GAP = timedelta(hours=1)
"""What a customer says on one channel within so long of the last word is one contact."""

OUTCOME_PERIOD = timedelta(days=60)
"""Within so long of a warning it is decided whether the customer stayed."""
CANCELLATION_FACTS = ("cancelled_on", "cancelled_at", "contract_cancelled", "contract_ended_on", "contract_end")
"""Names of facts by which a source states that the customer has left."""
CANCELLATION_WORDS = "cancel(led|lation)|cancel (my|the) contract|kündig|kuendig"
"""A page that the customer opens, or a form that they send, with such words is a cancellation."""

Way = tuple[str, ...]
_LEVELS: tuple[RiskLevel, ...] = ("low", "medium", "high")
_MOST_REASONS = 9


class CustomerRisk(Struct, frozen=True, kw_only=True):
    """How likely a customer is to leave, why, and how urgent that is among all: the higher number first."""

    level: RiskLevel
    urgency: int
    reasons: tuple[RiskReason, ...]
    way: WayTally | None = None


def assess_risk(signals: Signals, ways: Iterable[Way], risky: Mapping[Way, WayTally]) -> CustomerRisk:
    """The risk of a customer whose open matters have gone these ways: such a way is one level more."""
    found = [tally for way in ways if (tally := risky.get(way[:WAY_CONTACTS])) is not None]
    worst = max(found, key=lambda one: (one.share, one.matters), default=None)
    reasons = [RiskReason(code=one.code, value=one.value) for one in signals.churn_risk.reason_codes]
    rank = _LEVELS.index(signals.churn_risk.level)
    if worst is not None:
        reasons.append(RiskReason(code=WAY_CODE, value=worst.share))
        rank = min(rank + 1, len(_LEVELS) - 1)
    return CustomerRisk(
        level=_LEVELS[rank], urgency=_urgency(rank, len(reasons), signals.mood), reasons=tuple(reasons), way=worst
    )


def _urgency(rank: int, reasons: int, mood: float | None) -> int:
    """The level decides, then the number of reasons, then the mood."""
    return 100 * rank + 10 * min(reasons, _MOST_REASONS) + round(4 * (1 - (mood or 0)))


def is_rise(before: str | None, after: RiskLevel) -> bool:
    """Whether others are told: the customer comes to be at high risk, for the first time or once more."""
    return after == "high" and before != "high"


def risky_ways(tallies: Iterable[WayTally]) -> list[WayTally]:
    """The ways, of any length, that many matters went to the end or beyond, and on which many gave up."""
    matters: defaultdict[Way, int] = defaultdict(int)
    gave_up: defaultdict[Way, int] = defaultdict(int)
    for tally in tallies:
        for length in range(1, min(len(tally.way), WAY_CONTACTS) + 1):
            matters[tally.way[:length]] += tally.matters
            gave_up[tally.way[:length]] += tally.gave_up
    found = (WayTally(way=way, matters=count, gave_up=gave_up[way]) for way, count in sorted(matters.items()))
    return [one for one in found if one.matters >= WAY_MATTERS and one.share >= WAY_SHARE]
