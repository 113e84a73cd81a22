"""Creates handoffs: the content of a request is registered first, then the packet is built from the record."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from service.context.content import Context
from service.context.records import RecordsQuery
from service.db.batcher import result_or_raise
from service.db.change import LockedCustomer
from service.db.retry import ConcurrentChange
from service.desks.model import HandoffSubject, subject_of_handoff
from service.desks.new_handoff import HandoffRecords, NewHandoff, build_handoff
from service.desks.subject import (
    DeskSession,
    desk_interaction,
    lock_subjects,
    read_contexts,
    register_for_subjects,
    resolve_subjects,
)
from service.errors import AgentUnknown, AskonceError, InvalidInput, QueueUnknown
from service.handoff import actions as handoff_actions
from service.handoff import repository as handoffs
from service.handoff.model import (
    Handoff,
    HandoffGiver,
    HandoffRequest,
    HandoffTarget,
    TransferRequest,
)
from service.handoff.queues import repository as queues
from service.handoff.queues.model import Queue
from service.handoff.repository import NewHandoffRecord
from service.handoff.rules import HandoffAction
from service.handoff.summaries import NO_SUMMARIES, find_summaries
from service.model.interaction import InteractionContent
from service.model.vocabulary import InteractionKind
from service.registration.sources import HouseSource


async def create_handoff(session: DeskSession, request: HandoffRequest) -> Handoff:
    """The new handoff: offered to an open queue, or fallen back to a callback.

    An open handoff of the same conversation is withdrawn, unless it stays with its agents: then it is the answer.
    QueueUnknown or AgentUnknown for an unknown target.
    """
    (answer,) = await create_handoffs([(session, request)])
    return result_or_raise(answer)


async def create_handoffs(requests: Sequence[tuple[DeskSession, HandoffRequest]]) -> list[Handoff | AskonceError]:
    """Many new handoffs in one transaction, in the order of the requests; an error stands in its request's place.

    Of several requests for one customer, a later one sees the result of the earlier ones.
    """
    answers: dict[int, Handoff | AskonceError] = {}
    while len(answers) < len(requests):
        waiting = {index: one for index, one in enumerate(requests) if index not in answers}
        prepared = dict(zip(waiting, await _prepare_all(list(waiting.values())), strict=True))
        answers |= {index: one for index, one in prepared.items() if isinstance(one, AskonceError)}
        new_handoffs: dict[int, NewHandoff] = {}
        for index, one in prepared.items():
            if isinstance(one, NewHandoff) and not any(
                one.subject.has_same_customer(other.subject) for other in new_handoffs.values()
            ):
                new_handoffs[index] = one
        answers |= zip(new_handoffs, await _store_new(list(new_handoffs.values())), strict=True)
    return [answers[index] for index in range(len(requests))]


async def _prepare_all(requests: Sequence[tuple[DeskSession, HandoffRequest]]) -> list[NewHandoff | AskonceError]:
    chains: dict[HandoffTarget, list[Queue]] = {}
    subjects = await resolve_subjects(requests)
    return [await _prepare(*one, subject, chains) for one, subject in zip(requests, subjects, strict=True)]


async def _prepare(
    session: DeskSession,
    request: HandoffRequest,
    subject: HandoffSubject | AskonceError,
    chains: dict[HandoffTarget, list[Queue]],
) -> NewHandoff | AskonceError:
    """The handoff to create; `chains` caches the queues of each target, and is added to."""
    try:
        if request.to not in chains:
            chains[request.to] = await queues.find_chain_for_target(
                session.connection, request.to, now=session.caller.now
            )
    except (AgentUnknown, QueueUnknown) as error:
        return error
    if isinstance(subject, AskonceError):
        return subject
    giver = HandoffGiver(role=session.caller.role, name=session.caller.name)
    return NewHandoff(session=session, subject=subject, content=request, chain=chains[request.to], giver=giver)


async def transfer_handoff(session: DeskSession, handoff_id: UUID, request: TransferRequest) -> Handoff:
    """The child handoff, to which the taker transfers the conversation; the parent ends."""
    caller = session.caller
    parent, locked = await handoff_actions.lock_for_action(
        session.connection, handoff_id, HandoffAction.TRANSFER, caller, token=request.token
    )
    if request.to.agent is not None and request.to.agent == parent.taken_by:
        message = "This agent has the conversation already: name another one, or a queue alone."
        raise InvalidInput(field="to.agent", message=message)
    chain = await queues.find_chain_for_target(
        session.connection, request.to, now=caller.now, default_queue=parent.queue
    )
    await handoff_actions.end_handoff(session.connection, locked, parent, HandoffAction.TRANSFER, caller)
    giver = HandoffGiver(role=caller.role, name=caller.name, queue=parent.queue, agent=parent.taken_by)
    new_handoff = NewHandoff(
        session=session,
        subject=subject_of_handoff(parent),
        content=request,
        chain=chain,
        giver=giver,
        parent_id=handoff_id,
    )
    (child,) = await _store_new([new_handoff])
    return child


async def _store_new(new_handoffs: Sequence[NewHandoff]) -> list[Handoff]:
    """The stored handoffs, each of another customer: content and handoffs are written by one statement each."""
    if not new_handoffs:
        return []
    session, registered = new_handoffs[0].session, await _register_content(new_handoffs)
    matters = [registered[one.handoff_id] for one in new_handoffs]
    queries = [
        RecordsQuery(customer_id=one.customer_id, handed_over=conversation_id) for conversation_id, one in matters
    ]
    contexts = await read_contexts(session, queries)
    last_agents = await _find_last_agents(new_handoffs, contexts)
    histories = await find_summaries(
        session.connection, [conversation_id for conversation_id, _ in registered.values()]
    )
    built = []
    for new_handoff, context in zip(new_handoffs, contexts, strict=True):
        conversation_id, locked = registered[new_handoff.handoff_id]
        records = HandoffRecords(
            context=context,
            conversation_id=conversation_id,
            customer=locked,
            history=histories.get(conversation_id, NO_SUMMARIES),
            last_agent=last_agents.get(context.customer.id),
        )
        built.append(await build_handoff(new_handoff, records))
    stored = iter(
        await handoffs.insert_handoffs(session.connection, [one for one in built if isinstance(one, NewHandoffRecord)])
    )
    return [one if isinstance(one, Handoff) else next(stored) for one in built]


async def _find_last_agents(new_handoffs: Sequence[NewHandoff], contexts: Sequence[Context]) -> dict[UUID, str]:
    """Customer -> who served the customer last, for the handoffs that prefer that agent; not who gives the handoff."""
    preferring = [
        (context.customer.id, one.giver.agent)
        for one, context in zip(new_handoffs, contexts, strict=True)
        if one.content.prefer is not None
    ]
    return await handoffs.find_last_agents(new_handoffs[0].session.connection, preferring) if preferring else {}


async def _register_content(new_handoffs: Sequence[NewHandoff]) -> dict[UUID, tuple[UUID, LockedCustomer]]:
    """Handoff -> its conversation and its locked customer, after the content of all is registered.

    Unknown customers come first: attaching identities must not wait while customers are locked, or two transactions
    could wait for each other. ConcurrentChange if two handoffs turn out to be of one customer.
    """
    registered = await _register_together([one for one in new_handoffs if one.subject.customer_id is None])
    known = [one for one in new_handoffs if one.subject.customer_id is not None]
    if not all(one.has_content for one in known):  # registering would lock these in an order of its own
        locked = await lock_subjects(new_handoffs[0].session.connection, [one.subject for one in known])
        for new_handoff, customer in zip(known, locked, strict=True):
            if new_handoff.subject.conversation_id is not None:
                registered[new_handoff.handoff_id] = new_handoff.subject.conversation_id, customer
    registered |= await _register_together([one for one in known if one.has_content])
    if len({customer.customer_id for _, customer in registered.values()}) < len(new_handoffs):
        raise ConcurrentChange  # an unknown customer has become known, and is one of these
    return registered


async def _register_together(new_handoffs: Sequence[NewHandoff]) -> dict[UUID, tuple[UUID, LockedCustomer]]:
    contents = [(one.session, one.subject, list(_interactions(one))) for one in new_handoffs]
    return {
        new_handoff.handoff_id: (registered.conversation_id, locked)
        for new_handoff, (registered, locked) in zip(new_handoffs, await register_for_subjects(contents), strict=True)
    }


def _interactions(new_handoff: NewHandoff) -> Iterator[InteractionContent]:
    """The content as interactions: one, and one more for each attempt."""
    content = new_handoff.content
    yield desk_interaction(
        new_handoff.session,
        new_handoff.subject,
        source=HouseSource.HANDOFF,
        event_id=str(new_handoff.handoff_id),
        kind=InteractionKind.SYSTEM,
        agent=new_handoff.giver.agent,
        text=content.summary or content.reason.text,
        facts=content.facts,
        data={"transcript": msgspec.to_builtins(content.transcript)} if content.transcript else None,
    )
    for number, attempt in enumerate(content.attempts):
        yield desk_interaction(
            new_handoff.session,
            new_handoff.subject,
            source=HouseSource.HANDOFF,
            event_id=f"{new_handoff.handoff_id}:{number}",
            kind=InteractionKind.ATTEMPT,
            agent=new_handoff.giver.agent,
            attempt=attempt,
        )
