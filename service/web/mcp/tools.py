"""The tools at `/mcp`: each is a route of ours in words for a language model.

A call becomes a request of the same key to the route, so that roles, idempotency, the record of reads and the dropping
of views are the route's own. The tool adds its shapes: what a model may say, and how it is told what people wrote.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from service.access.model import Principal
from service.context.audiences import BotView, ConsoleView, MarketingView, SalesView, StoreView
from service.context.partner import PartnerView
from service.errors import RoleNotAllowed
from service.insight.advice.model import NextActions
from service.model.clock import Clock
from service.model.decode import decode_json
from service.model.interaction import RegistrationResult, RequestShape
from service.model.vocabulary import Role
from service.web.http.request import Request
from service.web.http.route import Route
from service.web.mcp import shapes
from service.web.routes.customers.context import AskAnswer

ToolArguments = dict[str, Raw]
"""The arguments of a call by name, as they came."""
ResultConverter = Callable[[bytes], bytes]
"""From what the route answers to what the model is told, both as JSON."""

_VIEW_TYPES = {
    Role.ADMIN: ConsoleView,
    Role.CONSOLE: ConsoleView,
    Role.BOT: BotView,
    Role.STORE: StoreView,
    Role.PARTNER: PartnerView,
    Role.SALES: SalesView,
    Role.MARKETING: MarketingView,
}


class ToolScope(StrEnum):
    """What the tools of an address may do."""

    READ = "read"
    WRITE = "write"


class McpTool(Struct, frozen=True, kw_only=True):
    """One tool; `answer_of` names the shape of its answer for a role, `by_id` is its route for a `customer_id`."""

    name: str
    title: str
    description: str
    reach: ToolScope
    route: Route
    route_by_id: Route | None = None
    arguments_type: type[RequestShape]
    result_type_of: Callable[[Role], Any]
    to_result: ResultConverter

    def is_allowed(self, role: Role, reach: ToolScope | None) -> bool:
        """Whether a key of this role has the tool, at an address of this reach (None: of any)."""
        assert isinstance(self.route.roles, frozenset), "every tool's route is for certain roles"
        return role in self.route.roles and reach in {None, self.reach}

    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return _object_schema(self.arguments_type)

    def output_schema(self, role: Role) -> dict[str, Any]:
        """The JSON Schema of its answer to a key of this role."""
        return _object_schema(self.result_type_of(role))

    async def call(self, arguments: bytes, principal: Principal, reach: ToolScope | None, clock: Clock) -> bytes:
        """The answer as JSON. RoleNotAllowed, InvalidInput for arguments that do not fit, and what the route raises."""
        if not self.is_allowed(principal.role, reach):
            raise RoleNotAllowed("This key, or this address, may not call the tool.")
        decode_json(arguments, self.arguments_type)
        request = _tool_request(self, decode_json(arguments, ToolArguments), principal, clock)
        response = await request.route.handler(request)
        return self.to_result(response.body)


class _ToolRequest(Request):
    """A tool's call as a request to its route."""

    __slots__ = ("route",)

    def __init__(
        self, route: Route, path_values: dict[str, str], headers: dict[bytes, bytes], clock: Clock, query: str = ""
    ) -> None:
        path = route.path.format(**path_values)
        scope = {"method": route.method, "path": path, "path_params": path_values, "query_string": query.encode()}
        super().__init__(scope, headers, clock)
        self.route = route


def _tool_request(tool: McpTool, arguments: ToolArguments, principal: Principal, clock: Clock) -> _ToolRequest:
    """The request that says the same as the call."""
    headers: dict[bytes, bytes] = {}
    if tool.route.idempotent:
        headers[b"idempotency-key"] = decode_json(bytes(arguments.pop("idempotency_key")), str).encode()
    if tool.route_by_id is not None and "customer_id" in arguments:
        path_values = {"customer_id": str(decode_json(bytes(arguments["customer_id"]), UUID))}
        request = _ToolRequest(tool.route_by_id, path_values, headers, clock, query=_context_query(arguments))
    else:
        request = _ToolRequest(tool.route, {}, headers, clock)
    request.principal = principal
    if tool.arguments_type is shapes.InteractionArguments:
        arguments.setdefault("occurred_at", Raw(msgspec.json.encode(request.now)))
    request.raw = msgspec.json.encode(arguments)
    return request


def _context_query(arguments: ToolArguments) -> str:
    """What the call says beside the customer's id, as the query of the route."""
    said = decode_json(msgspec.json.encode(arguments), shapes.ContextArguments)
    query = {"assurance": str(said.assurance)}
    if said.conversation is not None:
        query["conversation"] = str(said.conversation.ref or said.conversation.id)
    return urlencode(query)


def build_tools(routes: Iterable[Route]) -> dict[str, McpTool]:  # a table of what models are told, in one place
    """The six tools by name, on the routes of their use cases."""
    by_name = {route.name: route for route in routes}
    tools = (
        McpTool(
            name="get_context",
            title="Read the customer's context",
            description="What is known of a customer before a word is said: open matters, what was tried, what need "
            "not be asked, conditions in force, promises. Call it first. customer-unknown means a new customer.",
            reach=ToolScope.READ,
            route=by_name["POST /v1/context/lookup"],
            route_by_id=by_name["GET /v1/customers/{customer_id}/context"],
            arguments_type=shapes.ContextArguments,
            result_type_of=lambda role: shapes.MarkedContent[_VIEW_TYPES[role]],  # type: ignore[valid-type]
            to_result=_mark_content,
        ),
        McpTool(
            name="get_next_actions",
            title="Read what to do next for a customer",
            description="What the company advises now: at most three actions with words to say and the facts they rest "
            "on. Say the words in your own way; they are part of customer_data.",
            reach=ToolScope.READ,
            route=by_name["GET /v1/customers/{customer_id}/next"],
            route_by_id=by_name["GET /v1/customers/{customer_id}/next"],
            arguments_type=shapes.NextActionArguments,
            result_type_of=lambda _role: shapes.MarkedContent[NextActions],
            to_result=_mark_content,
        ),
        McpTool(
            name="ask_known",
            title="See what need not be asked",
            description="Before you ask a customer for anything: which of these facts are known already, and which you "
            "must still ask for (`ask`).",
            reach=ToolScope.READ,
            route=by_name["POST /v1/known/ask"],
            arguments_type=shapes.AskArguments,
            result_type_of=lambda _role: shapes.MarkedContent[AskAnswer],
            to_result=_mark_content,
        ),
        McpTool(
            name="register_interaction",
            title="Put on record what happened",
            description="Registers one message, note, question or attempt with the facts it brought, so that no other "
            "desk asks again. Repeating a source_event_id counts once.",
            reach=ToolScope.WRITE,
            route=by_name["POST /v1/interactions"],
            arguments_type=shapes.InteractionArguments,
            result_type_of=lambda _role: RegistrationResult,
            to_result=_unchanged,
        ),
        McpTool(
            name="post_handoff",
            title="Hand the conversation off",
            description="Gives the conversation to a queue or an agent, with what was said, tried and learnt. If "
            "nobody is there, the state is fell_back and the customer will be called (`callback_id`).",
            reach=ToolScope.WRITE,
            route=by_name["POST /v1/handoffs"],
            arguments_type=shapes.HandoffArguments,
            result_type_of=lambda _role: shapes.HandoffResult,
            to_result=lambda answer: _select_fields(answer, shapes.HandoffResult),
        ),
        McpTool(
            name="request_callback",
            title="Promise the customer a call",
            description="Promises a call in a window, else in the next opening of the queue; tell the customer "
            "promised_from and promised_to.",
            reach=ToolScope.WRITE,
            route=by_name["POST /v1/callbacks"],
            arguments_type=shapes.CallbackArguments,
            result_type_of=lambda _role: shapes.CallbackResult,
            to_result=lambda answer: _select_fields(answer, shapes.CallbackResult),
        ),
    )
    return {tool.name: tool for tool in tools}


def _mark_content(answer: bytes) -> bytes:
    return msgspec.json.encode(shapes.MarkedContent[Raw](customer_data=Raw(answer)))


def _unchanged(answer: bytes) -> bytes:
    return answer


def _select_fields(answer: bytes, shape: type[Struct]) -> bytes:
    """What the shape names of the route's answer: a model needs no packet, and no words of others among its ids."""
    return msgspec.json.encode(msgspec.json.decode(answer, type=shape))


def _object_schema(shape: Any) -> dict[str, Any]:
    """The schema of a struct with `type: object` at its root, as the protocol wants it."""
    described = msgspec.json.schema(shape)
    root = described["$defs"].pop(described.pop("$ref").rpartition("/")[2])
    return {**root, **({"$defs": described["$defs"]} if described["$defs"] else {})}
