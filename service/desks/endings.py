"""Ends handoffs with a summary, many in one transaction: each summary goes on record, and then its handoff ends."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.db.retry import ConcurrentChange
from service.desks.notes import HandoffEnding, summary_note
from service.desks.subject import DeskSession, register_for_subjects
from service.errors import AskonceError, HandoffUnknown
from service.handoff import rules
from service.handoff.actions import check_allowed
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.handoff.repository import HANDOFF_STORE
from service.handoff.rules import HandoffAction
from service.handoff.summaries import add_summaries, summary_of_taker
from service.handoff.transitions import PendingUpdate, read_entities, update_all_locked


class EndingCommand(Struct, frozen=True):
    """A taker completes a handoff or returns it to its giver, and tells what was done."""

    caller: Caller
    handoff_id: UUID
    action: HandoffAction
    ending: HandoffEnding
    summary: str


class _ReadHandoff(Struct, frozen=True):
    """A handoff that may end now, and the version of its customer that was read with it."""

    handoff: Handoff
    customer_version: int


async def end_with_summaries(session: DeskSession, endings: Sequence[EndingCommand]) -> list[Handoff | AskonceError]:
    """The ended handoffs in their order, or why one may not end. ConcurrentChange as in registering.

    Of several endings for one customer the later ones see what the earlier have stored.
    """
    answers: dict[int, Handoff | AskonceError] = {}
    while waiting := {index: one for index, one in enumerate(endings) if index not in answers}:
        found = await read_entities(session.connection, HANDOFF_STORE, {one.handoff_id for one in waiting.values()})
        customers: set[UUID] = set()
        allowed: dict[int, _ReadHandoff] = {}
        for index, one in waiting.items():
            if one.handoff_id not in found:
                answers[index] = HandoffUnknown()
                continue
            handoff, customer = found[one.handoff_id]
            try:
                check_allowed(handoff, one.action, one.caller, token=one.ending.token)
            except AskonceError as error:
                answers[index] = error
                continue
            if customer.customer_id not in customers:
                customers.add(customer.customer_id)
                allowed[index] = _ReadHandoff(handoff, customer.version)
        answers |= zip(
            allowed, await _end_all(session, [(endings[index], one) for index, one in allowed.items()]), strict=True
        )
    return [answers[index] for index in range(len(endings))]


async def _end_all(session: DeskSession, read: Sequence[tuple[EndingCommand, _ReadHandoff]]) -> list[Handoff]:
    """The ended handoffs, each of another customer.

    Registering locks the customers. ConcurrentChange if one of them had changed since its handoff was read: then the
    handoff may have, too.
    """
    if not read:
        return []
    sessions = [replace(session, caller=one.caller) for one, _ in read]
    notes = [
        (each, *summary_note(each, found.handoff, one.summary))
        for each, (one, found) in zip(sessions, read, strict=True)
    ]
    locked = [customer for _, customer in await register_for_subjects(notes)]
    if any(customer.version != found.customer_version + 1 for (_, found), customer in zip(read, locked, strict=True)):
        raise ConcurrentChange
    summaries = {
        found.handoff.handoff_id: summary_of_taker(found.handoff, one.summary, one.caller) for one, found in read
    }
    await add_summaries(session.connection, summaries)
    updates = [
        PendingUpdate(entity=_ended(one, found.handoff), customer=customer, caller=one.caller, action=one.action)
        for (one, found), customer in zip(read, locked, strict=True)
    ]
    return await update_all_locked(session.connection, HANDOFF_STORE, updates)


def _ended(one: EndingCommand, handoff: Handoff) -> Handoff:
    outcome = one.ending.outcome or one.ending.reason
    return rules.apply_end(handoff, one.action, now=one.caller.now, outcome=outcome)
