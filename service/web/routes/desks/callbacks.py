"""Routes of callbacks: promise a call, find those that are due, and read what a caller must know."""

from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta
from msgspec.structs import replace

from service.access.audit import ReadAudit
from service.desks.batching import DeskActions
from service.desks.briefs import read_callback_brief
from service.desks.callbacks import RequestedCallback
from service.errors import (
    CallbackUnknown,
    ConversationUnknown,
    CustomerUnknown,
    PhoneImpossible,
    PhoneNeeded,
    PhoneRefused,
    QueueUnknown,
    WindowClosed,
    WindowInPast,
)
from service.handoff.answers import CallbackAnswer, callback_answer
from service.handoff.callbacks import actions as callback_actions
from service.handoff.callbacks import repository as callbacks
from service.handoff.callbacks.model import CallbackRequest
from service.handoff.callbacks.repository import CallbackFilter
from service.handoff.caller import Caller
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import CallbackState
from service.web.http.parameters import (
    AFTER,
    LIMIT,
    caller_of_request,
    enum_parameter,
    idempotent_request,
    page_request,
    text_parameter,
    uuid_in_path,
)
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.desks.briefs import ACCEPT, ACCEPT_LANGUAGE, MARKDOWN, PLAIN, BriefAnswer, brief_response
from service.web.routes.desks.handoffs import GIVER_ROLES, QUEUE, TAKER_ROLES

STATE = Parameter(name="state", shape=CallbackState, description="Only those in this state.")


class RequestedCallbackAnswer(CallbackAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """The callback that answers a request for one."""

    joined: Annotated[
        bool,
        Meta(description="True if the conversation had this callback already, and the request joined it; else absent."),
    ] = False


class CallbackRoutes:
    """The routes by which calls are promised and found."""

    def __init__(self, desk_actions: DeskActions, audit: ReadAudit, *, zone: ZoneInfo) -> None:
        self._desk_actions = desk_actions
        self._audit = audit
        self._zone = zone

    @route(
        "POST",
        "/v1/callbacks",
        roles=GIVER_ROLES,
        budgeted=True,
        summary="Promise a call in a window, or in the next opening of a queue",
        body=CallbackRequest,
        answers={200: RequestedCallbackAnswer, 201: RequestedCallbackAnswer},
        idempotent=True,
        problems=(
            QueueUnknown,
            CustomerUnknown,
            ConversationUnknown,
            PhoneNeeded,
            PhoneImpossible,
            PhoneRefused,
            WindowInPast,
            WindowClosed,
        ),
    )
    async def create_callback(self, request: Request) -> Response:
        """Promises the customer a call in a window of time.

        The callback becomes due when the window opens, and missed when the window passes without a call. If the
        conversation has an open callback, the request joins it and is answered with 200: its reason is added, its
        window or number replaces the old one, but a claimed callback keeps its window.
        """
        asked, caller = decode_json(request.raw, CallbackRequest), caller_of_request(request)
        requested = await self._desk_actions.request_callback(caller, asked, idempotent_request(request, asked))
        request.subject = requested.callback.customer_id
        return json_response(
            _requested_callback_answer(requested, asked, caller),
            status=200 if requested.joined else 201,
            version=requested.callback.version,
            headers=(IDEMPOTENT_REPLAYED,) if requested.replayed else (),
        )

    @route(
        "GET",
        "/v1/callbacks",
        restricted_too=True,
        roles=GIVER_ROLES,
        summary="Callbacks that this key may see, the most urgent first",
        answers={200: Page[CallbackAnswer]},
        parameters=(QUEUE, STATE, LIMIT, AFTER),
    )
    async def list_callbacks(self, request: Request) -> Response:
        """Lists one page of callbacks. Partners see only their own queue."""
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            found, next_cursor = await callbacks.list_callbacks(connection, _callback_filter(request), caller)
        return json_response(Page(items=[callback_answer(one, caller) for one in found], next=next_cursor))

    @route(
        "GET",
        "/v1/callbacks/{callback_id}",
        restricted_too=True,
        roles=GIVER_ROLES,
        summary="A callback",
        answers={200: CallbackAnswer},
        problems=(CallbackUnknown,),
    )
    async def read_callback(self, request: Request) -> Response:
        """Reads one callback with its window, state and attempts."""
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            callback = await callbacks.read_callback(connection, uuid_in_path(request, "callback_id", CallbackUnknown))
        callback_actions.check_callback_visible(callback, caller)
        return json_response(callback_answer(callback, caller), version=callback.version)

    @route(
        "GET",
        "/v1/callbacks/{callback_id}/brief",
        roles=TAKER_ROLES,
        summary="What a caller must know in thirty seconds, as JSON, Markdown or plain text",
        answers={200: BriefAnswer},
        media_types=(MARKDOWN, PLAIN),
        parameters=(ACCEPT, ACCEPT_LANGUAGE),
        problems=(CallbackUnknown,),
    )
    async def read_callback_brief(self, request: Request) -> Response:
        """Sums the callback and the current context up for the agent.

        Accept chooses the format, and Accept-Language the language.
        """
        caller = caller_of_request(request)
        async with self._desk_actions.database.connection() as connection:
            callback = await callbacks.read_callback(connection, uuid_in_path(request, "callback_id", CallbackUnknown))
            callback_actions.check_callback_visible(callback, caller)
            brief = await read_callback_brief(self._desk_actions.session(connection, caller), callback)
        self._audit.record_read(caller.key_id, "brief", callback.customer_id)
        return brief_response(brief, request, self._zone)


def _requested_callback_answer(
    requested: RequestedCallback, asked: CallbackRequest, caller: Caller
) -> RequestedCallbackAnswer:
    """The callback; of one that is hidden from the caller no more than when the customer will be called."""
    callback = requested.callback
    if not caller.can_see(key_id=callback.key_id, queue=callback.queue, ended_at=callback.ended_at):
        callback = replace(callback, reason=asked.reason, attempts=())
    answer = callback_answer(callback, caller)
    return RequestedCallbackAnswer(
        joined=requested.joined, **{name: getattr(answer, name) for name in answer.__struct_fields__}
    )


def _callback_filter(request: Request) -> CallbackFilter:
    requested_page = page_request(request)
    return CallbackFilter(
        queue=text_parameter(request, "queue"),
        state=enum_parameter(request, "state", CallbackState),
        after=requested_page.after,
        limit=requested_page.limit,
    )
