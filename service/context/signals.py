"""Pure rules: what the touchpoints of a customer say together.

Repeated contacts, having to repeat oneself, fixes that do not help and calls into the void are what drives customers
away (Dixon, Freeman, Toman: Stop Trying to Delight Your Customers, Harvard Business Review 7/2010); each is a burden.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from service.context.content import ChurnRisk, ContextConversation, RiskLevel, Signals
from service.context.model import CustomerRecords, InteractionRecord
from service.model.vocabulary import AttemptOutcome

SIGNAL_WINDOW = timedelta(days=30)
"""How far back contacts and dropped calls count."""
MOOD_DECAY = 0.8
"""A mood weighs this much of the next newer one."""
MANY_TRANSFERS = 4
"""Transfers of one conversation that burden the customer: more than three."""
_MEDIUM, _HIGH = 2, 4
"""Burdens from which the risk is medium, and high."""


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
    mood_value = weighted_mood(records.recent)
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
            mood=mood_value,
            rating=last_rating(records.recent),
        ),
    )


def weighted_mood(newest_first: Iterable[InteractionRecord]) -> float | None:
    """The mean of the moods, newer ones weighing more, to two decimals; None without any."""
    total = weights = 0.0
    weight = 1.0
    for one in newest_first:
        if one.mood is not None:
            total += weight * one.mood
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
) -> ChurnRisk:
    """Adds up the burdens, each with its reason in words; `repeated_questions` are those of the recent touchpoints."""
    burdens = [
        (_thresholds_reached(contacts, 4, 8), f"{contacts} contacts in 30 days"),
        (_thresholds_reached(repeated_questions, 1, 3), f"asked {_times(repeated_questions)} for what was known"),
        (_thresholds_reached(failed_attempts, 1, 2), f"{failed_attempts} failed {_plural('attempt', failed_attempts)}"),
        (
            _thresholds_reached(dropped_calls, 1, 3),
            f"{dropped_calls} dropped {_plural('call', dropped_calls)} in 30 days",
        ),
        (_thresholds_reached(transfers, MANY_TRANSFERS, 2 * MANY_TRANSFERS), f"transferred {transfers} times"),
    ]
    if mood is not None:
        burdens.append((_thresholds_reached(-mood, 0.3, 0.6), f"low mood ({mood})"))
    if rating is not None:
        burdens.append((_thresholds_reached(-rating, -0.4, -0.2), f"last rating {rating:.0%} of the scale"))
    return ChurnRisk(
        level=_risk_level(sum(weight for weight, _ in burdens)),
        reasons=tuple(reason for weight, reason in burdens if weight),
    )


def _thresholds_reached(value: float, lower: float, upper: float) -> int:
    """How many of the two thresholds the value has reached."""
    return (value >= lower) + (value >= upper)


def _risk_level(burden: int) -> RiskLevel:
    if burden >= _HIGH:
        return "high"
    return "medium" if burden >= _MEDIUM else "low"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
