"""Actions of desks on a callback: claim it, report calls, reschedule it, cancel it.

`claim_callback` and `cancel_callback` change the callback alone and give a Transition; the others run in a transaction
of the caller.
"""

from datetime import datetime
from uuid import UUID, uuid4

from service.calendar.model import Interval
from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.errors import CallbackUnknown, InvalidInput, PhoneNeeded, PhoneRefused, RoleNotAllowed
from service.handoff.callbacks import contacts, rules, windows
from service.handoff.callbacks import repository as callback_repository
from service.handoff.callbacks.model import (
    CallAttempt,
    CallAttemptInput,
    Callback,
    ClaimRequest,
    FulfilRequest,
    RescheduleRequest,
)
from service.handoff.callbacks.numbers import callable_or_none
from service.handoff.callbacks.rules import CallbackAction
from service.handoff.caller import Caller
from service.handoff.queues import repository as queue_repository
from service.handoff.transitions import Transition
from service.identity.invalid_numbers import clear_numbers, mark_number, marked_number
from service.model.vocabulary import CallbackOutcome


def check_callback_visible(callback: Callback, caller: Caller) -> None:
    """CallbackUnknown if this callback is hidden from the caller."""
    if not caller.can_see(key_id=callback.key_id, queue=callback.queue, ended_at=callback.ended_at):
        raise CallbackUnknown


async def _lock_visible_callback(
    connection: Connection, callback_id: UUID, caller: Caller
) -> tuple[Callback, LockedCustomer]:
    callback, locked = await callback_repository.lock_callback(connection, callback_id)
    check_callback_visible(callback, caller)
    return callback, locked


def claim_callback(callback_id: UUID, request: ClaimRequest, caller: Caller) -> Transition[Callback]:
    """The first agent to claim calls, with a new token; a request with this token renews the claim."""
    renews = request.token is not None
    action = CallbackAction.RENEW if renews else CallbackAction.CLAIM

    def claimed(callback: Callback) -> Callback:
        check_callback_visible(callback, caller)
        caller.check_serves(callback.queue)
        rules.check_callback_action(callback, action, now=caller.now, token=request.token)
        if renews:
            return rules.apply_claim_renewal(callback, caller.now)
        return rules.apply_claim(callback, agent=request.agent, token=uuid4(), now=caller.now)

    return Transition(subject_id=callback_id, caller=caller, action=action, decide=claimed)


async def lock_for_report(
    connection: Connection, callback_id: UUID, attempt_input: CallAttemptInput, caller: Caller
) -> tuple[Callback, LockedCustomer]:
    """The callback and its customer, both locked, if this claimer may report this call now."""
    callback, locked = await _lock_visible_callback(connection, callback_id, caller)
    caller.check_serves(callback.queue)
    action = rules.action_for_outcome(callback, attempt_input.outcome)
    rules.check_callback_action(callback, action, now=caller.now, token=attempt_input.token)
    return callback, locked


async def report_attempt(
    connection: Connection, locked: LockedCustomer, callback: Callback, attempt_input: CallAttemptInput, caller: Caller
) -> Callback:
    """Store the result of a call for a locked callback."""
    queue = await queue_repository.read_queue(connection, callback.queue)
    action = rules.action_for_outcome(callback, attempt_input.outcome)
    await _mark_number(connection, locked, callback, attempt_input.outcome, caller)
    reported = rules.apply_attempt(callback, attempt_from_input(callback, attempt_input, caller.now), queue.calendar)
    return await callback_repository.update_callback(connection, locked, reported, caller, action=action)


async def _mark_number(
    connection: Connection, locked: LockedCustomer, callback: Callback, outcome: CallbackOutcome, caller: Caller
) -> None:
    """The called number is marked as none, or no longer, if the outcome says so."""
    if callback.phone is None:
        return
    if outcome is CallbackOutcome.INVALID_NUMBER:
        await mark_number(connection, locked.owner_id, callback.phone, callback_id=callback.callback_id, now=caller.now)
    elif outcome is CallbackOutcome.CONNECTED:
        await clear_numbers(connection, [(locked.customer_id, marked_number(callback.phone))])


def attempt_from_input(callback: Callback, attempt_input: CallAttemptInput, now: datetime) -> CallAttempt:
    """The call as stored. InvalidInput if it began before the claim or after now."""
    assert callback.claimed_by is not None, "a call is reported by its claimer"
    assert callback.claimed_at is not None
    began_at = attempt_input.began_at or callback.claimed_at
    if not callback.claimed_at <= began_at <= now:
        raise InvalidInput(field="began_at", message="The call began after it was claimed, and not in the future.")
    return CallAttempt(
        by=callback.claimed_by, began_at=began_at, ended_at=now, outcome=attempt_input.outcome, note=attempt_input.note
    )


async def reschedule_callback(
    connection: Connection, callback_id: UUID, request: RescheduleRequest, phone: str | None, caller: Caller
) -> Callback:
    """Store another window or number; `phone` is canonical. PhoneNeeded if the callback has no number either."""
    callback, locked = await _lock_visible_callback(connection, callback_id, caller)
    _check_may_change(callback, caller)
    rules.check_callback_action(callback, CallbackAction.RESCHEDULE, now=caller.now, token=request.token)
    phone = await _number_to_call(connection, locked, callback, phone)
    calendar = (await queue_repository.read_queue(connection, callback.queue)).calendar
    if request.window is not None:
        window = windows.validate_window(request.window, calendar, caller.now)
    elif callback.promised_to > caller.now:
        window = Interval(start=callback.promised_from, end=callback.promised_to)
    else:
        window = windows.next_window(calendar, caller.now)
    rescheduled = rules.apply_reschedule(
        callback,
        window,
        due_at=windows.first_call_at(calendar, window, caller.now),
        phone=phone,
        now=caller.now,
    )
    return await callback_repository.update_callback(
        connection, locked, rescheduled, caller, action=CallbackAction.RESCHEDULE
    )


async def _number_to_call(connection: Connection, locked: LockedCustomer, callback: Callback, phone: str | None) -> str:
    """The new number, else the present one, else another one on record that is not marked.

    PhoneRefused for a new number that is marked; PhoneNeeded if no number is left.
    """
    found = await callback_repository.find_callback_prerequisites(connection, locked.owner_id, None)
    if phone is not None and found.is_marked(phone):
        message = "A call found that this number does not exist. If it is right, link it to the customer."
        raise PhoneRefused(message, field="phone", message="Name another number.")
    present = None if found.is_marked(callback.phone) else callback.phone
    chosen = phone or present or callable_or_none(found.phone)
    if chosen is None:
        raise PhoneNeeded(field="phone")
    return chosen


def cancel_callback(callback_id: UUID, reason: str | None, caller: Caller) -> Transition[Callback]:
    """The customer needs no call any more; a claim ends too."""

    def cancelled(callback: Callback) -> Callback:
        check_callback_visible(callback, caller)
        _check_may_change(callback, caller)
        rules.check_callback_action(callback, CallbackAction.CANCEL, now=caller.now)
        return rules.apply_cancel(callback, reason, caller.now)

    return Transition(subject_id=callback_id, caller=caller, action=CallbackAction.CANCEL, decide=cancelled)


async def fulfil_callback(
    connection: Connection, callback_id: UUID, request: FulfilRequest, caller: Caller
) -> Callback:
    """The customer was answered in a contact of their own: no call is owed. InvalidInput without such a contact."""
    callback, locked = await _lock_visible_callback(connection, callback_id, caller)
    _check_may_change(callback, caller)
    rules.check_callback_action(callback, CallbackAction.FULFIL, now=caller.now)
    contact = await contacts.find_answered_contact(connection, callback_id, caller, request.interaction_id)
    if contact is None:
        message = "The customer was not answered in such a contact since the promise."
        raise InvalidInput(field="interaction_id", message=message)
    attempt = CallAttempt(
        by=contact.agent or caller.name,
        began_at=contact.at,
        ended_at=contact.at if contact.interaction_id else caller.now,
        outcome=CallbackOutcome.CONNECTED,
        note=request.note,
        interaction_id=contact.interaction_id,
    )
    calendar = (await queue_repository.read_queue(connection, callback.queue)).calendar
    fulfilled = rules.apply_fulfilment(callback, attempt, calendar, caller.now)
    return await callback_repository.update_callback(
        connection, locked, fulfilled, caller, action=CallbackAction.FULFIL
    )


def _check_may_change(callback: Callback, caller: Caller) -> None:
    """RoleNotAllowed unless the caller made the callback or serves its queue."""
    if callback.key_id != caller.key_id and not caller.sees_everything and callback.queue != caller.queue:
        raise RoleNotAllowed("This key neither made the callback nor serves its queue.")
