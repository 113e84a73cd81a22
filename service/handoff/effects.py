"""What the timers of handoffs and callbacks do. Each looks at the state first: whoever was faster is left alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from service.calendar.model import Calendar, Interval
from service.db.pool import Connection
from service.db.timers import Timer
from service.errors import CallbackUnknown, HandoffUnknown
from service.handoff import callback_rules, callbacks, fallback, handoffs, promises, queues, rules
from service.handoff.callback_model import Callback
from service.handoff.callback_rules import CallbackAction
from service.handoff.caller import timer_at
from service.model.vocabulary import CallbackState, HandoffState

_WAITING = {CallbackState.SCHEDULED, CallbackState.DUE}


async def expire_offer(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """Nobody took an offer in time: the next one follows, or the fallback."""
    assert timer.subject_id is not None
    try:
        handoff, locked = await handoffs.lock(connection, timer.subject_id)
    except HandoffUnknown:
        return ()
    if handoff.state is not HandoffState.OFFERED or handoff.deadline is None or handoff.deadline > now:
        return ()
    expired = rules.close_offer(handoff, rules.Action.EXPIRE, now=now)
    await fallback.onward(connection, locked, expired, timer_at(now), action=rules.Action.EXPIRE)
    return (locked.customer_id,)


async def become_due(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """It is time to call."""

    def due(callback: Callback) -> Callback | None:
        if callback.state is not CallbackState.SCHEDULED or callback.due_at > now:
            return None
        return callback_rules.wait(callback, now)

    return await _change(connection, timer, now, CallbackAction.BECOME_DUE, due)


async def pass_window(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """A window is over, and nobody has called: the promise is broken."""

    def missed(callback: Callback) -> Callback | None:
        if callback.state not in _WAITING or callback.kept is not None or callback.promised_to > now:
            return None
        return callback_rules.miss(callback)

    return await _change(connection, timer, now, CallbackAction.MISS, missed)


async def give_back(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """A claim was left alone for too long."""

    def free(callback: Callback) -> Callback | None:
        if callback.claim_until is None or callback.claim_until > now:
            return None
        return callback_rules.give_back(callback, now)

    return await _change(connection, timer, now, CallbackAction.IDLE, free)


async def follow_hours(connection: Connection, timer: Timer, now: datetime) -> Sequence[UUID]:
    """The hours of a callback's queue have changed: a promise that they break is made anew."""
    assert timer.subject_id is not None
    try:
        queue = await queues.read(connection, (await callbacks.read(connection, timer.subject_id)).queue)
    except CallbackUnknown:
        return ()

    def moved(callback: Callback) -> Callback | None:
        return moved_by_hours(callback, queue.calendar, now)

    return await _change(connection, timer, now, CallbackAction.RESCHEDULE, moved)


def moved_by_hours(callback: Callback, calendar: Calendar, now: datetime) -> Callback | None:
    """The callback with a time at which its queue is open; None if it has one. A window that still opens is kept."""
    if callback.state not in _WAITING:
        return None
    if callback.kept is not None:  # between two tries
        due_at = promises.retry_at(calendar, max(callback.due_at, now), 0)
        return (
            None if due_at == max(callback.due_at, now) else callback_rules.wait(replace(callback, due_at=due_at), now)
        )
    window = Interval(start=callback.promised_from, end=callback.promised_to)
    if not promises.still_opens(calendar, window, now):
        window = promises.next_window(calendar, max(now, callback.promised_from))
    due_at = promises.first_call(calendar, window, now)
    if window.start == callback.promised_from and due_at == max(callback.due_at, now):
        return None
    return callback_rules.reschedule(callback, window, due_at=due_at, phone=callback.phone, now=now)


async def _change(
    connection: Connection,
    timer: Timer,
    now: datetime,
    action: CallbackAction,
    decide: Callable[[Callback], Callback | None],
) -> Sequence[UUID]:
    assert timer.subject_id is not None
    try:
        callback, locked = await callbacks.lock(connection, timer.subject_id)
    except CallbackUnknown:
        return ()
    changed = decide(callback)
    if changed is None:
        return ()
    await callbacks.store(connection, locked, changed, timer_at(now), action=action)
    return (locked.customer_id,)


EFFECTS: Mapping[str, Callable[[Connection, Timer, datetime], Awaitable[Sequence[UUID]]]] = {
    handoffs.OFFER_EXPIRED: expire_offer,
    callbacks.BECOME_DUE: become_due,
    callbacks.WINDOW_PASSED: pass_window,
    callbacks.CLAIM_IDLE: give_back,
    queues.HOURS_CHANGED: follow_hours,
}
"""Kind of timer -> what it does, for the worker."""
