"""Routes of segments: defined by rules, tried before, listed with their sizes, and those of one customer."""

from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import Absent, CustomerUnknown
from service.insight.segments import repository as segments
from service.insight.segments.dry_run import try_rule
from service.insight.segments.model import (
    Segment,
    SegmentDefinition,
    SegmentMemberships,
    SegmentTrial,
    SegmentTrialResult,
)
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, page_request, text_in_path, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import route
from service.web.routes.operations.look_up_budgets import record_shown

SEGMENT_READER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
SEGMENT_NAME_ROLES = SEGMENT_READER_ROLES | {Role.MARKETING}
"""Those who read which segments there are, and which a customer belongs to."""
SEGMENT_ADMIN_ROLES = frozenset({Role.ADMIN})
AUDIT_VIEW = "segments"


class SegmentRoutes:
    """The routes by which customers are told apart into segments."""

    def __init__(self, database: Database, audit: ReadAudit, *, zone: ZoneInfo) -> None:
        self._database = database
        self._audit = audit
        self._zone = zone

    @route(
        "PUT",
        "/v1/segments/{name}",
        roles=SEGMENT_ADMIN_ROLES,
        summary="Define a segment by a rule, or give a stated one a title",
        body=SegmentDefinition,
        answers={200: Segment, 201: Segment},
    )
    async def define_segment(self, request: Request) -> Response:
        """Creates a segment, or replaces its definition. A wrong rule is refused with the place of its error.

        A worker evaluates a new rule over all customers, 100,000 of them in minutes; `evaluating` says so meanwhile.
        """
        definition = decode_json(request.raw, SegmentDefinition)
        name = request.path_values["name"]
        async with self._database.transaction() as connection:
            created = await segments.define_segment(connection, name, definition, now=request.now)
            segment = await segments.read_segment(connection, name)
        return json_response(segment, status=201 if created else 200)

    @route(
        "GET",
        "/v1/segments",
        roles=SEGMENT_NAME_ROLES,
        summary="All segments with their sizes, in the order of their names",
        answers={200: Page[Segment]},
        parameters=(LIMIT, AFTER),
    )
    async def list_segments(self, request: Request) -> Response:
        """Lists one page of segments: those that were defined, and those that were stated of customers."""
        wanted = page_request(request)
        async with self._database.connection() as connection:
            return json_response(await segments.list_segments(connection, after=wanted.after, limit=wanted.limit))

    @route(
        "GET",
        "/v1/segments/{name}",
        roles=SEGMENT_NAME_ROLES,
        summary="A segment with its size, and of how many customers its rule decides nothing",
        answers={200: Segment},
        problems=(Absent,),
    )
    async def read_segment(self, request: Request) -> Response:
        """Reads one segment, defined or stated."""
        async with self._database.connection() as connection:
            return json_response(await segments.read_segment(connection, text_in_path(request, "name", Absent)))

    @route(
        "DELETE",
        "/v1/segments/{name}",
        roles=SEGMENT_ADMIN_ROLES,
        summary="Forget the definition of a segment",
        answers={204: None},
        problems=(Absent,),
    )
    async def delete_segment(self, request: Request) -> Response:
        """Deletes title and rule. A segment that is stated of customers goes on without them."""
        async with self._database.transaction() as connection:
            await segments.delete_segment(connection, text_in_path(request, "name", Absent))
        return empty_response()

    @route(
        "POST",
        "/v1/segments/{name}/dry-run",
        roles=SEGMENT_READER_ROLES,
        budgeted=True,
        summary="Whom of the newest 1,000 customers a rule would meet",
        body=SegmentTrial,
        answers={200: SegmentTrialResult},
    )
    async def try_segment_rule(self, request: Request) -> Response:
        """Evaluates a rule without storing it. The segment need not be there."""
        trial = decode_json(request.raw, SegmentTrial)
        async with self._database.connection() as connection:
            tried = await try_rule(connection, trial.rule, now=request.now, zone=self._zone)
        record_shown(request, self._audit, AUDIT_VIEW, tried.examples)
        return json_response(tried)

    @route(
        "GET",
        "/v1/customers/{customer_id}/segments",
        roles=SEGMENT_NAME_ROLES,
        budgeted=True,
        summary="The segments that a customer is in, stated ones and rules",
        answers={200: SegmentMemberships},
        problems=(CustomerUnknown,),
    )
    async def list_segments_of_customer(self, request: Request) -> Response:
        """Lists them by name. `segments` of the views are the stated ones alone, since rules are evaluated later."""
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        async with self._database.connection() as connection:
            memberships = await segments.list_memberships(connection, customer_id)
        request.subject = customer_id
        self._audit.record_read(request.principal.key_id, AUDIT_VIEW, customer_id)
        return json_response(memberships)
