"""What pages say of their agent: available or not, and which page is looked at or written on."""

import re

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from msgspec import Struct

from service.agents.model import AgentChange
from service.desks.batching import DeskActions
from service.desks.looking import OpenTab
from service.desks.presence import declare_agent
from service.errors import InvalidInput
from service.handoff.caller import caller_of
from service.web.console.desk_forms import choosable_queues
from service.web.console.guard import AUTOMATIC, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.presence.streams import ConsoleStreams
from service.web.console.visit import HOME_PATH, Visit, own_path

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PAGE = re.compile(f"(?:customer|handoff|callback):{_ID}")
_TAB = re.compile("[a-z0-9]{1,32}")


class AvailabilityForm(Struct, kw_only=True):
    """Whether the agent takes conversations, and the page on which the button stands."""

    available: str = ""
    next: str = ""
    csrf_token: str = ""


class LookingForm(Struct, kw_only=True):
    """What a tab does on its page: `looking`, `writing`, or `gone` once it is left."""

    page: str = ""
    tab: str = ""
    state: str = ""


class PresencePages(Controller):
    """The button in the bar, and the line that says who else is on a page."""

    path = f"{HOME_PATH}/presence"
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/", opt=AUTOMATIC, include_in_schema=False)
    async def show_availability(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The button as it is now, for the other tabs."""
        return visit.page("presence.html", available=visit.session.available, chosen=False)

    @post("/", include_in_schema=False)
    async def set_availability(
        self,
        visit: NamedDependency[Visit],
        desk_actions: NamedDependency[DeskActions],
        streams: NamedDependency[ConsoleStreams],
        data: URLEncodedBody[AvailabilityForm],
    ) -> Response[str]:
        """Declare the agent as a desk does by the API; one who is available, for the queues of the session."""
        available, agent, change = data.available == "yes", visit.session, AgentChange(available=False)
        if available:
            async with desk_actions.database.connection() as connection:
                existing = {one.name for one in await choosable_queues(connection)}
            change = AgentChange(available=True, queues=tuple(one for one in agent.queues if one in existing))
        caller = caller_of(agent.principal, visit.now)
        await declare_agent(desk_actions, caller, agent.name, change, absent_after=streams.absent_after)
        await streams.announce(agent)
        if not visit.is_partial:
            return visit.redirect(own_path(data.next))
        return visit.page("presence.html", available=available, chosen=True)

    @post("/looking", opt=AUTOMATIC, include_in_schema=False)
    async def look(
        self,
        visit: NamedDependency[Visit],
        streams: NamedDependency[ConsoleStreams],
        data: URLEncodedBody[LookingForm],
    ) -> Response[str]:
        """Keep that a tab looks at a page or writes there; gives the line that says who else does. InvalidInput."""
        if not (_PAGE.fullmatch(data.page) and _TAB.fullmatch(data.tab)):
            raise InvalidInput(field="page", message="The kind and id of a page are expected, and a tab.")
        tab = OpenTab(page=data.page, agent_id=str(visit.session.account_id), agent=visit.session.name, tab=data.tab)
        others = await streams.lookers.look(
            tab, now=visit.now, looks=data.state != "gone", writes=data.state == "writing"
        )
        return visit.page("lookers.html", others=others)
