"""Agents come and go: what a desk declares of one, and what becomes of offers to one who is absent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from msgspec import Struct

from service.agents import repository as agents
from service.agents.model import Agent, AgentChange
from service.db.pool import Connection
from service.db.statements import Statements
from service.desks.batching import DeskActions
from service.desks.subject import DeskSession
from service.handoff import repository as handoffs
from service.handoff.actions import pass_on_absence
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.model.vocabulary import Role

SQL = Statements("service.desks", "presence")

MAX_AGENTS = 200


async def declare_agent(
    desk_actions: DeskActions, caller: Caller, name: str, change: AgentChange, *, absent_after: timedelta
) -> tuple[Agent, bool]:
    """Declare an agent as in `save_agent`, and pass on at once what is offered to one who is not there."""
    async with desk_actions.database.transaction() as connection:
        agent, created = await agents.save_agent(
            connection, name, change, now=caller.now, absent_after=absent_after, only_queue=partner_queue(caller)
        )
        offered = [] if agent.there else await handoffs.find_offers_to_agent(connection, name)
    for handoff_id in offered:
        await desk_actions.handoffs.execute(caller, partial(_pass_on, handoff_id, name), None)
    return agent, created


async def _pass_on(handoff_id: UUID, agent: str, session: DeskSession) -> Handoff:
    return await pass_on_absence(session.connection, handoff_id, agent, session.caller)


async def leave_desk(desk_actions: DeskActions, caller: Caller, name: str, *, absent_after: timedelta) -> None:
    """Declare that an agent is not available any more; one who is not available, or not declared, stays so."""
    async with desk_actions.database.connection() as connection:
        agent = await agents.find_agent(connection, name, now=caller.now)
    if agent is not None and agent.available:
        await declare_agent(desk_actions, caller, name, AgentChange(available=False), absent_after=absent_after)


class AgentThere(Struct, frozen=True, kw_only=True):
    """An agent who is there, since when, and how many handoffs are in the agent's hands."""

    name: str
    there_since: datetime
    handoffs: int


async def read_agents_there(connection: Connection, queues: Sequence[str], now: datetime) -> list[AgentThere]:
    """The agents of these queues who are there, by name."""
    rows = await connection.fetch(SQL.find_agents_there, queues, now, MAX_AGENTS)
    return [AgentThere(**row) for row in rows]


def partner_queue(caller: Caller) -> str | None:
    """The queue that a partner's key is bound to; None for our own desks."""
    return caller.queue if caller.role is Role.PARTNER else None
