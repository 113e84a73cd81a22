"""Routes of handoffs: give one, find those that wait, and read what a taker must know."""

from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from service.access.audit import ReadAudit
from service.agents import repository as agents
from service.agents.model import Agent
from service.context.guidance.texts import ShownNotice
from service.db.pool import Connection
from service.desks.batching import DeskActions
from service.desks.briefs import read_handoff_brief
from service.errors import (
    AgentUnknown,
    ConversationUnknown,
    CustomerUnknown,
    HandoffUnknown,
    QueueUnknown,
)
from service.handoff import actions as handoff_actions
from service.handoff import repository as handoffs
from service.handoff.answers import HandoffAnswer, handoff_answer
from service.handoff.caller import Caller
from service.handoff.model import Handoff, HandoffRequest
from service.handoff.packet import Packet, VisiblePacket
from service.handoff.repository import HandoffFilter
from service.insight.content.repository import find_segments
from service.insight.notices.repository import read_shown
from service.insight.notices.rules import NoticeReader
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import HandoffState, Role
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    caller_of_request,
    enum_parameter,
    idempotent_request,
    page_request,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.desks.briefs import ACCEPT, ACCEPT_LANGUAGE, MARKDOWN, PLAIN, BriefAnswer, brief_response

TAKER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.PARTNER, Role.STORE, Role.BOT})
GIVER_ROLES = TAKER_ROLES | {Role.CHANNEL}
QUEUE = Parameter(name="queue", description="Only what this queue has.")
AGENT = Parameter(name="agent", description="The agent who asks: `fits` then says who has what a handoff wants.")
STATE = Parameter(name="state", shape=HandoffState, description="Only those in this state.")


class _PacketCustomer(Struct, frozen=True):
    language: str | None = None


class _PacketPart(Struct, frozen=True):
    """The part of a packet that names the customer's language."""

    customer: _PacketCustomer


_packet_decoder = msgspec.json.Decoder(_PacketPart)


class HandoffRoutes:
    """The routes by which conversations are handed off and found."""

    def __init__(self, desk_actions: DeskActions, audit: ReadAudit, *, zone: ZoneInfo, default_language: str) -> None:
        self._desk_actions = desk_actions
        self._audit = audit
        self._zone = zone
        self._default_language = default_language

    @route(
        "POST",
        "/v1/handoffs",
        roles=GIVER_ROLES,
        budgeted=True,
        summary="Hand a conversation off to a queue or an agent",
        body=HandoffRequest,
        answers={200: HandoffAnswer, 201: HandoffAnswer},
        idempotent=True,
        problems=(QueueUnknown, AgentUnknown, CustomerUnknown, ConversationUnknown),
    )
    async def create_handoff(self, request: Request) -> Response:
        """Hands a conversation to a queue or an agent, and offers it at once.

        An open handoff of the same conversation is withdrawn. If a bot, store or channel asks once more, the new one
        keeps the place in the queue; if an agent has the conversation, or has transferred it, the answer is 200 with
        that handoff, which stays. The packet holds the context at this moment. Where the queue is closed, `notices`
        says what to tell the customer. A repeated Idempotency-Key answers with the first handoff.
        """
        requested = decode_json(request.raw, HandoffRequest)
        caller = caller_of_request(request)
        created = await self._desk_actions.create_handoff(caller, requested, idempotent_request(request, requested))
        handoff = created.handoff
        request.subject = handoff.customer_id
        answer = handoff_answer(handoff, caller, self._desk_actions.business.contact_facts)
        if is_turned_away(handoff):
            answer = structs.replace(answer, notices=await self._notices(request, handoff))
        return json_response(
            answer,
            status=created.status,
            version=handoff.version,
            headers=(IDEMPOTENT_REPLAYED,) if created.replayed else (),
        )

    async def _notices(self, request: Request, handoff: Handoff) -> tuple[ShownNotice, ...]:
        """What the customer is to be told of the queue that was asked, in the customer's language."""
        async with self._desk_actions.database.connection() as connection:
            reader = NoticeReader(
                at=request.now,
                queue=handoff.asked_queue,
                language=_packet_decoder.decode(handoff.packet).customer.language,
                default_language=self._default_language,
                segments=await find_segments(connection, handoff.customer_id),
            )
            return await read_shown(connection, reader)

    @route(
        "GET",
        "/v1/handoffs",
        roles=GIVER_ROLES,
        summary="Handoffs that this key may see, the most urgent first; without their packets",
        answers={200: Page[HandoffAnswer]},
        parameters=(QUEUE, STATE, AGENT, LIMIT, AFTER),
    )
    async def list_handoffs(self, request: Request) -> Response:
        """Lists one page of handoffs, without their packets. Partners see only their own queue."""
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            found, next_cursor = await handoffs.list_handoffs(connection, _handoff_filter(request), caller)
            agent = await _find_asking_agent(connection, text_parameter(request, "agent"), caller)
        contact_facts = self._desk_actions.business.contact_facts
        items = [handoff_answer(one, caller, contact_facts, with_packet=False, agent=agent) for one in found]
        return json_response(Page(items=items, next=next_cursor))

    @route(
        "GET",
        "/v1/handoffs/{handoff_id}",
        roles=GIVER_ROLES,
        summary="A handoff with its packet",
        answers={200: HandoffAnswer},
        refers_to=(Packet, VisiblePacket),
        problems=(HandoffUnknown,),
    )
    async def read_handoff(self, request: Request) -> Response:
        """Reads a handoff with its packet. The read is written to the audit trail."""
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            handoff = await handoffs.read_handoff(connection, uuid_in_path(request, "handoff_id", HandoffUnknown))
        handoff_actions.check_handoff_visible(handoff, caller)
        self._audit.record_read(caller.key_id, "handoff", handoff.customer_id)
        answer = handoff_answer(handoff, caller, self._desk_actions.business.contact_facts)
        return json_response(answer, version=handoff.version)

    @route(
        "GET",
        "/v1/handoffs/{handoff_id}/brief",
        roles=TAKER_ROLES,
        summary="What a taker must know in thirty seconds, as JSON, Markdown or plain text",
        answers={200: BriefAnswer},
        media_types=(MARKDOWN, PLAIN),
        parameters=(ACCEPT, ACCEPT_LANGUAGE),
        problems=(HandoffUnknown,),
    )
    async def read_handoff_brief(self, request: Request) -> Response:
        """Sums the handoff and the current context up for the agent.

        Accept chooses the format, and Accept-Language the language.
        """
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            handoff = await handoffs.read_handoff(connection, uuid_in_path(request, "handoff_id", HandoffUnknown))
            handoff_actions.check_handoff_visible(handoff, caller)
            brief = await read_handoff_brief(self._desk_actions.session(connection, caller), handoff)
        self._audit.record_read(caller.key_id, "brief", handoff.customer_id)
        return brief_response(brief, request, self._zone)


def is_turned_away(handoff: Handoff) -> bool:
    """Whether the queue that was asked did not get the handoff: it went elsewhere, or a callback is promised."""
    return handoff.state is HandoffState.FELL_BACK or handoff.queue != handoff.asked_queue


async def _find_asking_agent(connection: Connection, name: str | None, caller: Caller) -> Agent | None:
    """The agent who asks for a list, as far as the caller may know of agents: those of its queue."""
    if name is None or not (caller.sees_everything or caller.queue):
        return None
    only_queue = None if caller.sees_everything else caller.queue
    return await agents.find_agent(connection, name, now=caller.now, only_queue=only_queue)


def _handoff_filter(request: Request) -> HandoffFilter:
    requested_page = page_request(request)
    return HandoffFilter(
        queue=text_parameter(request, "queue"),
        state=enum_parameter(request, "state", HandoffState),
        after=requested_page.after,
        limit=requested_page.limit,
    )
