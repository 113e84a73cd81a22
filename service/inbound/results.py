"""What became of the parts of a delivery, as what became of the whole; pure."""

from collections.abc import Sequence
from itertools import chain
from uuid import UUID

from service.channels.base import DeliveryResult
from service.errors import AskonceError, CustomerErased, Unavailable
from service.model.interaction import RegistrationResult
from service.registration.batcher import RegistrationOutcome


def result_of_registration(outcomes: Sequence[RegistrationOutcome], refused: list[str]) -> DeliveryResult:
    """What became of interactions; errors are added to `refused`. Unavailable if one cannot be registered now."""
    stored: list[RegistrationResult] = []
    erased = 0
    for outcome in outcomes:
        if isinstance(outcome, Unavailable):
            raise outcome
        if isinstance(outcome, CustomerErased):
            erased += 1
        elif isinstance(outcome, AskonceError):
            refused.append(outcome.detail)
        else:
            stored.append(outcome)
    duplicates = sum(one.duplicate for one in stored)
    return DeliveryResult(
        registered=len(stored) - duplicates,
        duplicates=duplicates,
        interactions=tuple(one.interaction_id for one in stored),
        customers=tuple(one.customer_id for one in stored),
        events=0,
        erased=erased,
    )


def joined_result(
    parts: Sequence[DeliveryResult], refused: Sequence[str], *, handoffs: Sequence[UUID], events: int
) -> DeliveryResult:
    """All parts together; `events` are those that no part counts."""
    return DeliveryResult(
        registered=sum(part.registered for part in parts),
        duplicates=sum(part.duplicates for part in parts),
        handoffs=tuple(handoffs),
        refused=tuple(refused),
        interactions=tuple(chain.from_iterable(part.interactions for part in parts)),
        customers=tuple(chain.from_iterable(part.customers for part in parts)),
        events=events + sum(part.events for part in parts),
        erased=sum(part.erased for part in parts),
    )
