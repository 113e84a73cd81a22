"""Routes of notices: write them, publish them, show them, and send them to those whom they concern."""

from uuid import UUID

from service.access.audit import ReadAudit
from service.db.pool import Database
from service.errors import Absent, InvalidInput, RoleNotAllowed
from service.insight.languages import check_languages
from service.insight.notices import reach
from service.insight.notices import repository as notices
from service.insight.notices.model import ConcernedCustomer, Notice, NoticeInput, NoticeState, StoredNotice
from service.insight.notices.rules import NoticeReader, notice_answer
from service.model.decode import decode_json
from service.model.interaction import Language, Timestamp
from service.model.page import Page
from service.model.vocabulary import Channel, Role
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    enum_parameter,
    moment_parameter,
    page_request,
    text_in_path,
    text_parameter,
)
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.insight.content import CHANNEL
from service.web.routes.operations.look_up_budgets import record_shown

NOTICE_EDITOR_ROLES = frozenset({Role.ADMIN})
NOTICE_DESK_ROLES = NOTICE_EDITOR_ROLES | {Role.CONSOLE}
AUDIT_VIEW = "notices"
NOTICE_READER_ROLES = NOTICE_DESK_ROLES | {Role.BOT, Role.STORE, Role.CHANNEL}
_AT = Parameter(name="at", shape=Timestamp, description="The moment that is asked about; now unless told.")
_LANGUAGE = Parameter(name="language", shape=Language, description="Language of the reader, a BCP 47 tag.")
_QUEUE = Parameter(name="queue", description="Only what is about this queue, or about all.")
_SEGMENT = Parameter(name="segment", description="Also what is for the customers of this segment alone.")
_STATE = Parameter(
    name="state",
    shape=NoticeState,
    description="All notices in this state, past and to come (admin and console only); those in force unless told.",
)


class NoticeRoutes:
    """The routes by which notices are written and read."""

    def __init__(self, database: Database, audit: ReadAudit, *, default_language: str) -> None:
        self._database = database
        self._audit = audit
        self._default_language = default_language

    @route(
        "PUT",
        "/v1/notices/{notice_id}",
        roles=NOTICE_EDITOR_ROLES,
        summary="Write a notice; unless it is a draft, customers are told",
        body=NoticeInput,
        answers={201: Notice, 200: Notice},
    )
    async def put_notice(self, request: Request) -> Response:
        """Creates a notice, or replaces it as a whole.

        When it becomes `published`, whom it concerns is counted, and `notice.published` is sent, once.
        """
        notice_id, new = request.path_values["notice_id"], decode_json(request.raw, NoticeInput)
        async with self._database.transaction() as connection:
            created = await notices.store_notice(connection, notice_id, new, now=request.now)
            stored = await notices.read_notice(connection, notice_id)
        return self._answer(request, stored, status=201 if created else 200)

    @route(
        "POST",
        "/v1/notices/{notice_id}/publish",
        roles=NOTICE_EDITOR_ROLES,
        summary="Publish a draft",
        answers={200: Notice},
        problems=(Absent,),
    )
    async def publish_notice(self, request: Request) -> Response:
        """Publishes a draft as it stands. A notice that is published already stays as it is, and is not sent again."""
        notice_id = text_in_path(request, "notice_id", Absent)
        async with self._database.transaction() as connection:
            await notices.publish_notice(connection, notice_id, now=request.now)
            stored = await notices.read_notice(connection, notice_id)
        return self._answer(request, stored)

    @route(
        "GET",
        "/v1/notices",
        roles=NOTICE_READER_ROLES,
        summary="What customers are told now, on a channel and in a language",
        answers={200: Page[Notice]},
        parameters=(CHANNEL, _AT, _LANGUAGE, _QUEUE, _SEGMENT, _STATE, LIMIT, AFTER),
    )
    async def list_notices(self, request: Request) -> Response:
        """Lists the published notices in force, those that end first at the beginning.

        `text` is in the language asked for, else in the nearest: `en-GB`, `en`, the default of the company, any. A
        notice for certain segments is shown only where `segment` names one of them.
        """
        state = enum_parameter(request, "state", NoticeState)
        requested, reader = page_request(request), self._reader(request)
        async with self._database.connection() as connection:
            if state is None:
                return self._page(request, Page(items=await notices.find_notices(connection, reader), next=None))
            if request.principal.role not in NOTICE_DESK_ROLES:
                raise RoleNotAllowed
            return self._page(
                request,
                await notices.list_notices(connection, after=requested.after, limit=requested.limit, state=state),
            )

    @route(
        "GET",
        "/v1/notices/{notice_id}",
        roles=NOTICE_DESK_ROLES,
        summary="A notice, in every language",
        answers={200: Notice},
        parameters=(_LANGUAGE,),
        problems=(Absent,),
    )
    async def read_notice(self, request: Request) -> Response:
        """Reads one notice, draft or published."""
        async with self._database.connection() as connection:
            return self._answer(
                request, await notices.read_notice(connection, text_in_path(request, "notice_id", Absent))
            )

    @route(
        "GET",
        "/v1/notices/{notice_id}/customers",
        roles=NOTICE_DESK_ROLES,
        budgeted=True,
        summary="Whom a notice concerns, and where each of them may be told",
        answers={200: Page[ConcernedCustomer]},
        parameters=(CHANNEL, LIMIT, AFTER),
        problems=(Absent,),
    )
    async def list_notice_customers(self, request: Request) -> Response:
        """Lists customers with open handoffs, callbacks or matters at the queues of the notice, or in its segments.

        A notice without both concerns everyone with an open matter. Customers who refuse service messages on every
        channel of the notice, or on the one asked for, are left out; so a page may have fewer than `limit` of them.
        """
        requested, channel = page_request(request), enum_parameter(request, "channel", Channel)
        async with self._database.connection() as connection:
            notice = await notices.read_notice(connection, text_in_path(request, "notice_id", Absent))
            found = await reach.list_concerned(
                connection,
                notice.definition,
                channel=channel,
                after=_cursor(requested.after),
                limit=requested.limit,
                now=request.now,
            )
        record_shown(request, self._audit, AUDIT_VIEW, [one.customer_id for one in found.items])
        return json_response(found)

    @route(
        "DELETE",
        "/v1/notices/{notice_id}",
        roles=NOTICE_EDITOR_ROLES,
        summary="Take a notice back",
        answers={204: None},
        problems=(Absent,),
    )
    async def delete_notice(self, request: Request) -> Response:
        """Deletes a notice: it is shown nowhere from now on. What was sent is not called back."""
        async with self._database.transaction() as connection:
            await notices.delete_notice(connection, text_in_path(request, "notice_id", Absent))
        return empty_response()

    def _reader(self, request: Request) -> NoticeReader:
        segment = text_parameter(request, "segment")
        return NoticeReader(
            at=moment_parameter(request, "at"),
            channel=enum_parameter(request, "channel", Channel),
            queue=text_parameter(request, "queue"),
            language=_language(request),
            default_language=self._default_language,
            segments=frozenset() if segment is None else frozenset({segment}),
        )

    def _answer(self, request: Request, notice: StoredNotice, *, status: int = 200) -> Response:
        return json_response(notice_answer(notice, _language(request), self._default_language), status=status)

    def _page(self, request: Request, page: Page[StoredNotice]) -> Response:
        language = _language(request)
        items = [notice_answer(one, language, self._default_language) for one in page.items]
        return json_response(Page(items=items, next=page.next))


def _language(request: Request) -> str | None:
    """The language that is asked for. InvalidInput for one that there is not."""
    language = text_parameter(request, "language")
    if language is not None:
        check_languages([language], "language")
    return language


def _cursor(after: str | None) -> UUID | None:
    try:
        return None if after is None else UUID(after)
    except ValueError:
        raise InvalidInput(field="after", message="This is no cursor: take the `next` of the page before.") from None
