"""Routes of what desks do with a handoff: each is a POST to the handoff, and answers with it as it then stands."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta

from service.desks import create as desk
from service.desks import notes as desk_notes
from service.desks.notes import DeskNote, HandoffEnding
from service.errors import (
    AgentUnknown,
    AskonceError,
    HandoffClosed,
    HandoffTaken,
    HandoffTokenStale,
    HandoffUnknown,
    QueueUnknown,
)
from service.handoff import actions as taking
from service.handoff.answers import HandoffAnswer, handoff_answer
from service.handoff.caller import Caller, caller_of
from service.handoff.model import Handoff, LongText, TransferRequest
from service.handoff.rules import HandoffAction
from service.handoff.transitions import Transition
from service.model.decode import decode_json
from service.model.interaction import RegistrationResult, RequestShape, ShortText
from service.model.vocabulary import Role
from service.registration.transaction import run_with_retry
from service.web.http.parameters import uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Response, json_response
from service.web.http.route import Route, route
from service.web.routes.desks.desks import DeskActions, SessionAction
from service.web.routes.desks.handoffs import GIVER_ROLES, TAKER_ROLES

ActionBody = TypeVar("ActionBody")
ActionFactory = Callable[[UUID, ActionBody, Caller], Transition[Handoff] | SessionAction[Handoff]]
"""What a request to take a step does with the handoff of this id."""
COMPANY_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})


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


def _accept_action(handoff_id: UUID, body: AcceptRequest, caller: Caller) -> Transition[Handoff]:
    return taking.accept_handoff(handoff_id, body.agent, caller)


def _take_over_action(handoff_id: UUID, body: AcceptRequest, caller: Caller) -> Transition[Handoff]:
    return taking.take_over_handoff(handoff_id, body.agent, caller)


def _start_action(handoff_id: UUID, body: TokenRequest, caller: Caller) -> Transition[Handoff]:
    return taking.start_handoff(handoff_id, body.token, caller)


def _withdraw_action(handoff_id: UUID, body: WithdrawRequest, caller: Caller) -> Transition[Handoff]:
    return taking.withdraw_handoff(handoff_id, body.reason, caller)


def _decline_action(handoff_id: UUID, body: DeclineRequest, _caller: Caller) -> SessionAction[Handoff]:
    return lambda session: taking.decline_handoff(
        session.connection, handoff_id, body.agent, body.reason, session.caller
    )


def _transfer_action(handoff_id: UUID, body: TransferRequest, _caller: Caller) -> SessionAction[Handoff]:
    return lambda session: desk.transfer_handoff(session, handoff_id, body)


def _ending_action(action: HandoffAction) -> ActionFactory[HandoffEnding]:
    """An ending; one that adds nothing to the record changes the handoff alone."""

    def make_action(
        handoff_id: UUID, body: HandoffEnding, caller: Caller
    ) -> Transition[Handoff] | SessionAction[Handoff]:
        if action is not HandoffAction.FAIL and body.summary is None:
            return desk_notes.ending_transition(handoff_id, action, body, caller)
        return lambda session: desk_notes.end_handoff(session, handoff_id, action, body)

    return make_action


def handoff_action_routes(desk_actions: DeskActions) -> list[Route]:  # a table of the actions
    """The routes by which a handoff goes from desk to desk."""

    def action_route(
        name: str,
        summary: str,
        shape: type[ActionBody],
        make_action: ActionFactory[ActionBody],
        *,
        roles: frozenset[Role] = TAKER_ROLES,
        status: int = 200,
        issues_token: bool = False,
        problems: tuple[type[AskonceError], ...] = (),
    ) -> Route:
        """The route of one step; `takes` for those that answer with a new token."""

        @route(
            "POST",
            f"/v1/handoffs/{{handoff_id}}/{name}",
            roles=roles,
            summary=summary,
            body=shape,
            answers={status: HandoffAnswer},
            problems=(HandoffUnknown, HandoffTaken, HandoffTokenStale, HandoffClosed, *problems),
        )
        async def take_step(request: Request) -> Response:
            handoff_id = uuid_in_path(request, "handoff_id", HandoffUnknown)
            body, caller = decode_json(request.raw or b"{}", shape), caller_of(request.principal, request.now)
            handoff, replayed = await desk_actions.handoffs.execute(
                request, body, make_action(handoff_id, body, caller)
            )
            with_token = issues_token and getattr(body, "agent", None) == handoff.taken_by
            return json_response(
                handoff_answer(handoff, caller, with_token=with_token),
                status=status,
                version=handoff.version,
                headers=(IDEMPOTENT_REPLAYED,) if replayed else (),
            )

        return take_step

    return [
        action_route(
            "accept", "Take the conversation; the first one has it", AcceptRequest, _accept_action, issues_token=True
        ),
        action_route(
            "takeover",
            "Take the conversation from whoever has it",
            AcceptRequest,
            _take_over_action,
            roles=COMPANY_ROLES,
            issues_token=True,
        ),
        action_route("decline", "Decline the offer; the next one follows", DeclineRequest, _decline_action),
        action_route("start", "Say that the taker speaks with the customer", TokenRequest, _start_action),
        action_route(
            "complete",
            "End the handoff; a summary goes into the record",
            HandoffEnding,
            _ending_action(HandoffAction.COMPLETE),
        ),
        action_route(
            "return",
            "Give the conversation back to who handed it off",
            HandoffEnding,
            _ending_action(HandoffAction.RETURN),
        ),
        action_route(
            "fail",
            "Say that it went wrong; the customer is called back",
            HandoffEnding,
            _ending_action(HandoffAction.FAIL),
        ),
        action_route(
            "transfer",
            "Pass the conversation on; answers with the new handoff",
            TransferRequest,
            _transfer_action,
            status=201,
            problems=(QueueUnknown, AgentUnknown),
        ),
        action_route(
            "withdraw",
            "Take a handoff back that nobody has taken",
            WithdrawRequest,
            _withdraw_action,
            roles=GIVER_ROLES,
        ),
        _note_route(desk_actions),
    ]


def _note_route(desk_actions: DeskActions) -> Route:
    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/interactions",
        roles=TAKER_ROLES,
        summary="Put on record what the taker has learned or tried",
        body=DeskNote,
        answers={201: RegistrationResult},
        problems=(HandoffUnknown, HandoffTokenStale, HandoffClosed),
    )
    async def add_note(request: Request) -> Response:
        handoff_id = uuid_in_path(request, "handoff_id", HandoffUnknown)
        desk_note = decode_json(request.raw, DeskNote)
        registered = await run_with_retry(
            desk_actions.database,
            lambda connection: desk_notes.add_note(desk_actions.session(connection, request), handoff_id, desk_note),
        )
        await desk_actions.drop_views([registered.customer_id])
        return json_response(registered, status=201, version=registered.version)

    return add_note
