"""The first page after signing in."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from service.calendar import rules
from service.calendar.model import OpenStatus
from service.db.pool import Connection, Database
from service.errors import RouteUnknown
from service.handoff import repository as handoffs
from service.handoff.caller import Caller, caller_of
from service.handoff.queues import repository as queues
from service.handoff.queues.model import Queue
from service.handoff.repository import HandoffFilter
from service.model.vocabulary import HandoffState
from service.web.console.guard import OPEN
from service.web.console.visit import HOME_PATH, SIGN_IN_PATH, Visit

MOST_COUNTED = 100


class QueueLine(Struct, frozen=True, kw_only=True):
    """What home says of a queue: whether it is open, how many handoffs wait, and since when."""

    title: str
    status: OpenStatus
    waiting: int
    waiting_since: datetime | None


class HomePages(Controller):
    """Home, and the way there."""

    @get("/", opt=OPEN, include_in_schema=False)
    async def lead_to_console(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The address that people know leads to the console, or to signing in."""
        return visit.redirect(HOME_PATH if visit.is_signed_in else SIGN_IN_PATH)

    @get(HOME_PATH, include_in_schema=False)
    async def show_home(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The agent's queues."""
        caller = caller_of(visit.session.principal, visit.now)
        async with database.connection() as connection:
            chains = await queues.find_fallback_chains(connection, visit.session.queues)
            lines = [await _queue_line(connection, chain[0], caller) for chain in chains.values()]
        return visit.page("home.html", queues=sorted(lines, key=lambda line: line.title))

    @get(HOME_PATH + "/{path:path}", include_in_schema=False)
    async def show_nothing(self, path: FromPath[str]) -> Response[str]:
        """Under a path of the console that leads nowhere, an agent keeps the bar. RouteUnknown."""
        raise RouteUnknown(path)


async def _queue_line(connection: Connection, queue: Queue, caller: Caller) -> QueueLine:
    wanted = HandoffFilter(queue=queue.name, state=HandoffState.OFFERED, limit=MOST_COUNTED)
    waiting, _cursor = await handoffs.list_handoffs(connection, wanted, caller)
    return QueueLine(
        title=queue.title,
        status=rules.open_status(queue.calendar, caller.now),
        waiting=len(waiting),
        waiting_since=min((handoff.created_at for handoff in waiting), default=None),
    )
