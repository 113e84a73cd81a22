"""Handing a conversation off: what the giver tells goes into the record, and the packet comes out of it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct, field

from service.context.content import Context
from service.db.change import LockedCustomer
from service.desks.subject import (
    Party,
    Turn,
    find_parties,
    lock_parties,
    party_of,
    read_contexts,
    register_all,
    told_by_desk,
)
from service.errors import AgentUnknown, AskonceError, QueueUnknown, answer_or_raise
from service.handoff import actions as taking
from service.handoff import fallback, offering, packet
from service.handoff import repository as handoffs
from service.handoff.model import Giver, Handoff, HandoffRequest, Target, TransferRequest
from service.handoff.queues import repository as queues
from service.handoff.queues.repository import Queue
from service.handoff.rules import Action
from service.model.ids import new_id
from service.model.interaction import Interaction
from service.model.vocabulary import HandoffState, InteractionKind
from service.registration.transaction import Overtaken


class Giving(Struct, frozen=True, kw_only=True):
    """A conversation that changes hands: of whom, what is told, and which desks are asked."""

    turn: Turn
    party: Party
    told: HandoffRequest | TransferRequest
    chain: list[Queue]
    giver: Giver
    parent_id: UUID | None = None
    handoff_id: UUID = field(default_factory=new_id)

    @property
    def tells(self) -> bool:
        """Whether anything goes into the record."""
        told = self.told
        return self.party.conversation_id is None or bool(
            told.summary or told.facts or told.attempts or told.transcript
        )


async def give(turn: Turn, wanted: HandoffRequest) -> Handoff:
    """Hand a conversation off: offered to a desk that is open, or fallen back to a callback.

    QueueUnknown or AgentUnknown if there is no such desk; an open handoff of the conversation is withdrawn.
    """
    (answer,) = await give_all([(turn, wanted)])
    return answer_or_raise(answer)


async def give_all(wanted: Sequence[tuple[Turn, HandoffRequest]]) -> list[Handoff | AskonceError]:
    """Hand off many conversations in one transaction; the errors of `give` are answers in their places.

    Of several handoffs of one customer the later ones see what became of the earlier.
    """
    answers: dict[int, Handoff | AskonceError] = {}
    while len(answers) < len(wanted):
        waiting = {place: one for place, one in enumerate(wanted) if place not in answers}
        prepared = dict(zip(waiting, await _prepare_all(list(waiting.values())), strict=True))
        answers |= {place: one for place, one in prepared.items() if isinstance(one, AskonceError)}
        givings: dict[int, Giving] = {}
        for place, one in prepared.items():
            if isinstance(one, Giving) and not any(one.party.is_of_same(other.party) for other in givings.values()):
                givings[place] = one
        answers |= zip(givings, await _hand_off(list(givings.values())), strict=True)
    return [answers[place] for place in range(len(wanted))]


async def _prepare_all(wanted: Sequence[tuple[Turn, HandoffRequest]]) -> list[Giving | AskonceError]:
    chains: dict[Target, list[Queue]] = {}
    parties = await find_parties(wanted)
    return [await _prepare(*one, party, chains) for one, party in zip(wanted, parties, strict=True)]


async def _prepare(
    turn: Turn, wanted: HandoffRequest, party: Party | AskonceError, chains: dict[Target, list[Queue]]
) -> Giving | AskonceError:
    """What is to be given; `chains` are those found before, and after."""
    try:
        if wanted.to not in chains:
            chains[wanted.to] = await queues.find_chain_to(turn.connection, wanted.to)
    except (AgentUnknown, QueueUnknown) as error:
        return error
    if isinstance(party, AskonceError):
        return party
    giver = Giver(role=turn.caller.role, name=turn.caller.name)
    return Giving(turn=turn, party=party, told=wanted, chain=chains[wanted.to], giver=giver)


async def transfer(turn: Turn, handoff_id: UUID, wanted: TransferRequest) -> Handoff:
    """The taker passes the conversation on, as a child of the handoff, which ends; gives the child."""
    caller = turn.caller
    parent, locked = await taking.hold(turn.connection, handoff_id, Action.TRANSFER, caller, token=wanted.token)
    chain = await queues.find_chain_to(turn.connection, wanted.to, home=parent.queue)
    await taking.finish(turn.connection, locked, parent, Action.TRANSFER, caller)
    giver = Giver(role=caller.role, name=caller.name, queue=parent.queue, agent=parent.taken_by)
    giving = Giving(turn=turn, party=party_of(parent), told=wanted, chain=chain, giver=giver, parent_id=handoff_id)
    (child,) = await _hand_off([giving])
    return child


async def _hand_off(givings: Sequence[Giving]) -> list[Handoff]:
    """The new handoffs, each of another customer: put on record together, made one after the other, stored together."""
    if not givings:
        return []
    turn, on_record = givings[0].turn, await _put_on_record(givings)
    contexts = await read_contexts(turn, [on_record[one.handoff_id][1].customer_id for one in givings])
    made = []
    for giving, context in zip(givings, contexts, strict=True):
        conversation_id, locked = on_record[giving.handoff_id]
        made.append((await _make(giving, context, conversation_id, locked), locked))
    return await handoffs.create_all(turn.connection, made)


async def _make(giving: Giving, context: Context, conversation_id: UUID, locked: LockedCustomer) -> Handoff:
    """The handoff with its packet: offered, or fallen back to a callback."""
    turn, told, chain, now = giving.turn, giving.told, giving.chain, giving.turn.caller.now
    await _withdraw_others(turn, locked, context, conversation_id)
    handoff = Handoff(
        handoff_id=giving.handoff_id,
        customer_id=locked.customer_id,
        conversation_id=conversation_id,
        parent_id=giving.parent_id,
        state=HandoffState.OFFERED,
        mode=told.mode,
        key_id=turn.caller.key_id,
        given_by=giving.giver,
        queue=chain[0].name,
        asked_queue=chain[0].name,
        reason_code=told.reason.code,
        reason_text=told.reason.text,
        summary=told.summary,
        priority=told.priority,
        created_at=now,
        packet=packet.freeze(context, conversation_id, told.transcript),
    )
    offered = offering.offer(handoff, chain, now=now, agent=told.to.agent)
    return offered or await fallback.fall_back(turn.connection, locked, handoff, chain, turn.caller)


async def _put_on_record(givings: Sequence[Giving]) -> dict[UUID, tuple[UUID, LockedCustomer]]:
    """Handoff -> its conversation, and its customer, locked, with all that the givers told registered.

    Strangers come first: whoever makes identities known holds no customer meanwhile, so that nobody waits in a circle.
    """
    on_record = await _register([one for one in givings if one.party.customer_id is None])
    known = [one for one in givings if one.party.customer_id is not None]
    if not all(one.tells for one in known):  # registering locks those who tell, but in an order of its own
        locked = await lock_parties(givings[0].turn.connection, [one.party for one in known])
        for giving, customer in zip(known, locked, strict=True):
            if giving.party.conversation_id is not None:
                on_record[giving.handoff_id] = giving.party.conversation_id, customer
    on_record |= await _register([one for one in known if one.tells])
    if len({customer.customer_id for _, customer in on_record.values()}) < len(givings):
        raise Overtaken  # a stranger is a customer by now, and even one of these
    return on_record


async def _register(givings: Sequence[Giving]) -> dict[UUID, tuple[UUID, LockedCustomer]]:
    told = [(one.turn, one.party, list(_interactions(one))) for one in givings]
    return {
        giving.handoff_id: (registered.conversation_id, locked)
        for giving, (registered, locked) in zip(givings, await register_all(told), strict=True)
    }


def _interactions(giving: Giving) -> Iterator[Interaction]:
    """What the giver tells: one interaction, and one more for each attempt."""
    told = giving.told
    yield told_by_desk(
        giving.turn,
        giving.party,
        source="handoff",
        event_id=str(giving.handoff_id),
        kind=InteractionKind.SYSTEM,
        agent=giving.giver.agent,
        text=told.summary or told.reason.text,
        facts=told.facts,
        data={"transcript": msgspec.to_builtins(told.transcript)} if told.transcript else None,
    )
    for number, attempt in enumerate(told.attempts):
        yield told_by_desk(
            giving.turn,
            giving.party,
            source="handoff",
            event_id=f"{giving.handoff_id}:{number}",
            kind=InteractionKind.ATTEMPT,
            agent=giving.giver.agent,
            attempt=attempt,
        )


async def _withdraw_others(turn: Turn, locked: LockedCustomer, context: Context, conversation_id: UUID) -> None:
    """A conversation is handed off once at a time: the new handoff takes the place of an open one."""
    for one in context.handoffs:
        if one.conversation_id == conversation_id:
            handoff, held = await handoffs.lock(turn.connection, one.id)
            await taking.finish(turn.connection, held, handoff, Action.REPLACE, turn.caller)
            locked.version = held.version
