"""The screen pop: who calls, and what they were told before, while the telephone still rings."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Raw, Struct

from service.access.audit import ReadAudit
from service.context.audiences import ConsoleView
from service.context.reader import ContextAnswer, ContextReader
from service.context.views import ViewName
from service.db.pool import Database
from service.errors import CallUnknown, CustomerUnknown, InvalidInput
from service.inbound.calls import live as calls
from service.inbound.calls.state import Call
from service.model.fields import shown_as
from service.model.interaction import Timestamp
from service.model.vocabulary import CallOutcome, CallPhase, Direction, IdentityKind, Role
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route

_CALL_REF = Parameter(
    name="call_ref",
    description="The telephone system's id of the call, or of one of its legs.",
    required=True,
)
_SOURCE = Parameter(
    name="source", description="The door, such as `cti:sipgate`, if several telephone systems may use the same ids."
)
_MAX_TEXT_CHARS = 500


class CallerNumber(Struct, frozen=True, kw_only=True):
    """How the customer on the other end is known, as the telephone system says it; a claim."""

    kind: Annotated[IdentityKind, Meta(description="Kind of the identity, mostly `phone`.")]
    value: Annotated[str, Meta(description="Identity in its canonical form; E.164 for a telephone number.")]


class ScreenPop(Struct, frozen=True, kw_only=True):
    """A call, and the context of its customer as a console shows it; both null until the system says who calls.

    `rings_at` are the agents that are being rung, `agent` speaks with the customer, or spoke last.
    """

    call_id: Annotated[UUID, Meta(description="Id of the call in askonce.")]
    source: Annotated[str, Meta(description="Name of the telephone system's account.")]
    call_ref: Annotated[str, Meta(description="Id of the call in the telephone system.")]
    phase: Annotated[CallPhase, Meta(description="Phase of the call.")]
    direction: Annotated[Direction, Meta(description="Direction of the call: `inbound` is made by the customer.")]
    customer_id: Annotated[
        UUID | None, Meta(description="Id of the customer; null until the telephone system reports the caller.")
    ]
    numbers: Annotated[
        list[CallerNumber], Meta(description="Identities of the customer's side, as the telephone system reports them.")
    ]
    queue: Annotated[str | None, Meta(description="Queue of the call in the telephone system; null if unknown.")]
    rings_at: Annotated[tuple[str, ...], Meta(description="Ids of the agents on whose telephones the call rings now.")]
    agent: Annotated[
        str | None, Meta(description="Id of the agent who speaks with the customer, or spoke last; null for none.")
    ]
    started_at: Annotated[Timestamp, Meta(description="Start of the call, RFC 3339 in UTC.")]
    answered_at: Annotated[Timestamp | None, Meta(description="Time of the answer, RFC 3339 in UTC; null before it.")]
    ended_at: Annotated[Timestamp | None, Meta(description="End of the call, RFC 3339 in UTC; null before it.")]
    outcome: Annotated[CallOutcome | None, Meta(description="Result of the call; null before its end.")]
    interaction_id: Annotated[
        UUID | None, Meta(description="Id of the interaction on record for the call; null before its end.")
    ]
    context: Annotated[
        Annotated[Raw, shown_as(ConsoleView)] | None,
        Meta(description="Context of the customer in the console's view; null while the customer is unknown."),
    ]


class CallRoutes:
    """The route of calls that go on or have just ended."""

    def __init__(self, database: Database, reader: ContextReader, audit: ReadAudit) -> None:
        self._database = database
        self._reader = reader
        self._audit = audit

    @route(
        "GET",
        "/v1/screenpop",
        roles=frozenset({Role.ADMIN, Role.CONSOLE}),
        summary="A call that rings, goes on or has just ended, with its customer's context",
        answers={200: ScreenPop},
        parameters=(_CALL_REF, _SOURCE),
        problems=(CallUnknown, CustomerUnknown),
    )
    async def read_screen_pop(self, request: Request) -> Response:
        """Finds a call by the telephone system's id, with the context of its customer.

        The context is null until the number of the caller is known.
        """
        call_ref = _query_text(request, "call_ref")
        if not call_ref:
            raise InvalidInput("call_ref: The id of a call is expected.", field="call_ref", message="Name the call.")
        async with self._database.connection() as connection:
            call = await calls.find_call(connection, call_ref, _query_text(request, "source") or None)
        if call.customer_id is None:
            return json_response(_screen_pop(call, None))
        context = await self._reader.read_by_id(call.customer_id, ViewName.CONSOLE, now=request.now)
        self._audit.record_read(request.principal.key_id, "screenpop", context.customer_id)
        return json_response(_screen_pop(call, context), version=context.version)


def _query_text(request: Request, name: str) -> str:
    """A query parameter that can be looked for; what no call can be named finds none."""
    text = request.query.get(name, "")
    if len(text) > _MAX_TEXT_CHARS or "\x00" in text:
        raise CallUnknown
    return text


def _screen_pop(call: Call, context: ContextAnswer | None) -> ScreenPop:
    return ScreenPop(
        call_id=call.call_id,
        source=call.source,
        call_ref=call.call_ref,
        phase=call.phase,
        direction=call.direction or Direction.INBOUND,
        customer_id=context.customer_id if context else None,
        numbers=[CallerNumber(kind=one.kind, value=one.value) for one in call.identities],
        queue=call.queue,
        rings_at=call.rings_at,
        agent=call.agent,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome if call.is_over or call.closed_at else None,
        interaction_id=call.interaction_id,
        context=Raw(context.body) if context else None,
    )
