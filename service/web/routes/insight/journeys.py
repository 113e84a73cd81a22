"""Routes of one customer's journey."""

import asyncio
from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import CustomerUnknown
from service.handoff.briefs.words import choose_language
from service.journey.journey import anonymous_copy, draw_up_journey
from service.journey.model import Journey
from service.journey.picture.render import render_svg
from service.journey.reading import read_journey_records
from service.journey.records import JourneyRecords
from service.journey.words import JourneyWords
from service.model.vocabulary import Role
from service.web.http.negotiation import choose_media_type
from service.web.http.parameters import boolean_parameter, text_parameter, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import Header, Response, json_response
from service.web.http.route import Parameter, route

JSON, SVG = "application/json", "image/svg+xml"
PICTURE_POLICY = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'")
"""A picture that is opened by itself has its styles, and may do nothing."""
JOURNEY_ROLES = frozenset({Role.CONSOLE, Role.ADMIN, Role.MARKETING})
LANGUAGE = Parameter(name="language", description="de or en, in which the title is; else Accept-Language decides.")
ANONYMOUS = Parameter(
    name="anonymous", shape=bool, description="true: a copy without names, numbers, ids and texts of people."
)
ACCEPT = Parameter(name="Accept", location="header", description="application/json or image/svg+xml.")
ACCEPT_LANGUAGE = Parameter(name="Accept-Language", location="header", description="de or en.")


class JourneyRoutes:
    """The routes by which people see a customer's whole way."""

    def __init__(self, database: Database, audit: ReadAudit, *, words: JourneyWords, zone: ZoneInfo) -> None:
        self._database = database
        self._audit = audit
        self._words = words
        self._zone = zone

    @route(
        "GET",
        "/v1/customers/{customer_id}/journey",
        roles=JOURNEY_ROLES,
        budgeted=True,
        summary="A customer's whole way: phases, touchpoints, handoffs, waits and decisions",
        answers={200: Journey},
        media_types=(SVG,),
        parameters=(ANONYMOUS, LANGUAGE, ACCEPT, ACCEPT_LANGUAGE),
        problems=(CustomerUnknown,),
    )
    async def read_journey(self, request: Request) -> Response:
        """Reads the journey as it stands now, with what people noted. Merged customers' interactions are among it.

        Accept chooses JSON or, as image/svg+xml, a picture with its styles, icons and a description in words inside.
        It is made of the newest 5,000 interactions; `earlier` says how many came before. An anonymous copy may be shown
        to those who may not see the customer; a key of role marketing gets no other.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        is_anonymous = boolean_parameter(request, "anonymous") or request.principal.role is Role.MARKETING
        async with self._database.connection() as connection:
            records = await read_journey_records(connection, customer_id, self._words)
        request.subject = records.customer_id
        self._audit.record_read(request.principal.key_id, "journey", records.customer_id)
        journey = await drawn_up(records, self._words, request)
        shown = anonymous_copy(journey) if is_anonymous else journey
        return await journey_response(shown, request, self._zone, version=records.version)


async def drawn_up(records: JourneyRecords, words: JourneyWords, request: Request) -> Journey:
    """The journey at the time of the request; a long one takes a while, so it is drawn up beside the event loop."""
    return await asyncio.to_thread(draw_up_journey, records, words, language=journey_language(request), now=request.now)


def journey_language(request: Request) -> str:
    """`de` or `en`: as the query says, else as the reader prefers."""
    return choose_language(text_parameter(request, "language") or request.header(b"accept-language"))


async def journey_response(journey: Journey, request: Request, zone: ZoneInfo, *, version: int) -> Response:
    """The journey as the request wants it: as data, or as a picture that needs nothing else."""
    language = journey_language(request)
    headers: tuple[Header, ...] = ((b"content-language", language.encode()), (b"vary", b"accept, accept-language"))
    if choose_media_type(request.header(b"accept"), (JSON, SVG)) == JSON:
        return json_response(journey, version=version, headers=headers)
    picture = await asyncio.to_thread(render_svg, journey, language=language, zone=zone)
    headers += ((b"context-version", b"%d" % version), PICTURE_POLICY)
    return Response(200, picture.encode(), SVG.encode(), headers)
