"""What becomes of a handoff that nobody takes, or whose call is lost: the promise to call back."""

from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.handoff import offering, rules
from service.handoff import repository as handoffs
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks import rules as callback_rules
from service.handoff.callbacks import windows as promises
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.handoff.queues import repository as queues
from service.handoff.queues.repository import Queue
from service.model.ids import new_id
from service.model.vocabulary import CallbackState


async def offer_next(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, caller: Caller, *, action: rules.HandoffAction
) -> Handoff:
    """Store a handoff whose offer has ended: with its next offer, or fallen back to a callback."""
    chain = await queues.find_fallback_chain(connection, handoff.queue)
    following = offering.with_next_offer(handoff, chain, now=caller.now)
    if following is None:
        following = await fall_back_to_callback(connection, locked, handoff, chain, caller)
    return await handoffs.update_handoff(connection, locked, following, caller, action=action)


async def fall_back_to_callback(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, chain: list[Queue], caller: Caller
) -> Handoff:
    """The handoff as it ends when no queue is left, its callback stored."""
    callback = await find_or_create_callback(connection, locked, handoff, chain, caller)
    return rules.apply_fallback(handoff, now=caller.now, callback=callback)


async def find_or_create_callback(
    connection: Connection, locked: LockedCustomer, handoff: Handoff, chain: list[Queue], caller: Caller
) -> Callback:
    """The callback for the conversation of a handoff: the promised one, or a new one of the queue asked first."""
    prerequisites = await callbacks.find_callback_prerequisites(connection, locked.customer_id, handoff.conversation_id)
    if prerequisites.callback_id is not None:
        return await callbacks.read_callback(connection, prerequisites.callback_id)
    first_queue = next((queue for queue in chain if queue.name == handoff.asked_queue), None)
    queue = first_queue or await queues.read_queue(connection, handoff.asked_queue)
    window = promises.next_window(queue.calendar, caller.now)
    callback = Callback(
        callback_id=new_id(),
        customer_id=locked.customer_id,
        conversation_id=handoff.conversation_id,
        handoff_id=handoff.handoff_id,
        queue=queue.name,
        state=CallbackState.SCHEDULED,
        key_id=handoff.key_id,
        phone=prerequisites.phone,
        reason=handoff.reason_text or handoff.summary or handoff.reason_code or "",
        promised_from=window.start,
        promised_to=window.end,
        due_at=window.start,
        priority=handoff.priority,
        created_at=caller.now,
    )
    return await callbacks.insert_callback(
        connection, locked, callback_rules.schedule_callback(callback, caller.now), caller
    )
