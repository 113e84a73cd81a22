"""Queues: how each stands, the form that defines one, and the week and the handoffs that a definition leads to."""

from zoneinfo import ZoneInfo

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.calendar import rules
from service.calendar.model import OpenStatus
from service.calendar.week import DaySchedule, week_schedule
from service.db.pool import Connection, Database
from service.desks.worklist import QueueLoad, read_loads
from service.errors import Conflict, InvalidInput, RoleNotAllowed
from service.handoff.queues import repository as queues
from service.handoff.queues.model import Queue, StaffedQueue
from service.handoff.queues.preview import HandoffPreview, preview_handoff
from service.insight.notices import drafts
from service.settings.model import Settings
from service.web.console.admin.fields import FieldProblem, field_problem
from service.web.console.admin.parts import QUEUE_READERS, QUEUES_PATH, admin_page
from service.web.console.admin.queue_forms import QueueForm, definition_of, form_of, known_name, moment_of, name_of
from service.web.console.admin.words import DAY_MARKS
from service.web.console.desk_forms import choosable_queues
from service.web.console.formats import Formats
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_PATH
from service.web.console.visit import Visit
from service.web.routes.desks.queues import QUEUE_ADMIN_ROLES

log = structlog.get_logger()


class QueueStand(Struct, frozen=True, kw_only=True):
    """A queue as it stands now; `there` counts the agents that are declared for it and there, of `declared`."""

    queue: Queue
    status: OpenStatus
    load: QueueLoad | None
    there: int
    declared: int


class QueuePreview(Struct, frozen=True, kw_only=True):
    """What a definition leads to, on the wall clock of its queue."""

    formats: Formats
    time_zone: str
    week: tuple[DaySchedule, ...]
    handoff: HandoffPreview
    notes: tuple[str, ...]


class QueuePages(Controller):
    """Queues, by the same use cases as `PUT /v1/queues/{name}`."""

    guards = [for_roles(*QUEUE_READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(QUEUES_PATH, include_in_schema=False)
    async def list_queues(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every queue, with what waits in it and who is there."""
        async with database.connection() as connection:
            names = [queue.name for queue in await choosable_queues(connection)]
            chains = await queues.find_fallback_chains(connection, names, now=visit.now)
            loads = await read_loads(connection, names)
        stands = [_stand(chains[name][0], loads.get(name), visit) for name in names if name in chains]
        titles = {one.queue.name: one.queue.title for one in stands}
        return admin_page(
            visit, "queues.html", QUEUES_PATH, stands=stands, titles=titles, may_change=_may_change(visit)
        )

    @get(f"{QUEUES_PATH}/new", include_in_schema=False)
    async def show_new(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[str]:
        """The form of a queue that is not there yet."""
        form = QueueForm(time_zone=settings.time_zone, hours="Mo-Fr 09:00-17:00")
        async with database.connection() as connection:
            return await _page(visit, connection, form)

    @get(f"{ADMIN_PATH}/queue/{{name:str}}", include_in_schema=False)
    async def show_queue(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], name: FromPath[str]
    ) -> Response[str]:
        """The definition of a queue, and what it leads to. QueueUnknown."""
        async with database.connection() as connection:
            queue = await queues.read_queue(connection, known_name(name))
            return await _page(visit, connection, form_of(queue), name=queue.name)

    @post(f"{QUEUES_PATH}/preview", include_in_schema=False)
    async def preview(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], data: URLEncodedBody[QueueForm]
    ) -> Response[str]:
        """What the typed definition would lead to; nothing is saved."""
        async with database.connection() as connection:
            try:
                preview, problem = await _preview(visit, connection, data), None
            except InvalidInput as error:
                preview, problem = None, field_problem(error)
        return visit.page("admin/queue_preview.html", preview=preview, problem=problem, day_marks=DAY_MARKS)

    @post(QUEUES_PATH, include_in_schema=False)
    async def create(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], data: URLEncodedBody[QueueForm]
    ) -> Response[str]:
        """Define a new queue."""
        return await _save(visit, database, data, name=None)

    @post(f"{ADMIN_PATH}/queue/{{name:str}}", include_in_schema=False)
    async def change(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        name: FromPath[str],
        data: URLEncodedBody[QueueForm],
    ) -> Response[str]:
        """Replace the definition that the page showed; if it is another one by now, say what is, and keep the text."""
        return await _save(visit, database, data, name=known_name(name))


def _may_change(visit: Visit) -> bool:
    """Whether the API lets this caller define queues."""
    return visit.session.principal.role in QUEUE_ADMIN_ROLES


def _stand(queue: Queue, load: QueueLoad | None, visit: Visit) -> QueueStand:
    agents = [one for one in queue.agents if one.in_queue] if isinstance(queue, StaffedQueue) else []
    return QueueStand(
        queue=queue,
        status=rules.open_status(queue.calendar, visit.now),
        load=load,
        there=sum(one.there for one in agents),
        declared=len(agents),
    )


async def _save(visit: Visit, database: Database, form: QueueForm, *, name: str | None) -> Response[str]:
    if not _may_change(visit):
        raise RoleNotAllowed
    try:
        async with database.transaction() as connection:
            seen = None if name is None else form.seen_since or form.seen
            saved = name_of(form) if name is None else name
            before = await drafts.queue_before(connection, saved)
            await queues.save_queue(connection, saved, definition_of(form), seen=seen, now=visit.now)
            await drafts.draft_for_change(connection, before, saved, now=visit.now)
    except InvalidInput as error:
        async with database.connection() as connection:
            return await _page(visit, connection, form, name=name, status=422, problem=field_problem(error))
    except Conflict:
        async with database.connection() as connection:
            return await _page(visit, connection, form, name=name, status=409, is_stale=True)
    log.info("queue_defined", queue=saved, account_id=visit.session.account_id)
    return visit.redirect(QUEUES_PATH)


async def _page(
    visit: Visit,
    connection: Connection,
    form: QueueForm,
    *,
    name: str | None = None,
    status: int = 200,
    problem: FieldProblem | None = None,
    is_stale: bool = False,
) -> Response[str]:
    """The form with what it leads to; htmx gets the form alone, since what is beside it stands already."""
    choices = [one for one in await choosable_queues(connection) if one.name != name]
    stored = None if name is None else await queues.read_queue(connection, name)
    try:
        preview = await _preview(visit, connection, form)
    except InvalidInput:
        preview = None
    return admin_page(
        visit,
        "queue_form.html" if visit.is_partial else "queue.html",
        QUEUES_PATH,
        status=status,
        form=form,
        stored=None if stored is None else form_of(stored),
        is_stale=is_stale,
        choices=choices,
        problem=problem,
        preview=preview,
        day_marks=DAY_MARKS,
        may_change=_may_change(visit),
    )


async def _preview(visit: Visit, connection: Connection, form: QueueForm) -> QueuePreview:
    """What the form leads to. InvalidInput names what cannot be taken."""
    definition = definition_of(form)
    rules.check_calendar(definition.calendar, visit.now)
    chain = await queues.preview_chain(connection, form.name, definition)
    zone = definition.calendar.time_zone
    return QueuePreview(
        formats=Formats(visit.look.language, ZoneInfo(zone)),
        time_zone=zone,
        week=week_schedule(definition.calendar, visit.now),
        handoff=preview_handoff(chain, moment_of(form, definition, visit.now)),
        notes=rules.reading_notes(definition.calendar),
    )
