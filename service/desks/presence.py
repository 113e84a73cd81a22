"""Agents come and go: what a desk declares of one, and what becomes of offers to one who is absent."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from service.agents import repository as agents
from service.agents.model import Agent, AgentChange
from service.desks.batching import DeskActions
from service.desks.subject import DeskSession
from service.handoff import repository as handoffs
from service.handoff.actions import pass_on_absence
from service.handoff.caller import Caller
from service.handoff.model import Handoff
from service.model.vocabulary import Role


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


def partner_queue(caller: Caller) -> str | None:
    """The queue that a partner's key is bound to; None for our own desks."""
    return caller.queue if caller.role is Role.PARTNER else None
