"""The states of a callback: one table of transitions, and the callback after each; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from service.calendar.model import Calendar, Interval
from service.errors import CallbackClosed, CallbackNotDue, CallbackTaken, CallbackTokenStale, Conflict
from service.handoff.callbacks import windows
from service.handoff.callbacks.model import CallAttempt, Callback, KnownReason
from service.model.vocabulary import OPEN_CALLBACK_STATES, CallbackOutcome, CallbackState

CLAIM_TIMEOUT_S = 300
"""A claim ends unless it is renewed within this time, in seconds."""
MISSED_PRIORITY_BOOST = 10
"""Added to the priority by a passed window."""


class CallbackAction(StrEnum):
    """An action on a callback, by a desk or by the system."""

    BECOME_DUE = "become due"
    CLAIM = "claim"
    RENEW = "renew"
    EXPIRE_CLAIM = "idle"
    REACH = "reach"
    RETRY = "retry"
    GIVE_UP = "give up"
    DROP = "drop"
    """The conversation was resolved while the callback was claimed: the claim ends without a further call."""
    INVALIDATE_NUMBER = "lose number"
    MISS = "miss"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    FULFIL = "fulfil"
    """The customer was answered in a contact of their own."""


_TRANSITIONS_WHILE_WAITING = {
    CallbackAction.CLAIM: CallbackState.CLAIMED,
    CallbackAction.MISS: CallbackState.MISSED,
    CallbackAction.RESCHEDULE: CallbackState.SCHEDULED,
    CallbackAction.CANCEL: CallbackState.CANCELLED,
    CallbackAction.FULFIL: CallbackState.FULFILLED,
}
CALLBACK_TRANSITIONS: Mapping[CallbackState, Mapping[CallbackAction, CallbackState]] = {
    CallbackState.SCHEDULED: {**_TRANSITIONS_WHILE_WAITING, CallbackAction.BECOME_DUE: CallbackState.DUE},
    CallbackState.DUE: _TRANSITIONS_WHILE_WAITING,
    CallbackState.MISSED: {
        CallbackAction.CLAIM: CallbackState.CLAIMED,
        CallbackAction.RESCHEDULE: CallbackState.SCHEDULED,
        CallbackAction.CANCEL: CallbackState.CANCELLED,
        CallbackAction.FULFIL: CallbackState.FULFILLED,
    },
    CallbackState.CLAIMED: {
        CallbackAction.RENEW: CallbackState.CLAIMED,
        CallbackAction.EXPIRE_CLAIM: CallbackState.DUE,
        CallbackAction.MISS: CallbackState.MISSED,
        CallbackAction.REACH: CallbackState.FULFILLED,
        CallbackAction.RETRY: CallbackState.SCHEDULED,
        CallbackAction.GIVE_UP: CallbackState.EXHAUSTED,
        CallbackAction.DROP: CallbackState.CANCELLED,
        CallbackAction.INVALIDATE_NUMBER: CallbackState.UNCALLABLE,
        CallbackAction.RESCHEDULE: CallbackState.SCHEDULED,
        CallbackAction.CANCEL: CallbackState.CANCELLED,
        CallbackAction.FULFIL: CallbackState.FULFILLED,
    },
    CallbackState.UNCALLABLE: {
        CallbackAction.RESCHEDULE: CallbackState.SCHEDULED,
        CallbackAction.CANCEL: CallbackState.CANCELLED,
        CallbackAction.FULFIL: CallbackState.FULFILLED,
    },
}
"""State -> action -> next state; an action without an entry is refused. `schedule_callback` may set due at once."""
_CLAIMER_ACTIONS = frozenset(
    {
        CallbackAction.RENEW,
        CallbackAction.REACH,
        CallbackAction.RETRY,
        CallbackAction.GIVE_UP,
        CallbackAction.DROP,
        CallbackAction.INVALIDATE_NUMBER,
    }
)


def check_callback_action(
    callback: Callback, action: CallbackAction, *, now: datetime, token: str | None = None
) -> None:
    """Refuse an action by CallbackTokenStale, then CallbackTaken or CallbackClosed, then CallbackNotDue."""
    token_matches = callback.token is not None and token == str(callback.token)
    if action in _CLAIMER_ACTIONS and not token_matches:
        raise CallbackTokenStale(state=callback.state)
    if action not in CALLBACK_TRANSITIONS.get(callback.state, ()):
        raise _refusal(callback, action)
    if action is CallbackAction.RESCHEDULE and callback.state is CallbackState.CLAIMED and not token_matches:
        raise CallbackTaken(state=callback.state)
    if action is CallbackAction.CLAIM and callback.state is CallbackState.SCHEDULED and callback.due_at > now:
        raise CallbackNotDue(f"To be called at {callback.due_at:%Y-%m-%dT%H:%M:%SZ}.", state=callback.state)


def _refusal(callback: Callback, action: CallbackAction) -> Conflict:
    """CallbackTaken if another agent was faster, even if that agent is done; else by whether the callback is open."""
    late = action is CallbackAction.CLAIM and callback.claimed_by is not None
    taken = late or callback.state in OPEN_CALLBACK_STATES
    return CallbackTaken(state=callback.state) if taken else CallbackClosed(state=callback.state)


def action_for_outcome(callback: Callback, outcome: CallbackOutcome) -> CallbackAction:
    """The action on the callback that the outcome of a call leads to."""
    match outcome:
        case CallbackOutcome.CONNECTED:
            return CallbackAction.REACH
        case CallbackOutcome.INVALID_NUMBER:
            return CallbackAction.INVALIDATE_NUMBER
        case _ if callback.end_reason is not None:
            return CallbackAction.DROP
        case _ if len(callback.attempts) + 1 >= callback.max_attempts:
            return CallbackAction.GIVE_UP
        case _:
            return CallbackAction.RETRY


def schedule_callback(callback: Callback, now: datetime) -> Callback:
    """The callback scheduled, or due if its time has come; uncallable without a number."""
    if callback.phone is None:
        return replace(callback, state=CallbackState.UNCALLABLE, ended_at=now)
    state = CallbackState.DUE if callback.due_at <= now else CallbackState.SCHEDULED
    return replace(callback, state=state, ended_at=None, token=None, claim_until=None)


def apply_claim(callback: Callback, *, agent: str, token: UUID, now: datetime) -> Callback:
    """The callback claimed by the agent; an earlier token is stale."""
    state = CALLBACK_TRANSITIONS[callback.state][CallbackAction.CLAIM]
    claimed = replace(callback, state=state, claimed_by=agent, claimed_at=now, token=token)
    return apply_claim_renewal(claimed, now)


def apply_claim_renewal(callback: Callback, now: datetime) -> Callback:
    """The callback with its claim renewed for CLAIM_TIMEOUT_S."""
    return replace(callback, claim_until=now + timedelta(seconds=CLAIM_TIMEOUT_S))


def apply_attempt(callback: Callback, attempt: CallAttempt, calendar: Calendar) -> Callback:
    """The callback after a call: in a final state, or scheduled for the next try."""
    state = CALLBACK_TRANSITIONS[callback.state][action_for_outcome(callback, attempt.outcome)]
    tried = replace(callback, state=state, attempts=(*callback.attempts, attempt), token=None, claim_until=None)
    if callback.late_s is None:
        tried = replace(
            tried,
            kept=tried.kept is None and callback.promised_from <= attempt.began_at <= callback.promised_to,
            late_s=windows.lateness_s(calendar, callback.promised_to, attempt.began_at),
        )
    if state is CallbackState.SCHEDULED:
        due_at = windows.retry_at(calendar, attempt.ended_at, callback.retry_after_s)
        return schedule_callback(replace(tried, due_at=due_at), attempt.ended_at)
    if state is CallbackState.UNCALLABLE:
        tried = replace(tried, end_reason=KnownReason.INVALID_NUMBER)
    return replace(tried, ended_at=attempt.ended_at)


def apply_claim_expiry(callback: Callback, now: datetime) -> Callback:
    """The callback without its claim: due again, or missed if the window has passed."""
    free = replace(callback, token=None, claim_until=None)
    if callback.end_reason is not None:
        return replace(free, state=CALLBACK_TRANSITIONS[callback.state][CallbackAction.DROP], ended_at=now)
    if callback.kept is False or (callback.kept is None and callback.promised_to <= now):
        return apply_missed_window(free)
    return replace(free, state=CALLBACK_TRANSITIONS[callback.state][CallbackAction.EXPIRE_CLAIM])


def apply_missed_window(callback: Callback) -> Callback:
    """The callback as missed, with a higher priority; a window counts as missed once."""
    missed = replace(callback, state=CALLBACK_TRANSITIONS[callback.state][CallbackAction.MISS])
    if callback.kept is False:
        return missed
    return replace(
        missed,
        kept=False,
        missed_windows=callback.missed_windows + 1,
        priority=callback.priority + MISSED_PRIORITY_BOOST,
    )


def apply_reschedule(
    callback: Callback, window: Interval, *, due_at: datetime, phone: str | None, now: datetime
) -> Callback:
    """The callback with a new promise in place of the old one."""
    moved = replace(
        callback,
        promised_from=window.start,
        promised_to=window.end,
        due_at=due_at,
        phone=phone,
        kept=None,
        late_s=None,
        end_reason=None,
    )
    return schedule_callback(moved, now)


def apply_cancel(callback: Callback, reason: str | None, now: datetime) -> Callback:
    """The callback cancelled, without its claim."""
    state = CALLBACK_TRANSITIONS[callback.state][CallbackAction.CANCEL]
    return replace(callback, state=state, ended_at=now, end_reason=reason, token=None, claim_until=None)


def apply_resolution(callback: Callback, now: datetime, *, at_once: bool) -> Callback:
    """The callback of a conversation that is resolved: cancelled, but a claimed one only once its claim is over.

    `at_once` does not wait for the claimer, who may be on the telephone with the customer.
    """
    reason = KnownReason.CONVERSATION_RESOLVED
    if callback.state is CallbackState.CLAIMED and not at_once:
        return replace(callback, end_reason=reason)
    return apply_cancel(callback, reason, now)


def apply_fulfilment(callback: Callback, contact: CallAttempt, calendar: Calendar, now: datetime) -> Callback:
    """The callback fulfilled by a contact of the customer's own; before the window's end, that keeps the promise."""
    in_time = contact.began_at <= callback.promised_to
    unjustly_missed = in_time and callback.kept is False and callback.late_s is None
    late_s = windows.lateness_s(calendar, callback.promised_to, contact.began_at)
    return replace(
        callback,
        state=CALLBACK_TRANSITIONS[callback.state][CallbackAction.FULFIL],
        attempts=(*callback.attempts, contact),
        kept=in_time or callback.kept is True,
        late_s=late_s if callback.late_s is None else callback.late_s,
        missed_windows=callback.missed_windows - unjustly_missed,
        ended_at=now,
        end_reason=KnownReason.ANSWERED_MEANWHILE,
        token=None,
        claim_until=None,
    )
