"""What weighs on a customer, as codes with numbers that become words on the page; pure."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from service.context.audiences import ConsoleView
from service.model.vocabulary import CallbackState

MANY_CONTACTS = 4
LOW_RATING = 0.4
"""A share of the scale."""


class ReasonCode(StrEnum):
    """What can weigh on a customer."""

    BROKEN_PROMISES = "broken_promises"
    REPEATED_QUESTIONS = "repeated_questions"
    FAILED_ATTEMPTS = "failed_attempts"
    DROPPED_CALLS = "dropped_calls"
    MANY_CONTACTS = "many_contacts"
    LOW_RATING = "low_rating"


class RiskReason(Struct, frozen=True):
    """One reason, and how many there are of it; of a low rating the points and their scale."""

    code: ReasonCode
    count: int
    scale: int = 0


def risk_reasons(view: ConsoleView) -> Iterator[RiskReason]:
    """What weighs on the customer, as the record has it."""
    signals = view.signals
    broken = sum(one.kept is False or one.state is CallbackState.MISSED for one in view.callbacks)
    counts = {
        ReasonCode.BROKEN_PROMISES: broken,
        ReasonCode.REPEATED_QUESTIONS: signals.repeated_questions,
        ReasonCode.FAILED_ATTEMPTS: signals.failed_attempts,
        ReasonCode.DROPPED_CALLS: signals.dropped_calls,
        ReasonCode.MANY_CONTACTS: signals.contacts_30d if signals.contacts_30d >= MANY_CONTACTS else 0,
    }
    yield from (RiskReason(code, count) for code, count in counts.items() if count)
    rating = next((one.rating for one in view.recent if one.rating is not None), None)
    if rating is not None and rating.value / rating.scale <= LOW_RATING:
        yield RiskReason(ReasonCode.LOW_RATING, int(rating.value), rating.scale)
