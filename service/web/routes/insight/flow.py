"""Routes of the journeys of a segment as numbers, table and picture, and of the matters behind each number."""

from collections.abc import Coroutine
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.errors import DatabaseBusy, InvalidInput, Overloaded
from service.handoff.briefs.words import choose_language
from service.insight.flow.filters import FlowFilter
from service.insight.flow.model import Flow, FlowMatter
from service.insight.flow.picture import render_flow_svg
from service.insight.flow.reading import list_matters, list_segments, read_flow
from service.insight.flow.table import flow_as_csv
from service.insight.long_reads import LongReads
from service.model.page import Page
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.http.negotiation import choose_media_type
from service.web.http.parameters import AFTER, LIMIT, page_request
from service.web.http.request import Request
from service.web.http.response import Header, Response, json_response
from service.web.http.route import Parameter, route
from service.web.http.scope import while_connected
from service.web.routes.insight.flow_query import COMPARE, FILTERS, PLACE, flow_filter, matter_place
from service.web.routes.operations.look_up_budgets import record_shown

T = TypeVar("T")

READER_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})
AUDIT_VIEW = "journeys"
JSON, SVG, CSV = "application/json", "image/svg+xml", "text/csv"
ACCEPT = Parameter(name="Accept", location="header", description=f"{JSON}, {SVG} or {CSV}.")
ACCEPT_LANGUAGE = Parameter(name="Accept-Language", location="header", description="Language of the picture: de or en.")
VARY: Header = (b"vary", b"accept, accept-language")
"""A picture that stands alone brings its styles."""
PICTURE_CSP: Header = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
)


class FlowRoutes:
    """The routes by which people see where the customers of a segment repeat themselves and give up."""

    def __init__(self, reads: LongReads, audit: ReadAudit, settings: Settings) -> None:
        self._reads = reads
        self._audit = audit
        self._gave_up_days = settings.gave_up_days
        self._zone = ZoneInfo(settings.time_zone)

    @route(
        "GET",
        "/v1/journeys/flow",
        roles=READER_ROLES,
        budgeted=True,
        summary="The journeys of a segment, contact by contact, or of two side by side",
        answers={200: Flow},
        media_types=(SVG, CSV),
        parameters=(*FILTERS, COMPARE, ACCEPT, ACCEPT_LANGUAGE),
        problems=(InvalidInput, DatabaseBusy, Overloaded),
    )
    async def read_journeys_flow(self, request: Request) -> Response:
        """Counts each matter (a conversation) of the segment's customers once, by the contacts of the customer's own.

        Nodes and links hold every matter; only the list of ways leaves out the rare ones, and says how many they are.
        It stops when the caller leaves, and after `ASKONCE_INSIGHT_TIMEOUT_S`.
        """
        wanted = await self._filter(request, compare=True)
        flow = await self._work(request, read_flow(self._reads, wanted))
        record_shown(request, self._audit, AUDIT_VIEW, [one.customer_id for one in flow.worst])
        return _flow_response(flow, request)

    @route(
        "GET",
        "/v1/journeys/matters",
        roles=READER_ROLES,
        budgeted=True,
        summary="The matters behind a number of a segment's journeys",
        answers={200: Page[FlowMatter]},
        parameters=(*FILTERS, *PLACE, LIMIT, AFTER),
        problems=(InvalidInput, DatabaseBusy, Overloaded),
    )
    async def list_journeys_matters(self, request: Request) -> Response:
        """Lists one page of the matters that a flow of the same filters counts, the newest first."""
        wanted, page = await self._filter(request, compare=False), page_request(request)
        listing = list_matters(self._reads, wanted, matter_place(request), after=page.after, limit=page.limit)
        matters = await self._work(request, listing)
        record_shown(request, self._audit, AUDIT_VIEW, [matter.customer_id for matter in matters.items])
        return json_response(matters)

    async def _filter(self, request: Request, *, compare: bool) -> FlowFilter:
        """InvalidInput without a segment: customers of different types are never mixed by default."""
        wanted = flow_filter(request, gave_up_days=self._gave_up_days, zone=self._zone, compare=compare)
        if wanted is not None:
            return wanted
        names = await self._work(request, list_segments(self._reads))
        there = f"There are {', '.join(names)}." if names else "No customer belongs to one yet."
        message = (
            f"The name of one segment is expected: different types of customers are not mixed. {there} "
            "For all customers define a segment whose rule is `true`."
        )
        raise InvalidInput(message, field="segment", message=message)

    async def _work(self, request: Request, work: Coroutine[Any, Any, T]) -> T:
        return await while_connected(request.scope, work, limit_s=self._reads.longest_s)


def _flow_response(flow: Flow, request: Request) -> Response:
    """The flow as the request wants it."""
    chosen = choose_media_type(request.header(b"accept"), (JSON, SVG, CSV))
    if chosen == JSON:
        return json_response(flow, headers=(VARY,))
    if chosen == CSV:
        return Response(200, flow_as_csv(flow).encode(), b"text/csv; charset=utf-8", (VARY,))
    picture = render_flow_svg(flow, language=choose_language(request.header(b"accept-language")))
    return Response(200, picture.encode(), SVG.encode(), (VARY, PICTURE_CSP))
