"""The projection of handoffs and callbacks: what is open, and which partners they entitle to the context; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from service.context.content import ContextCallback, ContextHandoff, ContextReason, ContextTarget, QueueEntitlement
from service.context.model import CallbackRecord, CustomerRecords, HandoffRecord
from service.model.vocabulary import OPEN_CALLBACK_STATES, CallbackState

ENTITLEMENT_DURATION = timedelta(hours=24)
"""How long after the end of a handoff or callback its queue still sees the customer."""


def open_handoffs(records: Iterable[HandoffRecord]) -> Iterator[ContextHandoff]:
    """The open ones, the oldest first."""
    for one in sorted(records, key=lambda one: (one.created_at, one.handoff_id)):
        if one.ended_at is None:
            yield ContextHandoff(
                id=one.handoff_id,
                state=one.state,
                mode=one.mode,
                conversation_id=one.conversation_id,
                given_by=one.given_by,
                to=ContextTarget(queue=one.queue, agent=one.agent),
                reason=ContextReason(code=one.reason_code, text=one.reason_text),
                priority=one.priority,
                created_at=one.created_at,
                deadline=one.deadline,
                taken_by=one.taken_by,
            )


def open_callbacks(records: Iterable[CallbackRecord]) -> Iterator[ContextCallback]:
    """Those to be made, and those that wait for a number; the earliest promise first."""
    for one in sorted(records, key=lambda one: (one.promised_from, one.callback_id)):
        if one.state in OPEN_CALLBACK_STATES or one.state is CallbackState.UNCALLABLE:
            yield ContextCallback(
                id=one.callback_id,
                state=one.state,
                conversation_id=one.conversation_id,
                handoff_id=one.handoff_id,
                queue=one.queue,
                phone=one.phone,
                reason=one.reason,
                promised_from=one.promised_from,
                promised_to=one.promised_to,
                due_at=one.due_at,
                attempts=one.attempts,
                kept=one.kept,
                priority=one.priority,
                preferred_agent=one.preferred_agent,
                end_reason=one.end_reason,
            )


class PromisedCall(Protocol):
    """A callback, as far as it says whether it was made in time."""

    @property
    def state(self) -> CallbackState:
        """Where it stands."""

    @property
    def kept(self) -> bool | None:
        """Whether its first call came in time; None before that."""


def is_broken(callback: PromisedCall) -> bool:
    """Whether the promised time passed without a call."""
    return callback.state is CallbackState.MISSED or callback.kept is False


def queue_entitlements(records: CustomerRecords, now: datetime) -> Iterator[QueueEntitlement]:
    """The queues that may see the customer now, in the order of their names."""
    entitling_records = [
        one
        for one in _handoffs_and_callbacks(records)
        if one.ended_at is None or one.ended_at + ENTITLEMENT_DURATION > now
    ]
    for queue in sorted({one.queue for one in entitling_records}):
        of_queue = [one for one in entitling_records if one.queue == queue]
        conversations = {one.conversation_id for one in of_queue if one.conversation_id is not None}
        yield QueueEntitlement(queue=queue, conversation_ids=frozenset(conversations))


def entitlement_ends(records: CustomerRecords) -> Iterator[datetime]:
    """Every moment at which a queue may have stopped seeing the customer."""
    for one in _handoffs_and_callbacks(records):
        if one.ended_at is not None:
            yield one.ended_at + ENTITLEMENT_DURATION


def _handoffs_and_callbacks(records: CustomerRecords) -> Sequence[HandoffRecord | CallbackRecord]:
    return (*records.handoffs, *records.callbacks)
