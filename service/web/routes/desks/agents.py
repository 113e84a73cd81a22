"""Routes of agents: who is there, for which queues, with which skills and languages."""

from datetime import timedelta

import msgspec

from service.agents import repository as agents
from service.agents.model import Agent, AgentChange
from service.desks.batching import DeskActions
from service.desks.presence import declare_agent, partner_queue
from service.errors import AgentNotDeclared, InvalidInput
from service.model.decode import decode_json
from service.model.interaction import ShortText
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, caller_of_request, page_request, text_in_path, text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route

AGENT_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.PARTNER})
AGENT_QUEUE = Parameter(name="queue", description="Only agents that serve this queue.")


class AgentRoutes:
    """The routes by which desks say which agents are there."""

    def __init__(self, desk_actions: DeskActions, *, absent_after: timedelta) -> None:
        self._desk_actions = desk_actions
        self._absent_after = absent_after

    @route(
        "PUT",
        "/v1/agents/{agent}",
        roles=AGENT_ROLES,
        summary="Say that an agent is there or not, and what the agent serves",
        body=AgentChange,
        answers={201: Agent, 200: Agent},
    )
    async def declare_agent(self, request: Request) -> Response:
        """Declares an agent, or changes what is declared; a field that is absent stays as it was.

        Each call is a sign of life. Offers to an agent who is not available go on at once. A partner declares agents of
        its own queue alone.
        """
        change = decode_json(request.raw or b"{}", AgentChange)
        agent, created = await declare_agent(
            self._desk_actions,
            caller_of_request(request),
            _agent_name(request),
            change,
            absent_after=self._absent_after,
        )
        return json_response(agent, status=201 if created else 200)

    @route(
        "POST",
        "/v1/agents/{agent}/heartbeat",
        roles=AGENT_ROLES,
        summary="Keep an agent there",
        answers={200: Agent},
        problems=(AgentNotDeclared,),
    )
    async def keep_agent(self, request: Request) -> Response:
        """Is a sign of life of the agent, which changes nothing else: one that is not available stays so."""
        name, only_queue = text_in_path(request, "agent", AgentNotDeclared), partner_queue(caller_of_request(request))
        async with self._desk_actions.database.transaction() as connection:
            agent = await agents.record_heartbeat(
                connection, name, now=request.now, absent_after=self._absent_after, only_queue=only_queue
            )
        return json_response(agent)

    @route(
        "GET",
        "/v1/agents",
        roles=AGENT_ROLES,
        summary="All agents in the order of their names, or those of a queue",
        answers={200: Page[Agent]},
        parameters=(AGENT_QUEUE, LIMIT, AFTER),
    )
    async def list_agents(self, request: Request) -> Response:
        """Lists one page of declared agents by name. Partners see only those of their own queue."""
        requested_page = page_request(request)
        async with self._desk_actions.database.connection() as connection:
            page = await agents.list_agents(
                connection,
                queue=text_parameter(request, "queue"),
                after=requested_page.after,
                limit=requested_page.limit,
                now=request.now,
                only_queue=partner_queue(caller_of_request(request)),
            )
        return json_response(page)

    @route(
        "GET",
        "/v1/agents/{agent}",
        roles=AGENT_ROLES,
        summary="An agent, and whether the agent is there",
        answers={200: Agent},
        problems=(AgentNotDeclared,),
    )
    async def read_agent(self, request: Request) -> Response:
        """Reads what is declared of an agent, and the latest sign of life."""
        name = text_in_path(request, "agent", AgentNotDeclared)
        async with self._desk_actions.database.connection() as connection:
            agent = await agents.find_agent(
                connection, name, now=request.now, only_queue=partner_queue(caller_of_request(request))
            )
        if agent is None:
            raise AgentNotDeclared
        return json_response(agent)


def _agent_name(request: Request) -> str:
    """The name in the path, if it can name an agent."""
    name = request.path_values["agent"]
    try:
        if name.isprintable():
            return msgspec.convert(name, ShortText)
    except msgspec.ValidationError:
        pass
    raise InvalidInput(field="agent", message="An agent's id has 1 to 200 printable characters.")
