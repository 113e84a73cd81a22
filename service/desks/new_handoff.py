"""Builds a new handoff from the records of its conversation: its packet, and its first offer or its callback."""

from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from service.agents.model import AgentWishes
from service.context.content import Context
from service.db.change import LockedCustomer
from service.desks.model import HandoffSubject
from service.desks.subject import DeskSession
from service.handoff import actions as handoff_actions
from service.handoff import fallback, offering, packet
from service.handoff import repository as handoffs
from service.handoff.model import CUSTOMERS_LANGUAGE, Handoff, HandoffGiver, HandoffRequest, TransferRequest
from service.handoff.queues.model import Queue
from service.handoff.repository import NewHandoffRecord
from service.handoff.rules import HandoffAction, gives_its_place, stays_with_agents
from service.handoff.summaries import SummaryHistory, SummaryRecord, add_summary
from service.model.ids import new_id
from service.model.vocabulary import HandoffState


class NewHandoff(Struct, frozen=True, kw_only=True):
    """A handoff that is being created: its subject, its content, and the queues that are asked in turn."""

    session: DeskSession
    subject: HandoffSubject
    content: HandoffRequest | TransferRequest
    chain: list[Queue]
    giver: HandoffGiver
    parent_id: UUID | None = None
    handoff_id: UUID = field(default_factory=new_id)

    @property
    def has_content(self) -> bool:
        """Whether anything is to be registered."""
        content = self.content
        return self.subject.conversation_id is None or bool(
            content.summary or content.facts or content.attempts or content.transcript
        )

    def new_summary(self, history: SummaryHistory) -> SummaryRecord | None:
        """The summary that is given, unless it is the newest of the conversation already."""
        text = self.content.summary
        if text is None or history.ends_with(text):
            return None
        return SummaryRecord(text=text, by=self.giver, at=self.session.caller.now)


class HandoffRecords(Struct, frozen=True, kw_only=True):
    """What is on record for a new handoff, its content included; the customer is locked."""

    context: Context
    conversation_id: UUID
    customer: LockedCustomer
    history: SummaryHistory
    last_agent: str | None
    """Who served the customer last, if the handoff prefers that agent."""


async def build_handoff(new_handoff: NewHandoff, records: HandoffRecords) -> NewHandoffRecord | Handoff:
    """The handoff with its packet: offered, or fallen back to a callback; or the open one that stays with agents."""
    session, chain, locked = new_handoff.session, new_handoff.chain, records.customer
    summary = new_handoff.new_summary(records.history)
    earlier = await _settle_open_handoff(session, records)
    if earlier is not None and stays_with_agents(earlier, session.caller):
        if summary is not None:
            await add_summary(session.connection, earlier, summary)
        return replace(earlier, version=locked.version)
    asked = offering.with_first_offer(
        _unasked_handoff(new_handoff, records, summary),
        chain,
        now=session.caller.now,
        agent=new_handoff.content.to.agent,
        last_agent=records.last_agent,
        waiting=earlier if earlier is not None and gives_its_place(earlier, session.caller) else None,
    )
    if asked.deadline is None:
        asked = await fallback.fall_back_to_callback(session.connection, locked, asked, chain, session.caller)
    return NewHandoffRecord(handoff=asked, customer=locked, at=session.caller.now, summary=summary)


def _unasked_handoff(new_handoff: NewHandoff, records: HandoffRecords, summary: SummaryRecord | None) -> Handoff:
    """The handoff with its packet, before its first offer."""
    session, content, queue = new_handoff.session, new_handoff.content, new_handoff.chain[0].name
    history = records.history.with_newest(summary) if summary else records.history
    return Handoff(
        handoff_id=new_handoff.handoff_id,
        customer_id=records.customer.customer_id,
        conversation_id=records.conversation_id,
        parent_id=new_handoff.parent_id,
        state=HandoffState.OFFERED,
        mode=content.mode,
        key_id=session.caller.key_id,
        given_by=new_handoff.giver,
        queue=queue,
        asked_queue=queue,
        reason_code=content.reason.code,
        reason_text=content.reason.text,
        summary=content.summary,
        priority=content.priority,
        created_at=session.caller.now,
        packet=packet.build_packet(records.context, records.conversation_id, content.transcript, history),
        wishes=_wishes(content, records.context),
    )


def _wishes(content: HandoffRequest | TransferRequest, context: Context) -> AgentWishes | None:
    """What is wanted of the agent; None for nothing, as when the customer's language is wanted and not known."""
    language = context.customer.language if content.language == CUSTOMERS_LANGUAGE else content.language
    return AgentWishes(skills=content.skills, language=language) if content.skills or language else None


async def _settle_open_handoff(session: DeskSession, records: HandoffRecords) -> Handoff | None:
    """The open handoff of this conversation as it was, which is withdrawn unless it stays with its agents.

    A conversation has at most one. None without one.
    """
    open_handoffs = records.context.handoffs
    found = next((one.id for one in open_handoffs if one.conversation_id == records.conversation_id), None)
    if found is None:
        return None
    earlier, relocked = await handoffs.lock_handoff(session.connection, found)
    if not stays_with_agents(earlier, session.caller):
        await handoff_actions.end_handoff(session.connection, relocked, earlier, HandoffAction.REPLACE, session.caller)
        records.customer.version = relocked.version
    return earlier
