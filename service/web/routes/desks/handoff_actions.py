"""Routes of what desks do with a handoff: each is a POST to the handoff, and answers with it as it then stands."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from service.db.retry import run_with_retry
from service.desks import create as desk
from service.desks import notes as desk_notes
from service.desks.batching import DeskActions, SessionAction
from service.desks.notes import DeskNote, HandoffEnding
from service.desks.subject import DeskSession
from service.errors import (
    AgentUnknown,
    HandoffClosed,
    HandoffTaken,
    HandoffTokenStale,
    HandoffUnknown,
    QueueUnknown,
)
from service.handoff import actions as handoff_actions
from service.handoff.answers import HandoffAnswer, handoff_answer
from service.handoff.model import Handoff, LongText, TransferRequest
from service.handoff.rules import HandoffAction
from service.handoff.transitions import Transition
from service.model.decode import decode_json
from service.model.interaction import RegistrationResult, RequestShape, ShortText
from service.model.vocabulary import Role
from service.web.http.parameters import caller_of_request, optional_idempotent_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import route
from service.web.routes.desks.handoffs import GIVER_ROLES, TAKER_ROLES

COMPANY_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
STEP_ERRORS = (HandoffUnknown, HandoffTaken, HandoffTokenStale, HandoffClosed)


class AcceptRequest(RequestShape, frozen=True):
    """The agent who takes a conversation."""

    agent: Annotated[
        ShortText, Meta(description="Id of the agent who takes the conversation, in the desk's own system.")
    ]


class DeclineRequest(RequestShape, frozen=True):
    """The agent who declines an offer."""

    agent: Annotated[ShortText, Meta(description="Id of the agent who declines, in the desk's own system.")]
    reason: Annotated[LongText | None, Meta(description="Why the agent declines, in words.")] = None


class TokenRequest(RequestShape, frozen=True):
    """The taker, by the token."""

    token: Annotated[ShortText, Meta(description="Token of the taker, from the answer to accept or take-over.")]


class WithdrawRequest(RequestShape, frozen=True):
    """Why the giver takes it back."""

    reason: Annotated[LongText | None, Meta(description="Why the giver takes the conversation back, in words.")] = None


class HandoffActionRoutes:
    """The routes by which a handoff goes from desk to desk."""

    def __init__(self, desk_actions: DeskActions) -> None:
        self._desk_actions = desk_actions

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/accept",
        roles=TAKER_ROLES,
        summary="Take the conversation; the first one has it",
        body=AcceptRequest,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def accept_handoff(self, request: Request) -> Response:
        """Takes a waiting handoff for the agent; exactly one caller succeeds. The answer carries the token."""
        body = decode_json(request.raw or b"{}", AcceptRequest)
        transition = handoff_actions.accept_handoff(_handoff_id(request), body.agent, caller_of_request(request))
        return await self._take_step(request, body, transition, taker=body.agent)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/takeover",
        roles=COMPANY_ROLES,
        summary="Take the conversation from the agent who has it",
        body=AcceptRequest,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def take_over_handoff(self, request: Request) -> Response:
        """Takes a handoff from its taker. The answer carries a new token; the token of the taker before is stale."""
        body = decode_json(request.raw or b"{}", AcceptRequest)
        transition = handoff_actions.take_over_handoff(_handoff_id(request), body.agent, caller_of_request(request))
        return await self._take_step(request, body, transition, taker=body.agent)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/decline",
        roles=TAKER_ROLES,
        summary="Decline the offer; the next one follows",
        body=DeclineRequest,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def decline_handoff(self, request: Request) -> Response:
        """Declines the offer for this agent. The handoff is offered to the next agent or queue."""
        handoff_id, body = _handoff_id(request), decode_json(request.raw or b"{}", DeclineRequest)

        async def act(session: DeskSession) -> Handoff:
            return await handoff_actions.decline_handoff(
                session.connection, handoff_id, body.agent, body.reason, session.caller
            )

        return await self._take_step(request, body, act)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/start",
        roles=TAKER_ROLES,
        summary="Say that the taker speaks with the customer",
        body=TokenRequest,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def start_handoff(self, request: Request) -> Response:
        """Marks an accepted handoff as active. Needs the token that the accept answered with."""
        body = decode_json(request.raw or b"{}", TokenRequest)
        transition = handoff_actions.start_handoff(_handoff_id(request), body.token, caller_of_request(request))
        return await self._take_step(request, body, transition)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/complete",
        roles=TAKER_ROLES,
        summary="End the handoff; a summary goes into the record",
        body=HandoffEnding,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def complete_handoff(self, request: Request) -> Response:
        """Ends the handoff as done. A summary becomes an interaction of the customer. Needs the taker's token."""
        return await self._end(request, HandoffAction.COMPLETE)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/return",
        roles=TAKER_ROLES,
        summary="Give the conversation back to the desk that handed it off",
        body=HandoffEnding,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def return_handoff(self, request: Request) -> Response:
        """Ends the handoff and gives the conversation back. A summary becomes an interaction of the customer."""
        return await self._end(request, HandoffAction.RETURN)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/fail",
        roles=TAKER_ROLES,
        summary="Say that it went wrong; the customer is called back",
        body=HandoffEnding,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def fail_handoff(self, request: Request) -> Response:
        """Ends the handoff as failed, and promises the customer a callback. Needs the taker's token."""
        return await self._end(request, HandoffAction.FAIL)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/transfer",
        roles=TAKER_ROLES,
        summary="Pass the conversation on; answers with the new handoff",
        body=TransferRequest,
        answers={201: HandoffAnswer},
        optionally_idempotent=True,
        problems=(*STEP_ERRORS, QueueUnknown, AgentUnknown),
    )
    async def transfer_handoff(self, request: Request) -> Response:
        """Ends this handoff and creates a new one for another queue or agent, with the same conversation."""
        handoff_id, body = _handoff_id(request), decode_json(request.raw or b"{}", TransferRequest)

        async def act(session: DeskSession) -> Handoff:
            return await desk.transfer_handoff(session, handoff_id, body)

        return await self._take_step(request, body, act, status=201)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/withdraw",
        roles=GIVER_ROLES,
        summary="Take a handoff back that no agent has taken",
        body=WithdrawRequest,
        answers={200: HandoffAnswer},
        optionally_idempotent=True,
        problems=STEP_ERRORS,
    )
    async def withdraw_handoff(self, request: Request) -> Response:
        """Closes a handoff that is not taken yet. Its offers end, and the conversation stays where it is."""
        body = decode_json(request.raw or b"{}", WithdrawRequest)
        transition = handoff_actions.withdraw_handoff(_handoff_id(request), body.reason, caller_of_request(request))
        return await self._take_step(request, body, transition)

    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/interactions",
        roles=TAKER_ROLES,
        summary="Put on record what the taker has learned or tried",
        body=DeskNote,
        answers={201: RegistrationResult},
        optionally_idempotent=True,
        problems=(HandoffUnknown, HandoffTokenStale, HandoffClosed),
    )
    async def add_handoff_note(self, request: Request) -> Response:
        """Registers a note as an interaction of the handoff's customer. Needs the taker's token."""
        handoff_id = _handoff_id(request)
        desk_note = decode_json(request.raw, DeskNote)
        registered = await run_with_retry(
            self._desk_actions.database,
            lambda connection: desk_notes.add_note(
                self._desk_actions.session(connection, caller_of_request(request)), handoff_id, desk_note
            ),
        )
        await self._desk_actions.drop_views([registered.customer_id])
        return json_response(registered, status=201, version=registered.version)

    async def _end(self, request: Request, action: HandoffAction) -> Response:
        handoff_id, body = _handoff_id(request), decode_json(request.raw or b"{}", HandoffEnding)
        caller, idempotency = caller_of_request(request), optional_idempotent_request(request, body)
        return self._answer(
            request, *await self._desk_actions.end_handoff(caller, handoff_id, action, body, idempotency)
        )

    async def _take_step(
        self,
        request: Request,
        body: object,
        action: Transition[Handoff] | SessionAction[Handoff],
        *,
        taker: str | None = None,
        status: int = 200,
    ) -> Response:
        """The handoff after this step; with its token if it is now the `taker` who has it."""
        handoff, replayed = await self._desk_actions.handoffs.execute(
            caller_of_request(request), action, optional_idempotent_request(request, body)
        )
        with_token = taker is not None and taker == handoff.taken_by
        return self._answer(request, handoff, replayed, with_token=with_token, status=status)

    def _answer(
        self, request: Request, handoff: Handoff, replayed: bool, *, with_token: bool = False, status: int = 200
    ) -> Response:
        contact_facts = self._desk_actions.business.contact_facts
        return json_response(
            handoff_answer(handoff, caller_of_request(request), contact_facts, with_token=with_token),
            status=status,
            version=handoff.version,
            headers=(IDEMPOTENT_REPLAYED,) if replayed else (),
        )


def _handoff_id(request: Request) -> UUID:
    return uuid_in_path(request, "handoff_id", HandoffUnknown)
