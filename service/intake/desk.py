"""Handing a conversation off: what the giver tells goes into the record, and the packet comes out of it."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from service.context.content import Context
from service.db.change import LockedCustomer
from service.handoff import fallback, handoffs, offering, packet, queues, taking
from service.handoff.model import Giver, Handoff, HandoffRequest, Told, TransferRequest
from service.handoff.queues import Queue
from service.handoff.rules import Action
from service.intake.party import Party, Turn, find_party, lock_party, party_of, read_context, register, told_by_desk
from service.model.ids import new_id
from service.model.interaction import Interaction
from service.model.vocabulary import HandoffState, InteractionKind


async def give(turn: Turn, wanted: HandoffRequest) -> Handoff:
    """Hand a conversation off: offered to a desk that is open, or fallen back to a callback.

    QueueUnknown or AgentUnknown if there is no such desk; an open handoff of the conversation is withdrawn.
    """
    chain = await queues.find_chain_to(turn.connection, wanted.to)
    party = await find_party(
        turn, identity=wanted.identity, customer_id=wanted.customer_id, conversation=wanted.conversation
    )
    giver = Giver(role=turn.caller.role, name=turn.caller.name)
    return await _hand_off(turn, party, wanted, chain, agent=wanted.to.agent, giver=giver)


async def transfer(turn: Turn, handoff_id: UUID, wanted: TransferRequest) -> Handoff:
    """The taker passes the conversation on, as a child of the handoff, which ends; gives the child."""
    caller = turn.caller
    parent, locked = await taking.hold(turn.connection, handoff_id, Action.TRANSFER, caller, token=wanted.token)
    chain = await queues.find_chain_to(turn.connection, wanted.to, home=parent.queue)
    await taking.finish(turn.connection, locked, parent, Action.TRANSFER, caller)
    giver = Giver(role=caller.role, name=caller.name, queue=parent.queue, agent=parent.taken_by)
    return await _hand_off(
        turn, party_of(parent), wanted, chain, agent=wanted.to.agent, giver=giver, parent_id=handoff_id
    )


async def _hand_off(
    turn: Turn,
    party: Party,
    told: Told,
    chain: list[Queue],
    *,
    agent: str | None,
    giver: Giver,
    parent_id: UUID | None = None,
) -> Handoff:
    handoff_id, now = new_id(), turn.caller.now
    conversation_id, locked = await _put_on_record(turn, party, told, handoff_id=handoff_id, giver=giver)
    context = await read_context(turn, locked.customer_id)
    await _withdraw_others(turn, locked, context, conversation_id)
    handoff = Handoff(
        handoff_id=handoff_id,
        customer_id=locked.customer_id,
        conversation_id=conversation_id,
        parent_id=parent_id,
        state=HandoffState.OFFERED,
        mode=told.mode,
        key_id=turn.caller.key_id,
        given_by=giver,
        queue=chain[0].name,
        asked_queue=chain[0].name,
        reason_code=told.reason.code,
        reason_text=told.reason.text,
        summary=told.summary,
        priority=told.priority,
        created_at=now,
        packet=packet.freeze(context, conversation_id, told.transcript),
    )
    offered = offering.offer(handoff, chain, now=now, agent=agent)
    if offered is None:
        offered = await fallback.fall_back(turn.connection, locked, handoff, chain, turn.caller)
    return await handoffs.create(turn.connection, locked, offered, turn.caller)


async def _put_on_record(
    turn: Turn, party: Party, told: Told, *, handoff_id: UUID, giver: Giver
) -> tuple[UUID, LockedCustomer]:
    """The conversation and the customer, locked, with all that the giver told registered."""
    tells = told.summary or told.facts or told.attempts or told.transcript
    if party.conversation_id is not None and not tells:
        return party.conversation_id, await lock_party(turn, party)
    interactions = list(_interactions(turn, party, told, handoff_id=handoff_id, giver=giver))
    registered, locked = await register(turn, party, interactions)
    return registered.conversation_id, locked


def _interactions(turn: Turn, party: Party, told: Told, *, handoff_id: UUID, giver: Giver) -> Iterator[Interaction]:
    """What the giver tells: one interaction, and one more for each attempt."""
    yield told_by_desk(
        turn,
        party,
        source="handoff",
        event_id=str(handoff_id),
        kind=InteractionKind.SYSTEM,
        agent=giver.agent,
        text=told.summary or told.reason.text,
        facts=told.facts,
        data={"transcript": msgspec.to_builtins(told.transcript)} if told.transcript else None,
    )
    for number, attempt in enumerate(told.attempts):
        yield told_by_desk(
            turn,
            party,
            source="handoff",
            event_id=f"{handoff_id}:{number}",
            kind=InteractionKind.ATTEMPT,
            agent=giver.agent,
            attempt=attempt,
        )


async def _withdraw_others(turn: Turn, locked: LockedCustomer, context: Context, conversation_id: UUID) -> None:
    """A conversation is handed off once at a time: the new handoff takes the place of an open one."""
    for one in context.handoffs:
        if one.conversation_id == conversation_id:
            handoff, held = await handoffs.lock(turn.connection, one.id)
            await taking.finish(turn.connection, held, handoff, Action.REPLACE, turn.caller)
            locked.version = held.version
