"""Handoffs and callbacks as callers get them: our own desks see all, others no names, numbers or tokens of others."""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct, field
from msgspec.structs import replace

from service.handoff import packet, rules
from service.handoff.callbacks.model import CallAttempt, Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffGiver, Offer, OfferTarget
from service.model.names import masked_phone
from service.model.vocabulary import (
    Audience,
    CallbackOutcome,
    CallbackState,
    HandoffMode,
    HandoffState,
    Role,
)


class ReasonAnswer(Struct, frozen=True, kw_only=True):
    """Why the conversation changes hands."""

    code: str | None
    text: str | None


class HandoffAnswer(Struct, frozen=True, kw_only=True):
    """A handoff. `token` is shown to its new taker alone, the packet not in lists."""

    id: UUID
    state: HandoffState
    mode: HandoffMode
    customer_id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    given_by: HandoffGiver = field(name="from")
    to: OfferTarget
    reason: ReasonAnswer
    summary: str | None
    priority: int
    created_at: datetime
    offers: tuple[Offer, ...]
    deadline: datetime | None
    taken_by: str | None
    served_by: str | None
    token: UUID | None
    outcome: str | None
    ended_at: datetime | None
    callback_id: UUID | None
    packet: Raw | None
    version: int


class HandoffPage(Struct, frozen=True, kw_only=True):
    """Handoffs, the highest priority first, the oldest first among equals."""

    items: list[HandoffAnswer]
    next: str | None


class CallAttemptAnswer(Struct, frozen=True, kw_only=True):
    """One call; who made it, and what they noted, is for those who serve the queue."""

    by: str | None
    began_at: datetime
    ended_at: datetime
    outcome: CallbackOutcome
    note: str | None


class CallbackAnswer(Struct, frozen=True, kw_only=True):
    """A callback. `token` is shown to its new claimer alone; `phone` in full to our desks and to the claimer."""

    id: UUID
    state: CallbackState
    customer_id: UUID
    conversation_id: UUID | None
    handoff_id: UUID | None
    queue: str
    phone: str | None
    reason: str
    promised_from: datetime
    promised_to: datetime
    due_at: datetime
    attempts: tuple[CallAttemptAnswer, ...]
    max_attempts: int
    retry_after_s: int
    preferred_agent: str | None
    claimed_by: str | None
    claim_until: datetime | None
    token: UUID | None
    kept: bool | None
    late_s: int | None
    missed_windows: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    version: int


class CallbackPage(Struct, frozen=True, kw_only=True):
    """Callbacks, the highest priority first, the oldest first among equals."""

    items: list[CallbackAnswer]
    next: str | None


_AUDIENCE_OF_ROLE = {
    Role.ADMIN: Audience.CONSOLE,
    Role.CONSOLE: Audience.CONSOLE,
    Role.STORE: Audience.STORE,
    Role.PARTNER: Audience.PARTNER,
}
"""Whose eyes a role sees with; every other one sees with a bot's."""


def handoff_answer(
    handoff: Handoff, caller: Caller, *, with_packet: bool = True, with_token: bool = False
) -> HandoffAnswer:
    """The handoff as this caller may see it."""
    serves = caller.serves(handoff.queue)
    audience = _AUDIENCE_OF_ROLE.get(caller.role, Audience.BOT)
    return HandoffAnswer(
        id=handoff.handoff_id,
        state=handoff.state,
        mode=handoff.mode,
        customer_id=handoff.customer_id,
        conversation_id=handoff.conversation_id,
        parent_id=handoff.parent_id,
        given_by=handoff.given_by if caller.sees_everything else replace(handoff.given_by, agent=None),
        to=OfferTarget(queue=handoff.queue, agent=_offered_agent(handoff) if serves else None),
        reason=ReasonAnswer(code=handoff.reason_code, text=handoff.reason_text),
        summary=handoff.summary,
        priority=handoff.priority,
        created_at=handoff.created_at,
        offers=handoff.offers if serves else tuple(_without_agent(one) for one in handoff.offers),
        deadline=handoff.deadline,
        taken_by=handoff.taken_by if serves else None,
        served_by=rules.served_by(handoff),
        token=handoff.token if with_token else None,
        outcome=handoff.outcome,
        ended_at=handoff.ended_at,
        callback_id=handoff.callback_id,
        packet=packet.packet_for_audience(handoff.packet, audience, serves=serves) if with_packet else None,
        version=handoff.version,
    )


def _offered_agent(handoff: Handoff) -> str | None:
    return handoff.offers[-1].to.agent if handoff.offers else None


def _without_agent(offer: Offer) -> Offer:
    return replace(offer, to=OfferTarget(queue=offer.to.queue), by=None, reason=None)


def callback_answer(callback: Callback, caller: Caller, *, with_token: bool = False) -> CallbackAnswer:
    """The callback as this caller may see it; who has just claimed it gets token and number."""
    serves = caller.serves(callback.queue)
    return CallbackAnswer(
        id=callback.callback_id,
        state=callback.state,
        customer_id=callback.customer_id,
        conversation_id=callback.conversation_id,
        handoff_id=callback.handoff_id,
        queue=callback.queue,
        phone=callback.phone if caller.sees_everything or with_token else _masked_number(callback, caller),
        reason=callback.reason,
        promised_from=callback.promised_from,
        promised_to=callback.promised_to,
        due_at=callback.due_at,
        attempts=tuple(_attempt_answer(one, serves=serves) for one in callback.attempts),
        max_attempts=callback.max_attempts,
        retry_after_s=callback.retry_after_s,
        preferred_agent=callback.preferred_agent if serves else None,
        claimed_by=callback.claimed_by if serves else None,
        claim_until=callback.claim_until,
        token=callback.token if with_token else None,
        kept=callback.kept,
        late_s=callback.late_s,
        missed_windows=callback.missed_windows,
        priority=callback.priority,
        created_at=callback.created_at,
        ended_at=callback.ended_at,
        version=callback.version,
    )


def _attempt_answer(attempt: CallAttempt, *, serves: bool) -> CallAttemptAnswer:
    return CallAttemptAnswer(
        by=attempt.by if serves else None,
        began_at=attempt.began_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        note=attempt.note if serves else None,
    )


def _masked_number(callback: Callback, caller: Caller) -> str | None:
    """The number as a partner's desk sees it before it calls; others see none."""
    if callback.phone is None or not caller.serves(callback.queue):
        return None
    return masked_phone(callback.phone)
