"""The journeys of segments: the ways as a picture, what it says in short, and the matters behind every number."""

from collections.abc import Coroutine
from typing import Any, TypeVar, cast
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from service.db.pool import Database
from service.errors import DatabaseBusy, Overloaded, RouteUnknown
from service.insight.flow.picture import flow_panels, render_flow_svg
from service.insight.flow.reading import list_matters, read_flow
from service.insight.flow.table import flow_as_csv
from service.insight.long_reads import LongReads
from service.insight.persona import read_persona
from service.insight.segments import repository as segments_on_record
from service.insight.segments.model import Segment
from service.journey.words import journey_words
from service.settings.model import Settings
from service.timeline.conversations import read_conversation
from service.web.console.admin.parts import SEGMENTS_PATH
from service.web.console.assets import load_assets
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import choosable_queues
from service.web.console.guard import for_roles
from service.web.console.journeys import words
from service.web.console.journeys.filters import FlowChoice, PlaceChoice, choice_of
from service.web.console.journeys.links import MattersLinks
from service.web.console.journeys.sheet import flow_sheet
from service.web.console.journeys.titles import SegmentTitles, read_segment_titles
from service.web.console.navigation import ADMIN_ROLES, JOURNEYS_PATH
from service.web.console.visit import PAGE_HEADERS, HttpRequest, Visit
from service.web.http.asgi import Scope
from service.web.http.scope import while_connected
from service.web.routes.insight.segments import SEGMENT_ADMIN_ROLES

T = TypeVar("T")

MATTERS_SHOWN = 50
SEGMENTS_SHOWN = 200
AUDIT_VIEW = "journeys"
DOWNLOADS = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml"}
FRAME: dict[str, Any] = {"words": words, "journeys_path": JOURNEYS_PATH, "segments_path": SEGMENTS_PATH}


class JourneysPages(Controller):
    """The journeys of segments, for those who lead desks. What takes long ends when its reader leaves."""

    path = JOURNEYS_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_journeys(  # the picture is a part that htmx asks for while the page stands already
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        long_reads: NamedDependency[LongReads],
        *,
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        """The choice, and the journeys of the chosen segments."""
        choice = choice_of(request.query_params, FlowChoice)
        if visit.is_partial:
            return await _counted(request, visit, choice, long_reads, customer_reads, settings=settings)
        segments = await _while_there(request, long_reads, _list_segments(long_reads))
        async with database.connection() as connection:
            queues = await choosable_queues(connection)
        title_of = SegmentTitles({one.name: one.title for one in segments})
        values: dict[str, Any] = {
            "choice": choice,
            "segments": segments,
            "queues": queues,
            "limit_s": settings.insight_timeout_s,
        }
        may_define = visit.session.principal.role in SEGMENT_ADMIN_ROLES
        return visit.page("journeys/page.html", **FRAME, **values, title_of=title_of, may_define=may_define)

    @get("/flow/{kind:str}", include_in_schema=False)
    async def save_flow(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        long_reads: NamedDependency[LongReads],
        *,
        settings: NamedDependency[Settings],
        kind: FromPath[str],
    ) -> Response[bytes]:
        """The journeys as a table or as a picture that stands alone."""
        if kind not in DOWNLOADS:
            raise RouteUnknown
        wanted = choice_of(request.query_params, FlowChoice).as_filter(
            gave_up_days=settings.gave_up_days, now=visit.now
        )
        flow = await _while_there(request, long_reads, read_flow(long_reads, wanted))
        if kind == "csv":
            text = flow_as_csv(flow)
        else:
            titled = (await read_segment_titles(database)).put_into(flow)
            text = render_flow_svg(titled, language=visit.look.language)
        name = {"content-disposition": f'attachment; filename="journeys.{kind}"'}
        return Response(text.encode(), media_type=DOWNLOADS[kind], headers=PAGE_HEADERS | name)

    @get("/matters", include_in_schema=False)
    async def list_matters(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        long_reads: NamedDependency[LongReads],
        *,
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        """The matters behind a number, the newest first."""
        choice, place = choice_of(request.query_params, FlowChoice), choice_of(request.query_params, PlaceChoice)
        wanted = choice.as_filter(gave_up_days=settings.gave_up_days, now=visit.now)
        after = request.query_params.get("after") or None
        listing = list_matters(long_reads, wanted, place.as_place(), after=after, limit=MATTERS_SHOWN)
        page = await _while_there(request, long_reads, listing)
        await customer_reads.count_shown(visit, {one.customer_id for one in page.items}, AUDIT_VIEW)
        values: dict[str, Any] = {"choice": choice, "place": place, "matters": page.items, "following": page.next}
        title_of = await read_segment_titles(customer_reads.database)
        return visit.page("journeys/matters.html", **FRAME, **values, title_of=title_of)

    @get("/matter/{conversation_id:uuid}", include_in_schema=False)
    async def open_matter(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], conversation_id: FromPath[UUID]
    ) -> Response[str]:
        """Leads to the journey of the customer of a matter."""
        async with database.connection() as connection:
            matter = await read_conversation(connection, conversation_id)
        return visit.redirect(f"/console/customers/{matter.customer_id}/journey")

    @get("/persona", include_in_schema=False)
    async def show_persona(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        long_reads: NamedDependency[LongReads],
        settings: NamedDependency[Settings],
    ) -> Response[str]:
        """The card of a segment, which htmx puts into the page."""
        segment, silent_days = choice_of(request.query_params, FlowChoice).segment, settings.gave_up_days
        reading = read_persona(long_reads, segment, journey_words(settings), silent_days=silent_days, now=visit.now)
        persona, title_of = await _while_there(request, long_reads, reading), await read_segment_titles(database)
        return visit.page("journeys/persona.html", **FRAME, persona=persona, title_of=title_of)


async def _list_segments(long_reads: LongReads) -> list[Segment]:
    async with long_reads.transaction() as connection:
        return (await segments_on_record.list_segments(connection, after=None, limit=SEGMENTS_SHOWN)).items


async def _counted(
    request: HttpRequest,
    visit: Visit,
    choice: FlowChoice,
    long_reads: LongReads,
    customer_reads: CustomerReads,
    *,
    settings: Settings,
) -> Response[str]:
    wanted = choice.as_filter(gave_up_days=settings.gave_up_days, now=visit.now)
    try:
        flow = await _while_there(request, long_reads, read_flow(long_reads, wanted))
    except (DatabaseBusy, Overloaded) as error:
        return visit.page("journeys/stopped.html", **FRAME, choice=choice, is_too_long=isinstance(error, DatabaseBusy))
    sheet = flow_sheet(flow)
    await customer_reads.count_shown(visit, {one.customer_id for one in sheet.worst}, AUDIT_VIEW)
    links = MattersLinks(choice)
    sprite = load_assets().url("icons.svg") + "#i-"
    title_of = await read_segment_titles(customer_reads.database)
    panels = flow_panels(flow.segments, language=visit.look.language, sprite=sprite, link=links, title_of=title_of)
    shown = [Markup(one) for one in panels]  # noqa: S704 (drawn by us, and escaped there)
    values: dict[str, Any] = {"choice": choice, "sheet": sheet, "panels": shown, "link": links, "title_of": title_of}
    return visit.page("journeys/flow.html", **FRAME, **values)


async def _while_there(request: HttpRequest, long_reads: LongReads, work: Coroutine[Any, Any, T]) -> T:
    """What takes long; it ends with the reader's visit."""
    return await while_connected(cast("Scope", request.scope), work, limit_s=long_reads.longest_s)
