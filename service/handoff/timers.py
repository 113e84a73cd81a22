"""What the timers of handoffs and callbacks do, many at once.

Each looks at the state first: a faster change stands.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from service.calendar.model import Calendar, Interval
from service.db.pool import Connection
from service.db.timers import Timer
from service.errors import AskonceError
from service.handoff import fallback, offering, rules
from service.handoff import repository as handoffs
from service.handoff import transitions as moves
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks import rules as callback_rules
from service.handoff.callbacks import windows as promises
from service.handoff.callbacks.model import Callback
from service.handoff.callbacks.rules import CallbackAction
from service.handoff.caller import system_caller
from service.handoff.model import Handoff
from service.handoff.queues import repository as queues
from service.handoff.transitions import Entity, Transition, VersionedStore
from service.model.timer_kinds import TimerKind
from service.model.vocabulary import CallbackState, HandoffState

_WAITING_STATES = {CallbackState.SCHEDULED, CallbackState.DUE}


async def expire_offers(connection: Connection, timers: Sequence[Timer], now: datetime) -> Collection[UUID]:
    """Nobody took these offers in time: the next ones follow, or the fallback."""
    chains = await queues.find_fallback_chains(
        connection, await handoffs.find_handoff_queues(connection, _subject_ids(timers)), now=now
    )
    unoffered: list[UUID] = []

    def expire(handoff: Handoff) -> Handoff:
        if not _has_expired(handoff, now):
            return handoff
        expired = rules.close_offer(handoff, rules.HandoffAction.EXPIRE, now=now)
        offered = offering.with_next_offer(expired, chains[handoff.queue], now=now)
        if offered is None:
            unoffered.append(handoff.handoff_id)
        return offered or handoff

    changed = await _apply_transitions(
        connection, handoffs.HANDOFF_STORE, _timer_transitions(timers, now, rules.HandoffAction.EXPIRE, expire)
    )
    return changed | {await _fall_back_expired(connection, handoff_id, now) for handoff_id in unoffered}


async def _fall_back_expired(connection: Connection, handoff_id: UUID, now: datetime) -> UUID:
    """No queue is left for this handoff: the customer is called back; gives the customer."""
    handoff, locked = await handoffs.lock_handoff(connection, handoff_id)
    if _has_expired(handoff, now):
        expired = rules.close_offer(handoff, rules.HandoffAction.EXPIRE, now=now)
        await fallback.offer_next(connection, locked, expired, system_caller(now), action=rules.HandoffAction.EXPIRE)
    return locked.customer_id


def _has_expired(handoff: Handoff, now: datetime) -> bool:
    return handoff.state is HandoffState.OFFERED and handoff.deadline is not None and handoff.deadline <= now


async def make_callbacks_due(connection: Connection, timers: Sequence[Timer], now: datetime) -> Collection[UUID]:
    """It is time to call."""

    def due(callback: Callback) -> Callback:
        if callback.state is not CallbackState.SCHEDULED or callback.due_at > now:
            return callback
        return callback_rules.schedule_callback(callback, now)

    return await _apply_transitions(
        connection, callbacks.CALLBACK_STORE, _timer_transitions(timers, now, CallbackAction.BECOME_DUE, due)
    )


async def miss_windows(connection: Connection, timers: Sequence[Timer], now: datetime) -> Collection[UUID]:
    """Windows are over, and nobody has called: the promises are broken."""

    def missed(callback: Callback) -> Callback:
        if callback.state not in _WAITING_STATES or callback.kept is not None or callback.promised_to > now:
            return callback
        return callback_rules.apply_missed_window(callback)

    return await _apply_transitions(
        connection, callbacks.CALLBACK_STORE, _timer_transitions(timers, now, CallbackAction.MISS, missed)
    )


async def expire_claims(connection: Connection, timers: Sequence[Timer], now: datetime) -> Collection[UUID]:
    """Claims were left alone for too long."""

    def released(callback: Callback) -> Callback:
        if callback.claim_until is None or callback.claim_until > now:
            return callback
        return callback_rules.apply_claim_expiry(callback, now)

    return await _apply_transitions(
        connection, callbacks.CALLBACK_STORE, _timer_transitions(timers, now, CallbackAction.EXPIRE_CLAIM, released)
    )


async def reschedule_for_changed_hours(
    connection: Connection, timers: Sequence[Timer], now: datetime
) -> Collection[UUID]:
    """The hours of these callbacks' queues have changed: a promise that they break is made anew."""
    found = await moves.read_entities(connection, callbacks.CALLBACK_STORE, _subject_ids(timers))
    chains = await queues.find_fallback_chains(connection, {callback.queue for callback, _ in found.values()})

    def rescheduled(callback: Callback) -> Callback:
        return rescheduled_for_hours(callback, chains[callback.queue][0].calendar, now)

    return await _apply_transitions(
        connection, callbacks.CALLBACK_STORE, _timer_transitions(timers, now, CallbackAction.RESCHEDULE, rescheduled)
    )


def rescheduled_for_hours(callback: Callback, calendar: Calendar, now: datetime) -> Callback:
    """The callback at a time at which its queue is open; as it is if it has one. A window that still opens is kept."""
    if callback.state not in _WAITING_STATES:
        return callback
    if callback.kept is not None:  # between two tries
        due_at = promises.retry_at(calendar, max(callback.due_at, now), 0)
        if due_at == max(callback.due_at, now):
            return callback
        return callback_rules.schedule_callback(replace(callback, due_at=due_at), now)
    window = Interval(start=callback.promised_from, end=callback.promised_to)
    if not promises.opens_within(calendar, window, now):
        window = promises.next_window(calendar, max(now, callback.promised_from))
    due_at = promises.first_call_at(calendar, window, now)
    if window.start == callback.promised_from and due_at == max(callback.due_at, now):
        return callback
    return callback_rules.apply_reschedule(callback, window, due_at=due_at, phone=callback.phone, now=now)


async def _apply_transitions(
    connection: Connection, store: VersionedStore[Entity], pending: Sequence[Transition[Entity]]
) -> set[UUID]:
    """Make these moves; gives the customers. What is gone by now needs none."""
    changed = set()
    for answer in await moves.apply_transitions(connection, store, pending):
        if not isinstance(answer, AskonceError):
            changed.add(answer.customer_id)
        elif not isinstance(answer, store.not_found):
            raise answer
    return changed


def _timer_transitions(
    timers: Sequence[Timer], now: datetime, action: str, decide: Callable[[Entity], Entity]
) -> list[Transition[Entity]]:
    """A move for each of these timers."""
    caller = system_caller(now)
    return [Transition(subject_id=one, caller=caller, action=action, decide=decide) for one in _subject_ids(timers)]


def _subject_ids(timers: Sequence[Timer]) -> list[UUID]:
    return [timer.subject_id for timer in timers if timer.subject_id is not None]


TIMER_EFFECTS: Mapping[str, Callable[[Connection, Sequence[Timer], datetime], Awaitable[Collection[UUID]]]] = {
    TimerKind.OFFER_EXPIRED: expire_offers,
    TimerKind.CALLBACK_DUE: make_callbacks_due,
    TimerKind.WINDOW_PASSED: miss_windows,
    TimerKind.CLAIM_EXPIRED: expire_claims,
    TimerKind.HOURS_CHANGED: reschedule_for_changed_hours,
}
"""Kind of timer -> what it does for many, for the worker."""
