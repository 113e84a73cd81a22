"""The next step after an offer that ended: another offer, or a callback when no queue is left."""

from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.handoff import offering, rules
from service.handoff import repository as handoff_repository
from service.handoff.callbacks import repository as callback_repository
from service.handoff.callbacks import windows
from service.handoff.callbacks.joining import CallbackWish, join_callback
from service.handoff.callbacks.model import Callback
from service.handoff.callbacks.numbers import callable_or_none
from service.handoff.callbacks.wishes import schedule_fallback_callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.handoff.queues import repository as queue_repository
from service.handoff.queues.model import Queue
from service.model.ids import new_id
from service.model.vocabulary import CallbackState


async def offer_next(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, caller: Caller, *, action: rules.HandoffAction
) -> Handoff:
    """Store a handoff after the end of its offer: with the next offer, or fallen back to a callback."""
    chain = await queue_repository.find_fallback_chain(connection, handoff.queue, now=caller.now)
    following = offering.ask_next(handoff, chain, now=caller.now)
    if following.deadline is None:
        following = await fall_back_to_callback(connection, locked, following, chain, caller)
    return await handoff_repository.update_handoff(connection, locked, following, caller, action=action)


async def fall_back_to_callback(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, chain: list[Queue], caller: Caller
) -> Handoff:
    """The handoff in its final state fell_back; its callback is stored."""
    callback = await find_or_create_callback(connection, locked, handoff, chain, caller)
    return rules.apply_fallback(handoff, now=caller.now, callback=callback)


async def find_or_create_callback(
    connection: Connection,
    locked: LockedCustomer,
    handoff: Handoff,
    chain: list[Queue],
    caller: Caller,
    *,
    called: bool = False,
) -> Callback:
    """The callback for the conversation of a handoff: the open one, else a new one of the queue asked first.

    `called` after the customer's own call.
    """
    reason = handoff.reason_text or handoff.summary or handoff.reason_code or ""
    found = await callback_repository.find_callback_prerequisites(connection, locked.owner_id, handoff.conversation_id)
    phone = callable_or_none(found.phone)
    joinable_id = found.open_id or (found.uncallable_id if phone is not None else None)
    if joinable_id is not None:
        wish = CallbackWish(reason=reason, phone=None if found.open_id else phone, priority=handoff.priority)
        return await join_callback(connection, locked, joinable_id, wish, caller)
    first_queue = next((queue for queue in chain if queue.name == handoff.asked_queue), None)
    queue = first_queue or await queue_repository.read_queue(connection, handoff.asked_queue)
    window = windows.next_window(queue.calendar, caller.now)
    callback = Callback(
        callback_id=new_id(),
        customer_id=locked.customer_id,
        conversation_id=handoff.conversation_id,
        handoff_id=handoff.handoff_id,
        queue=queue.name,
        state=CallbackState.SCHEDULED,
        key_id=handoff.key_id,
        phone=phone,
        reason=reason,
        promised_from=window.start,
        promised_to=window.end,
        due_at=window.start,
        priority=handoff.priority,
        created_at=caller.now,
        end_reason=found.end_reason if phone is None else None,
    )
    scheduled = await schedule_fallback_callback(connection, callback, locked.owner_id, now=caller.now, called=called)
    return await callback_repository.insert_callback(connection, locked, scheduled, caller)
