"""Routes of content: what answers questions, what one customer needs of it, and what is missing."""

from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from service.access.audit import ReadAudit
from service.context.guidance.texts import told_to_bots
from service.context.projection import project_context
from service.context.records import RecordsQuery, load_records
from service.db.pool import Database
from service.errors import (
    Absent,
    CustomerRestricted,
    CustomerUnknown,
    DatabaseBusy,
    InvalidInput,
    Overloaded,
    RoleNotAllowed,
)
from service.insight.content import repository as contents
from service.insight.content.gaps import GapMap, read_gap_map
from service.insight.content.model import ContentInput, ContentItem
from service.insight.content.needs import needs_of
from service.insight.content.phases import read_phases
from service.insight.content.ranking import ContentIndex
from service.insight.feedback.period import period_of
from service.insight.long_reads import LongReads
from service.journey.phases import phase_at
from service.journey.words import JourneyWords
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Channel, Role
from service.web.http.parameters import AFTER, LIMIT, enum_parameter, page_request, text_in_path, text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import Parameter, route
from service.web.http.scope import while_connected
from service.web.routes.insight.feedback import FROM, TO
from service.web.routes.operations.look_up_budgets import record_shown

CONTENT_EDITOR_ROLES = frozenset({Role.ADMIN})
CONTENT_READER_ROLES = CONTENT_EDITOR_ROLES | {Role.CONSOLE}
MAP_READER_ROLES = CONTENT_READER_ROLES | {Role.MARKETING}
"""Those who read the content itself, and not what one customer needs."""
ADVISED_ROLES = CONTENT_READER_ROLES | {Role.BOT}
CHANNEL = Parameter(name="channel", shape=Channel, description="Only what can be shown on this channel.")
_SEGMENT = Parameter(name="segment", description="Only questions of customers in this segment.")
_CUSTOMER = Parameter(
    name="customer", shape=UUID, description="The customer who is there: what helps now, the best first, five at most."
)


class ContentRoutes:
    """The routes by which content is entered and found."""

    def __init__(
        self, database: Database, audit: ReadAudit, *, reads: LongReads, zone: ZoneInfo, words: JourneyWords
    ) -> None:
        self._database = database
        self._audit = audit
        self._reads = reads
        self._zone = zone
        self._words = words

    @route(
        "PUT",
        "/v1/content/{content_id}",
        roles=CONTENT_EDITOR_ROLES,
        summary="Enter a page or a text that answers questions",
        body=ContentInput,
        answers={201: ContentItem, 200: ContentItem},
    )
    async def put_content(self, request: Request) -> Response:
        """Creates a content, or replaces it as a whole. One without an address and without a text is refused."""
        content_id, new = request.path_values["content_id"], decode_json(request.raw, ContentInput)
        async with self._database.transaction() as connection:
            created = await contents.store_content(connection, content_id, new, now=request.now)
            stored = await contents.read_content(connection, content_id)
        return json_response(stored, status=201 if created else 200)

    @route(
        "GET",
        "/v1/content",
        roles=ADVISED_ROLES | {Role.MARKETING},
        budgeted=True,
        summary="What one customer needs here and now; without a customer, all content",
        answers={200: Page[ContentItem]},
        parameters=(_CUSTOMER, CHANNEL, LIMIT, AFTER),
        problems=(CustomerUnknown,),
    )
    async def list_content(self, request: Request) -> Response:
        """Ranks content for a customer: by the open matters, the phase, the segments, the language and the channel.

        What was tried and did not help is left out. `because` says what each has in common with the customer; bots are
        not told of segments. Without a customer, admins, consoles and marketing get one page of all content by id;
        marketing names no customer.
        """
        customer_id, channel = _customer(request), enum_parameter(request, "channel", Channel)
        if customer_id is not None and request.principal.role is Role.MARKETING:
            raise RoleNotAllowed("The role marketing reads all content, and not what one customer needs.")
        if customer_id is not None:
            return await self._rank(request, customer_id, channel)
        if request.principal.role not in MAP_READER_ROLES:
            raise InvalidInput(field="customer", message="Name the customer who is there.")
        requested = page_request(request)
        async with self._database.connection() as connection:
            found = await contents.list_content(connection, after=requested.after, limit=requested.limit)
        return json_response(found)

    @route(
        "GET",
        "/v1/content/gaps",
        roles=CONTENT_READER_ROLES,
        budgeted=True,
        summary="Questions that no content answers, by phase, segment and subject",
        answers={200: GapMap},
        parameters=(FROM, TO, _SEGMENT),
        problems=(DatabaseBusy, Overloaded),
    )
    async def read_content_gaps(self, request: Request) -> Response:
        """Counts the questions of the matters that began in a period, the last 30 days unless told.

        A question is what a customer asked, by its kind or by a question mark. It is answered if a content about it is
        for its phase, segment, language and channel. Examples are in the customers' words; that they were read is on
        record. It stops when the caller leaves, and after `ASKONCE_INSIGHT_TIMEOUT_S`.
        """
        period = period_of(text_parameter(request, "from"), text_parameter(request, "to"), request.now)
        segment = text_parameter(request, "segment")
        reading = read_gap_map(self._reads, period, segment, self._words, now=request.now)
        found = await while_connected(request.scope, reading, limit_s=self._reads.longest_s)
        shown = [one.customer_id for gap in found.gaps for one in gap.examples]
        record_shown(request, self._audit, "content gaps", shown)
        return json_response(found)

    @route(
        "GET",
        "/v1/content/{content_id}",
        roles=MAP_READER_ROLES,
        summary="A content",
        answers={200: ContentItem},
        problems=(Absent,),
    )
    async def read_content(self, request: Request) -> Response:
        """Reads one content as it was entered."""
        async with self._database.connection() as connection:
            return json_response(await contents.read_content(connection, text_in_path(request, "content_id", Absent)))

    @route(
        "DELETE",
        "/v1/content/{content_id}",
        roles=CONTENT_EDITOR_ROLES,
        summary="Forget a content",
        answers={204: None},
        problems=(Absent,),
    )
    async def delete_content(self, request: Request) -> Response:
        """Deletes a content: it is shown nowhere from now on."""
        async with self._database.transaction() as connection:
            await contents.delete_content(connection, text_in_path(request, "content_id", Absent))
        return empty_response()

    async def _rank(self, request: Request, customer_id: UUID, channel: Channel | None) -> Response:
        query = RecordsQuery(customer_id=customer_id)
        async with self._database.connection() as connection:
            records = await load_records(connection, query, now=request.now, zone=self._zone)
            if records is None:
                raise CustomerUnknown
            if records.is_restricted:
                raise CustomerRestricted
            items = await contents.read_all_content(connection)
            segments = await contents.find_segments(connection, customer_id)
            phases = await read_phases(connection, customer_id, self._words, now=request.now)
        context = project_context(records, now=request.now, zone=self._zone)
        request.subject = context.customer.id
        self._audit.record_read(request.principal.key_id, "content", context.customer.id)
        ranked = ContentIndex(items).rank(needs_of(context, segments, phase_at(phases, request.now), channel), channel)
        if request.principal.role is Role.BOT:
            ranked = tuple(replace(one, segments=(), because=told_to_bots(one.because)) for one in ranked)
        return json_response(Page(items=list(ranked), next=None), version=context.version)


def _customer(request: Request) -> UUID | None:
    text = text_parameter(request, "customer")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise CustomerUnknown from None
