"""The first page after signing in: what is offered, what is in the agent's hands, whom to call, who waits."""

from datetime import timedelta
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from service.calendar import rules
from service.calendar.model import OpenStatus
from service.desks.batching import DeskActions
from service.desks.presence import read_agents_there
from service.desks.subject import DeskSession
from service.desks.worklist import QueueLoad, read_worklist
from service.errors import Conflict, RouteUnknown
from service.handoff import actions
from service.handoff import repository as handoffs
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks.actions import claim_callback
from service.handoff.callbacks.kept import count_kept_promises
from service.handoff.callbacks.model import ClaimRequest
from service.handoff.caller import caller_of
from service.handoff.model import Handoff
from service.handoff.queues import repository as queues
from service.web.console.calls.reads import DeskCalls
from service.web.console.guard import OPEN, RESTRICTED_TOO, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import HOME_PATH, SIGN_IN_PATH, Visit

KEPT_SHOWN = timedelta(days=7)
"""Of which time home says how many promised calls were made."""


class QueueLine(Struct, frozen=True, kw_only=True):
    """What home says of a queue: whether it is open, how many handoffs wait, and since when."""

    title: str
    status: OpenStatus
    load: QueueLoad | None


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an action came too late: the agent who was faster, or None if it is simply over."""

    by: str | None


class HomePages(Controller):
    """Home, and the way there."""

    @get("/", opt=OPEN, include_in_schema=False)
    async def lead_to_console(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The address that people know leads to the console, or to signing in."""
        return visit.redirect(HOME_PATH if visit.is_signed_in else SIGN_IN_PATH)

    @get(HOME_PATH, include_in_schema=False)
    async def show_home(self, visit: NamedDependency[Visit], desk_calls: NamedDependency[DeskCalls]) -> Response[str]:
        """The agent's work; htmx gets the part that changes."""
        return await _home(visit, desk_calls)

    @get(HOME_PATH + "/{path:path}", include_in_schema=False)
    async def show_nothing(self, path: FromPath[str]) -> Response[str]:
        """Under a path of the console that leads nowhere, an agent keeps the bar. RouteUnknown."""
        raise RouteUnknown(path)


class WorkPages(Controller):
    """What an agent does from home, by the same use cases as a desk by the API."""

    path = f"{HOME_PATH}/desk"
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @post("/handoffs/{handoff_id:uuid}/accept", include_in_schema=False)
    async def accept(
        self,
        visit: NamedDependency[Visit],
        desk_calls: NamedDependency[DeskCalls],
        desk_actions: NamedDependency[DeskActions],
        handoff_id: FromPath[UUID],
    ) -> Response[str]:
        """Take the conversation and open it; if another agent has it, say who, and show the next offer."""
        step = actions.accept_handoff(handoff_id, visit.session.name, caller_of(visit.session.principal, visit.now))
        try:
            await desk_actions.handoffs.execute(step.caller, step, None)
        except Conflict:
            return await _refused_handoff(visit, desk_calls, handoff_id)
        return visit.redirect(f"/console/handoffs/{handoff_id}")

    @post("/handoffs/{handoff_id:uuid}/decline", include_in_schema=False)
    async def decline(
        self,
        visit: NamedDependency[Visit],
        desk_calls: NamedDependency[DeskCalls],
        desk_actions: NamedDependency[DeskActions],
        handoff_id: FromPath[UUID],
    ) -> Response[str]:
        """Let the next agent or queue have the offer."""
        caller, agent = caller_of(visit.session.principal, visit.now), visit.session.name

        async def step(session: DeskSession) -> Handoff:
            return await actions.decline_handoff(session.connection, handoff_id, agent, None, session.caller)

        try:
            await desk_actions.handoffs.execute(caller, step, None)
        except Conflict:
            return await _refused_handoff(visit, desk_calls, handoff_id)
        return await _home(visit, desk_calls) if visit.is_partial else visit.redirect(HOME_PATH)

    @post("/callbacks/{callback_id:uuid}/claim", include_in_schema=False, opt=RESTRICTED_TOO)
    async def claim(
        self,
        visit: NamedDependency[Visit],
        desk_calls: NamedDependency[DeskCalls],
        desk_actions: NamedDependency[DeskActions],
        callback_id: FromPath[UUID],
    ) -> Response[str]:
        """Be the one who calls, and open the callback; if another agent calls, say who."""
        caller = caller_of(visit.session.principal, visit.now)
        step = claim_callback(callback_id, ClaimRequest(agent=visit.session.name), caller)
        try:
            await desk_actions.callbacks.execute(caller, step, None)
        except Conflict:
            async with desk_calls.database.connection() as connection:
                callback = await callbacks.read_callback(connection, callback_id)
            return await _home(visit, desk_calls, refusal=Refusal(by=callback.claimed_by))
        return visit.redirect(f"/console/callbacks/{callback_id}")


async def _refused_handoff(visit: Visit, desk_calls: DeskCalls, handoff_id: UUID) -> Response[str]:
    async with desk_calls.database.connection() as connection:
        handoff = await handoffs.read_handoff(connection, handoff_id)
    return await _home(visit, desk_calls, refusal=Refusal(by=handoff.taken_by or _asked_agent(handoff)))


def _asked_agent(handoff: Handoff) -> str | None:
    """The agent who is asked by name now."""
    return handoff.offers[-1].to.agent if handoff.open and handoff.offers else None


async def _home(visit: Visit, desk_calls: DeskCalls, *, refusal: Refusal | None = None) -> Response[str]:
    names = visit.session.queues if visit.session.role in DESK_ROLES else ()
    async with desk_calls.database.connection() as connection:
        work = await read_worklist(connection, visit.session.name, names, now=visit.now)
        agents = await read_agents_there(connection, names, visit.now) if visit.session.principal.supervises else None
        chains = await queues.find_fallback_chains(connection, names)
        kept = await count_kept_promises(connection, names, since=visit.now - KEPT_SHOWN)
    calls = await desk_calls.read(visit)
    lines = [
        QueueLine(
            title=chain[0].title,
            status=rules.open_status(chain[0].calendar, visit.now),
            load=work.waiting.get(name),
        )
        for name, chain in chains.items()
    ]
    return visit.page(
        "home_work.html" if visit.is_partial else "home.html",
        status=200 if refusal is None else 409,
        work=work,
        agents=agents,
        queues=sorted(lines, key=lambda line: line.title),
        kept=kept,
        calls=calls,
        refusal=refusal,
    )
