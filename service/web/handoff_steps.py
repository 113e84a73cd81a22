"""Routes of what desks do with a handoff: each is a POST to the handoff, and answers with it as it then stands."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from service.errors import (
    AgentUnknown,
    AskonceError,
    HandoffClosed,
    HandoffTaken,
    HandoffTokenStale,
    HandoffUnknown,
    QueueUnknown,
)
from service.handoff import handoffs, taking
from service.handoff.answers import HandoffAnswer, handoff_answer
from service.handoff.caller import caller_of
from service.handoff.model import Handoff, TransferRequest, Words
from service.handoff.rules import Action
from service.intake import desk, desk_notes
from service.intake.desk_notes import DeskNote, Ending
from service.intake.party import Turn
from service.intake.register import in_transaction
from service.model.decode import decode
from service.model.interaction import Registered, Shape, Short
from service.model.vocabulary import Role
from service.web.desks import Desks
from service.web.handoffs import GIVERS, TAKERS
from service.web.parameters import uuid_in_path
from service.web.request import Request
from service.web.response import REPLAYED, Response, json
from service.web.route import Route, route

Body = TypeVar("Body")
Step = Callable[[Turn, UUID, Body], Awaitable[Handoff]]
OUR_DESKS = frozenset({Role.ADMIN, Role.CONSOLE})


class Taker(Shape, frozen=True):
    """The agent who takes a conversation."""

    agent: Short


class Decline(Shape, frozen=True):
    """The agent who declines an offer."""

    agent: Short
    reason: Words | None = None


class Holder(Shape, frozen=True):
    """The taker, by the token."""

    token: Short


class Withdrawal(Shape, frozen=True):
    """Why the giver takes it back."""

    reason: Words | None = None


async def _accept(turn: Turn, handoff_id: UUID, body: Taker) -> Handoff:
    return await taking.accept(turn.connection, handoff_id, body.agent, turn.caller)


async def _take_over(turn: Turn, handoff_id: UUID, body: Taker) -> Handoff:
    return await taking.take_over(turn.connection, handoff_id, body.agent, turn.caller)


async def _decline(turn: Turn, handoff_id: UUID, body: Decline) -> Handoff:
    return await taking.decline(turn.connection, handoff_id, body.agent, body.reason, turn.caller)


async def _start(turn: Turn, handoff_id: UUID, body: Holder) -> Handoff:
    return await taking.start(turn.connection, handoff_id, body.token, turn.caller)


async def _complete(turn: Turn, handoff_id: UUID, body: Ending) -> Handoff:
    return await desk_notes.end(turn, handoff_id, Action.COMPLETE, body)


async def _return(turn: Turn, handoff_id: UUID, body: Ending) -> Handoff:
    return await desk_notes.end(turn, handoff_id, Action.RETURN, body)


async def _fail(turn: Turn, handoff_id: UUID, body: Ending) -> Handoff:
    return await desk_notes.end(turn, handoff_id, Action.FAIL, body)


async def _withdraw(turn: Turn, handoff_id: UUID, body: Withdrawal) -> Handoff:
    return await taking.withdraw(turn.connection, handoff_id, body.reason, turn.caller)


def always(_body: object) -> bool:
    """For a step that changes the handoff alone."""
    return True


def tells_nothing(ending: Ending) -> bool:
    """Whether an ending adds nothing to the record."""
    return ending.summary is None


def handoff_step_routes(desks: Desks) -> list[Route]:
    """The routes by which a handoff goes from desk to desk."""

    def step(
        name: str,
        summary: str,
        shape: type[Body],
        act: Step[Body],
        *,
        roles: frozenset[Role] = TAKERS,
        status: int = 200,
        takes: bool = False,
        alone: Callable[[Body], bool] = lambda _: False,
        problems: tuple[type[AskonceError], ...] = (),
    ) -> Route:
        """The route of one step; `takes` for those that answer with a new token, `alone` if it needs no transaction."""

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
            body = decode(request.raw or b"{}", shape)

            async def acted(turn: Turn) -> Handoff:
                return await act(turn, handoff_id, body)

            handoff, replayed = await desks.act(request, body, acted, read=handoffs.read, alone=alone(body))
            caller = caller_of(request.principal, request.now)
            with_token = takes and getattr(body, "agent", None) == handoff.taken_by
            return json(
                handoff_answer(handoff, caller, with_token=with_token),
                status=status,
                version=handoff.version,
                headers=(REPLAYED,) if replayed else (),
            )

        return take_step

    return [
        step("accept", "Take the conversation; the first one has it", Taker, _accept, takes=True, alone=always),
        step(
            "takeover",
            "Take the conversation from whoever has it",
            Taker,
            _take_over,
            roles=OUR_DESKS,
            takes=True,
            alone=always,
        ),
        step("decline", "Decline the offer; the next one follows", Decline, _decline),
        step("start", "Say that the taker speaks with the customer", Holder, _start, alone=always),
        step("complete", "End the handoff; a summary goes into the record", Ending, _complete, alone=tells_nothing),
        step("return", "Give the conversation back to who handed it off", Ending, _return, alone=tells_nothing),
        step("fail", "Say that it went wrong; the customer is called back", Ending, _fail),
        step(
            "transfer",
            "Pass the conversation on; answers with the new handoff",
            TransferRequest,
            desk.transfer,
            status=201,
            problems=(QueueUnknown, AgentUnknown),
        ),
        step(
            "withdraw", "Take a handoff back that nobody has taken", Withdrawal, _withdraw, roles=GIVERS, alone=always
        ),
        _note_route(desks),
    ]


def _note_route(desks: Desks) -> Route:
    @route(
        "POST",
        "/v1/handoffs/{handoff_id}/interactions",
        roles=TAKERS,
        summary="Put on record what the taker has learned or tried",
        body=DeskNote,
        answers={201: Registered},
        problems=(HandoffUnknown, HandoffTokenStale, HandoffClosed),
    )
    async def note(request: Request) -> Response:
        handoff_id = uuid_in_path(request, "handoff_id", HandoffUnknown)
        told = decode(request.raw, DeskNote)
        registered = await in_transaction(
            desks.database,
            lambda connection: desk_notes.note(desks.turn(connection, request), handoff_id, told),
        )
        await desks.drop_views(registered.customer_id)
        return json(registered, status=201, version=registered.version)

    return note
