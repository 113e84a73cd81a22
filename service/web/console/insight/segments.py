"""The administration of segments: listed with their sizes, defined by rules, and tried while they are typed."""

from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.db.pool import Database
from service.errors import Absent, InvalidInput, RoleNotAllowed
from service.insight.segments import repository as segments
from service.insight.segments.dry_run import try_rule
from service.insight.segments.model import Segment, SegmentDefinition
from service.settings.model import Settings
from service.web.console.admin.fields import FieldProblem
from service.web.console.admin.parts import SEGMENTS_PATH, admin_page
from service.web.console.admin.words import OTHER_PROBLEM
from service.web.console.desk_forms import as_request
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_PATH, ADMIN_ROLES
from service.web.console.visit import Visit
from service.web.console.words import _
from service.web.routes.insight.segments import SEGMENT_ADMIN_ROLES

log = structlog.get_logger()

SHOWN = 200
FIELD_PROBLEMS = {
    "name": _("This name cannot be taken."),
    "title": _("This title cannot be taken."),
    "rule": _("This rule cannot be taken."),
}


class SegmentForm(Struct, kw_only=True):
    """What is typed; an empty rule is none."""

    name: str = ""
    title: str = ""
    rule: str = ""
    csrf_token: str = ""


class SegmentPages(Controller):
    """Segments: supervisors see and try them, administrators define them, as the API has it."""

    path = ADMIN_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/segments", include_in_schema=False)
    async def list_all(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every segment with its size, defined or stated."""
        async with database.connection() as connection:
            page = await segments.list_segments(connection, after=None, limit=SHOWN)
        return admin_page(visit, "segments.html", SEGMENTS_PATH, page=page, may_change=_may_change(visit))

    @get("/segments/new", include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit]) -> Response[str]:
        """The form of a segment that is not there yet."""
        return _page(visit, SegmentForm())

    @get("/segment/{name:str}", include_in_schema=False)
    async def show_segment(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], name: FromPath[str]
    ) -> Response[str]:
        """The definition of a segment. Absent if it is neither defined nor stated."""
        async with database.connection() as connection:
            segment = await segments.read_segment(connection, _known_name(name))
        form = SegmentForm(name=segment.name, title=segment.title, rule=segment.rule or "")
        return _page(visit, form, segment=segment)

    @post("/segments/preview", include_in_schema=False)
    async def try_typed(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        data: URLEncodedBody[SegmentForm],
    ) -> Response[str]:
        """Whom the typed rule would meet; nothing is saved."""
        tried, problem = None, None
        if data.rule.strip():
            try:
                async with database.connection() as connection:
                    zone = ZoneInfo(settings.time_zone)
                    tried = await try_rule(connection, data.rule, now=visit.now, zone=zone)
            except InvalidInput as error:
                problem = _problem(error)
        return visit.page("admin/segment_trial.html", tried=tried, problem=problem)

    @post("/segments", include_in_schema=False)
    async def define(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], data: URLEncodedBody[SegmentForm]
    ) -> Response[str]:
        """Define a new segment, or replace the definition of this name."""
        _check_may_change(visit)
        try:
            given = {"title": data.title.strip() or data.name.strip(), "rule": data.rule.strip() or None}
            definition = as_request(given, SegmentDefinition)
            async with database.transaction() as connection:
                await segments.define_segment(connection, data.name.strip(), definition, now=visit.now)
        except InvalidInput as error:
            return _page(visit, data, status=422, problem=_problem(error))
        log.info("segment_defined", segment=data.name.strip(), account_id=visit.session.account_id)
        return visit.redirect(f"{ADMIN_PATH}/segment/{quote(data.name.strip(), safe='')}")

    @post("/segment/{name:str}/delete", include_in_schema=False)
    async def forget(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], name: FromPath[str]
    ) -> Response[str]:
        """Forget a definition; a stated segment goes on without it. Absent if it was never defined."""
        _check_may_change(visit)
        async with database.transaction() as connection:
            await segments.delete_segment(connection, _known_name(name))
        log.info("segment_deleted", segment=name, account_id=visit.session.account_id)
        return visit.redirect(SEGMENTS_PATH)


def _known_name(text: str) -> str:
    if not text.isprintable():
        raise Absent(segments.NO_SUCH_SEGMENT)
    return text


def _may_change(visit: Visit) -> bool:
    """Whether the API lets this caller define segments."""
    return visit.session.principal.role in SEGMENT_ADMIN_ROLES


def _check_may_change(visit: Visit) -> None:
    if not _may_change(visit):
        raise RoleNotAllowed


def _problem(error: InvalidInput) -> FieldProblem:
    known = error.field if error.field in FIELD_PROBLEMS else ""
    return FieldProblem(field=known, text=FIELD_PROBLEMS.get(known, OTHER_PROBLEM), detail=error.message)


def _page(
    visit: Visit,
    form: SegmentForm,
    *,
    segment: Segment | None = None,
    status: int = 200,
    problem: FieldProblem | None = None,
) -> Response[str]:
    """The form with what it leads to; htmx gets the form alone."""
    template = "segment_form.html" if visit.is_partial else "segment.html"
    values: dict[str, Any] = {"form": form, "segment": segment, "problem": problem, "may_change": _may_change(visit)}
    return admin_page(visit, template, SEGMENTS_PATH, status=status, **values)
