"""Actions of desks on a handoff.

An action that changes the handoff alone gives a Transition, and many are applied together. `decline_handoff` and
`end_handoff` change more and run in a transaction of the caller.
"""

from uuid import UUID, uuid4

from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.errors import HandoffUnknown, RoleNotAllowed
from service.handoff import fallback, rules
from service.handoff import repository as handoff_repository
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.handoff.queues import repository as queue_repository
from service.handoff.rules import HandoffAction
from service.handoff.transitions import Transition


def check_allowed(
    handoff: Handoff, action: HandoffAction, caller: Caller, *, agent: str | None = None, token: str | None = None
) -> None:
    """Raise why this caller may not do this now.

    HandoffUnknown if the handoff is hidden from the caller, RoleNotAllowed if the caller does not serve its queue, else
    the errors of `rules.check_handoff_action`.
    """
    check_handoff_visible(handoff, caller)
    caller.check_serves(handoff.queue)
    rules.check_handoff_action(handoff, action, agent=agent, token=token)


def check_handoff_visible(handoff: Handoff, caller: Caller) -> None:
    """HandoffUnknown if this handoff is hidden from the caller."""
    if not caller.can_see(key_id=handoff.key_id, queue=handoff.queue, ended_at=handoff.ended_at):
        raise HandoffUnknown


async def lock_for_action(
    connection: Connection,
    handoff_id: UUID,
    action: HandoffAction,
    caller: Caller,
    *,
    agent: str | None = None,
    token: str | None = None,
) -> tuple[Handoff, LockedCustomer]:
    """The handoff and its customer, both locked; errors of `check_allowed`."""
    handoff, locked = await handoff_repository.lock_handoff(connection, handoff_id)
    check_allowed(handoff, action, caller, agent=agent, token=token)
    return handoff, locked


def accept_handoff(handoff_id: UUID, agent: str, caller: Caller) -> Transition[Handoff]:
    """The first agent to accept has the conversation, with a new token."""

    def taken(handoff: Handoff) -> Handoff:
        check_allowed(handoff, HandoffAction.ACCEPT, caller, agent=agent)
        return rules.apply_take(handoff, HandoffAction.ACCEPT, agent=agent, token=uuid4(), now=caller.now)

    return Transition(subject_id=handoff_id, caller=caller, action=HandoffAction.ACCEPT, decide=taken)


def take_over_handoff(handoff_id: UUID, agent: str, caller: Caller) -> Transition[Handoff]:
    """A desk of ours takes the conversation from its taker or from the present offer. RoleNotAllowed for others."""
    caller.check_is_company_desk()

    def taken(handoff: Handoff) -> Handoff:
        check_allowed(handoff, HandoffAction.TAKE_OVER, caller)
        return rules.apply_take(handoff, HandoffAction.TAKE_OVER, agent=agent, token=uuid4(), now=caller.now)

    return Transition(subject_id=handoff_id, caller=caller, action=HandoffAction.TAKE_OVER, decide=taken)


def start_handoff(handoff_id: UUID, token: str, caller: Caller) -> Transition[Handoff]:
    """The taker begins to serve the customer."""

    def started(handoff: Handoff) -> Handoff:
        check_allowed(handoff, HandoffAction.START, caller, token=token)
        return rules.apply_start(handoff)

    return Transition(subject_id=handoff_id, caller=caller, action=HandoffAction.START, decide=started)


def complete_or_return(
    handoff_id: UUID, action: HandoffAction, caller: Caller, *, token: str, outcome: str | None
) -> Transition[Handoff]:
    """The taker completes the handoff, or returns it to the giver."""

    def ended(handoff: Handoff) -> Handoff:
        check_allowed(handoff, action, caller, token=token)
        return rules.apply_end(handoff, action, now=caller.now, outcome=outcome)

    return Transition(subject_id=handoff_id, caller=caller, action=action, decide=ended)


def withdraw_handoff(handoff_id: UUID, reason: str | None, caller: Caller) -> Transition[Handoff]:
    """The giver takes the handoff back before an agent accepts. RoleNotAllowed for others, except our own desks."""

    def withdrawn(handoff: Handoff) -> Handoff:
        check_handoff_visible(handoff, caller)
        if handoff.key_id != caller.key_id and not caller.sees_everything:
            raise RoleNotAllowed("Only who gave a handoff may withdraw it.")
        rules.check_handoff_action(handoff, HandoffAction.WITHDRAW)
        return rules.apply_end(handoff, HandoffAction.WITHDRAW, now=caller.now, outcome=reason)

    return Transition(subject_id=handoff_id, caller=caller, action=HandoffAction.WITHDRAW, decide=withdrawn)


async def decline_handoff(
    connection: Connection, handoff_id: UUID, agent: str, reason: str | None, caller: Caller
) -> Handoff:
    """The agent declines the offer; the next offer or the fallback follows at once."""
    handoff, locked = await lock_for_action(connection, handoff_id, HandoffAction.DECLINE, caller, agent=agent)
    declined = rules.close_offer(handoff, HandoffAction.DECLINE, now=caller.now, by=agent, reason=reason)
    return await fallback.offer_next(connection, locked, declined, caller, action=HandoffAction.DECLINE)


async def pass_on_absence(connection: Connection, handoff_id: UUID, agent: str, caller: Caller) -> Handoff:
    """The agent has left: if the handoff is offered to the agent, the next offer or the fallback follows at once."""
    handoff, locked = await handoff_repository.lock_handoff(connection, handoff_id)
    passed_on = rules.close_offer_to(handoff, agent, now=caller.now)
    if passed_on is handoff:
        return handoff
    return await fallback.offer_next(connection, locked, passed_on, caller, action=HandoffAction.EXPIRE)


async def end_handoff(
    connection: Connection,
    locked: LockedCustomer,
    handoff: Handoff,
    action: HandoffAction,
    caller: Caller,
    *,
    outcome: str | None = None,
    with_callback: bool = False,
) -> Handoff:
    """End a locked handoff; `with_callback` promises a callback, for a customer left without a desk."""
    callback = None
    if with_callback:
        chain = await queue_repository.find_fallback_chain(connection, handoff.queue)
        lost_call = action is HandoffAction.FAIL_ON_DROPPED_CALL
        callback = await fallback.find_or_create_callback(connection, locked, handoff, chain, caller, called=lost_call)
    over = rules.apply_end(handoff, action, now=caller.now, outcome=outcome, callback=callback)
    return await handoff_repository.update_handoff(connection, locked, over, caller, action=action)
