"""Pure rules: what the touchpoints of a customer say together.

Repeated contacts, having to repeat oneself, fixes that do not help and calls into the void are what drives customers
away (Dixon, Freeman, Toman: Stop Trying to Delight Your Customers, Harvard Business Review 7/2010); each is a burden.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from service.context.content import ChurnReason, ChurnRisk, ContextConversation, RiskLevel, Signals
from service.context.handed_over import is_broken, open_callbacks
from service.context.model import ChurnCode, CustomerRecords, InteractionRecord
from service.model.vocabulary import AttemptOutcome

SIGNAL_WINDOW = timedelta(days=30)
"""How far back contacts and dropped calls count."""
MOOD_DECAY = 0.8
"""A mood weighs this much of the next newer one."""
MANY_TRANSFERS = 4
"""Transfers of one conversation that burden the customer: more than three."""
_MEDIUM, _HIGH = 2, 4
"""Burdens from which the risk is medium, and high."""


class Burden(NamedTuple):
    """What weighs on the customer: 0 if not enough of it came together to count, at most 2."""

    weight: int
    code: ChurnCode
    value: float


def compute_signals(
    records: CustomerRecords, conversations: Sequence[ContextConversation], *, now: datetime
) -> Signals:
    """The signals at `now`; attempts count over the conversations that are shown."""
    contacts = sum(at > now - SIGNAL_WINDOW for at in records.contacts)
    dropped_calls = sum(at > now - SIGNAL_WINDOW for at in records.dropped_calls)
    failed_attempts = sum(
        attempt.outcome is AttemptOutcome.FAILED for shown in conversations for attempt in shown.attempts
    )
    transfers = max((shown.transfers for shown in conversations), default=0)
    mood_value = weighted_mood(one.mood for one in records.recent)
    return Signals(
        contacts_30d=contacts,
        repeated_questions=sum(customer.repeated_questions for customer in records.customers),
        failed_attempts=failed_attempts,
        dropped_calls=dropped_calls,
        transfers=transfers,
        mood=mood_value,
        churn_risk=churn_risk(
            contacts=contacts,
            repeated_questions=sum(one.repeated_questions for one in records.recent),
            failed_attempts=failed_attempts,
            dropped_calls=dropped_calls,
            transfers=transfers,
            broken_promises=sum(map(is_broken, open_callbacks(records.callbacks))),
            mood=mood_value,
            rating=last_rating(records.recent),
        ),
    )


def without_conclusions(signals: Signals) -> Signals:
    """What happened alone: neither the mood nor the risk that is concluded from it."""
    return replace(signals, mood=None, churn_risk=ChurnRisk(level="low", reasons=(), reason_codes=()))


def weighted_mood(newest_first: Iterable[float | None]) -> float | None:
    """The mean of the moods, newer ones weighing more, to two decimals; None without any."""
    total = weights = 0.0
    weight = 1.0
    for mood in newest_first:
        if mood is not None:
            total += weight * mood
            weights += weight
            weight *= MOOD_DECAY
    return round(total / weights, 2) if weights else None


def last_rating(newest_first: Iterable[InteractionRecord]) -> float | None:
    """The newest rating as a share of its scale, 0 to 1; None without any."""
    for one in newest_first:
        if one.details is not None and one.details.rating is not None:
            return one.details.rating.value / one.details.rating.scale
    return None


def churn_risk(
    *,
    contacts: int,
    repeated_questions: int,
    failed_attempts: int,
    dropped_calls: int,
    mood: float | None,
    rating: float | None,
    transfers: int = 0,
    broken_promises: int = 0,
) -> ChurnRisk:
    """Adds up the burdens, each with its reason; `repeated_questions` are those of the recent touchpoints."""
    burdens = [
        _burden(ChurnCode.BROKEN_PROMISES, broken_promises, 1, 3),
        _burden(ChurnCode.MANY_CONTACTS, contacts, 4, 8),
        _burden(ChurnCode.REPEATED_QUESTIONS, repeated_questions, 1, 3),
        _burden(ChurnCode.FAILED_ATTEMPTS, failed_attempts, 1, 2),
        _burden(ChurnCode.DROPPED_CALLS, dropped_calls, 1, 3),
        _burden(ChurnCode.MANY_TRANSFERS, transfers, MANY_TRANSFERS, 2 * MANY_TRANSFERS),
    ]
    if mood is not None:
        burdens.append(Burden(_thresholds_reached(-mood, 0.3, 0.6), ChurnCode.LOW_MOOD, mood))
    if rating is not None:
        burdens.append(Burden(_thresholds_reached(-rating, -0.4, -0.2), ChurnCode.LOW_RATING, rating))
    felt = [one for one in burdens if one.weight]
    return ChurnRisk(
        level=_risk_level(sum(one.weight for one in felt)),
        reasons=tuple(_words_of(one) for one in felt),
        reason_codes=tuple(ChurnReason(code=one.code, value=one.value) for one in felt),
    )


def _burden(code: ChurnCode, count: int, lower: int, upper: int) -> Burden:
    return Burden(_thresholds_reached(count, lower, upper), code, count)


def _words_of(burden: Burden) -> str:
    value = burden.value
    match burden.code:
        case ChurnCode.BROKEN_PROMISES:
            return f"{value} broken {_plural('promise', value)} to call back"
        case ChurnCode.MANY_CONTACTS:
            return f"{value} contacts in 30 days"
        case ChurnCode.REPEATED_QUESTIONS:
            return f"asked {'once' if value == 1 else f'{value} times'} for what was known"
        case ChurnCode.FAILED_ATTEMPTS:
            return f"{value} failed {_plural('attempt', value)}"
        case ChurnCode.DROPPED_CALLS:
            return f"{value} dropped {_plural('call', value)} in 30 days"
        case ChurnCode.MANY_TRANSFERS:
            return f"transferred {value} times"
        case ChurnCode.LOW_MOOD:
            return f"low mood ({value})"
        case ChurnCode.LOW_RATING:
            return f"last rating {value:.0%} of the scale"


def _thresholds_reached(value: float, lower: float, upper: float) -> int:
    """How many of the two thresholds the value has reached."""
    return (value >= lower) + (value >= upper)


def _risk_level(burden: int) -> RiskLevel:
    if burden >= _HIGH:
        return "high"
    return "medium" if burden >= _MEDIUM else "low"


def _plural(noun: str, count: float) -> str:
    return noun if count == 1 else f"{noun}s"
