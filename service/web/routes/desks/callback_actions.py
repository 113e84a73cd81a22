"""Routes of what desks do with a callback: claim it, report calls, agree on another time, or drop it."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta

from service.access.audit import ReadAudit
from service.desks import callbacks as call_requests
from service.desks import notes as desk_notes
from service.desks.batching import DeskActions
from service.desks.briefs import read_callback_brief
from service.desks.subject import DeskSession
from service.errors import (
    CallbackClosed,
    CallbackNotDue,
    CallbackTaken,
    CallbackTokenStale,
    CallbackUnknown,
    PhoneImpossible,
    PhoneNeeded,
    PhoneRefused,
    WindowClosed,
    WindowInPast,
)
from service.handoff.answers import CallbackAnswer, callback_answer
from service.handoff.callbacks import actions as callback_actions
from service.handoff.callbacks.model import CallAttemptInput, Callback, ClaimRequest, FulfilRequest, RescheduleRequest
from service.handoff.model import LongText
from service.model.decode import decode_json
from service.model.interaction import RequestShape
from service.web.http.parameters import caller_of_request, optional_idempotent_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import route
from service.web.routes.desks.briefs import ACCEPT_LANGUAGE, BriefAnswer, build_brief_answer
from service.web.routes.desks.handoffs import GIVER_ROLES, TAKER_ROLES

CALLBACK_ERRORS = (CallbackUnknown, CallbackTaken, CallbackTokenStale, CallbackClosed)


class CancelRequest(RequestShape, frozen=True):
    """Why no call is needed any more."""

    reason: Annotated[LongText | None, Meta(description="Why no call is needed, in words.")] = None


class ClaimAnswer(CallbackAnswer, frozen=True, kw_only=True):
    """A callback with what its claimer must know."""

    brief: Annotated[BriefAnswer, Meta(description="Brief for the agent who calls.")]


class CallbackActionRoutes:
    """The routes by which promised calls are made."""

    def __init__(self, desk_actions: DeskActions, audit: ReadAudit, *, zone: ZoneInfo) -> None:
        self._desk_actions = desk_actions
        self._audit = audit
        self._zone = zone

    @route(
        "POST",
        "/v1/callbacks/{callback_id}/claim",
        restricted_too=True,
        roles=TAKER_ROLES,
        summary="Claim a callback, to call now; the first one has it, with the number and the brief",
        body=ClaimRequest,
        answers={200: ClaimAnswer},
        parameters=(ACCEPT_LANGUAGE,),
        optionally_idempotent=True,
        problems=(*CALLBACK_ERRORS, CallbackNotDue),
    )
    async def claim_callback(self, request: Request) -> Response:
        """Takes a callback that is due for the agent; exactly one caller succeeds.

        The answer carries the number, the brief and the token.
        """
        callback_id, caller = _callback_id(request), caller_of_request(request)
        requested = decode_json(request.raw, ClaimRequest)

        transition = callback_actions.claim_callback(callback_id, requested, caller)
        callback, replayed = await self._desk_actions.callbacks.execute(
            caller_of_request(request), transition, optional_idempotent_request(request, requested)
        )
        async with self._desk_actions.database.connection() as connection:
            brief = await read_callback_brief(self._desk_actions.session(connection, caller), callback)
        self._audit.record_read(caller.key_id, "brief", callback.customer_id)
        answer = callback_answer(callback, caller, with_token=callback.claimed_by == requested.agent)
        claimed = ClaimAnswer(
            brief=build_brief_answer(brief, request, self._zone),
            **{name: getattr(answer, name) for name in answer.__struct_fields__},
        )
        return json_response(claimed, version=callback.version, headers=(IDEMPOTENT_REPLAYED,) if replayed else ())

    @route(
        "POST",
        "/v1/callbacks/{callback_id}/attempts",
        restricted_too=True,
        roles=TAKER_ROLES,
        summary="Report how a call went; it becomes an interaction of the customer",
        body=CallAttemptInput,
        answers={200: CallbackAnswer},
        optionally_idempotent=True,
        problems=CALLBACK_ERRORS,
    )
    async def report_call_attempt(self, request: Request) -> Response:
        """Records the outcome of a call as an interaction of the customer. Needs the token of the claim."""
        callback_id, attempt = _callback_id(request), decode_json(request.raw, CallAttemptInput)

        async def act(session: DeskSession) -> Callback:
            return await desk_notes.report_call_attempt(session, callback_id, attempt)

        return _callback_response(
            request,
            *await self._desk_actions.callbacks.execute(
                caller_of_request(request), act, optional_idempotent_request(request, attempt)
            ),
        )

    @route(
        "POST",
        "/v1/callbacks/{callback_id}/reschedule",
        restricted_too=True,
        roles=GIVER_ROLES,
        summary="Promise another window or number, agreed with the customer",
        body=RescheduleRequest,
        answers={200: CallbackAnswer},
        optionally_idempotent=True,
        problems=(*CALLBACK_ERRORS, WindowInPast, WindowClosed, PhoneImpossible, PhoneRefused, PhoneNeeded),
    )
    async def reschedule_callback(self, request: Request) -> Response:
        """Replaces the window or the number of an open callback. The promise before is no longer watched."""
        callback_id, requested = _callback_id(request), decode_json(request.raw, RescheduleRequest)
        phone = requested.phone and call_requests.callback_phone(requested.phone, self._desk_actions.business)

        async def act(session: DeskSession) -> Callback:
            return await callback_actions.reschedule_callback(
                session.connection, callback_id, requested, phone, session.caller
            )

        return _callback_response(
            request,
            *await self._desk_actions.callbacks.execute(
                caller_of_request(request), act, optional_idempotent_request(request, requested)
            ),
        )

    @route(
        "POST",
        "/v1/callbacks/{callback_id}/cancel",
        restricted_too=True,
        roles=GIVER_ROLES,
        summary="Drop a callback that the customer does not need any more",
        body=CancelRequest,
        answers={200: CallbackAnswer},
        optionally_idempotent=True,
        problems=CALLBACK_ERRORS,
    )
    async def cancel_callback(self, request: Request) -> Response:
        """Closes an open callback without a call."""
        callback_id, requested = _callback_id(request), decode_json(request.raw or b"{}", CancelRequest)

        transition = callback_actions.cancel_callback(callback_id, requested.reason, caller_of_request(request))
        return _callback_response(
            request,
            *await self._desk_actions.callbacks.execute(
                caller_of_request(request), transition, optional_idempotent_request(request, requested)
            ),
        )

    @route(
        "POST",
        "/v1/callbacks/{callback_id}/fulfil",
        roles=GIVER_ROLES,
        summary="Close a callback whose customer called or wrote meanwhile, and was answered",
        body=FulfilRequest,
        answers={200: CallbackAnswer},
        optionally_idempotent=True,
        problems=CALLBACK_ERRORS,
    )
    async def fulfil_callback(self, request: Request) -> Response:
        """Closes an open callback by a contact of the customer's own; an answer before the window's end keeps it."""
        callback_id, requested = _callback_id(request), decode_json(request.raw or b"{}", FulfilRequest)

        async def act(session: DeskSession) -> Callback:
            return await callback_actions.fulfil_callback(session.connection, callback_id, requested, session.caller)

        return _callback_response(
            request,
            *await self._desk_actions.callbacks.execute(
                caller_of_request(request), act, optional_idempotent_request(request, requested)
            ),
        )


def _callback_id(request: Request) -> UUID:
    return uuid_in_path(request, "callback_id", CallbackUnknown)


def _callback_response(request: Request, callback: Callback, replayed: bool) -> Response:
    return json_response(
        callback_answer(callback, caller_of_request(request)),
        version=callback.version,
        headers=(IDEMPOTENT_REPLAYED,) if replayed else (),
    )
