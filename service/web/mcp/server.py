"""Speaks the Model Context Protocol, both generations of it, for the tools of `mcp_tools.py`.

This module alone knows the library `mcp`, and takes a second to import: `mcp.py` does so when the first call arrives.
Each request is answered by a transport of its own that ends with it, since nothing is kept between requests.
"""

import asyncio
from importlib.metadata import version
from typing import Any

import msgspec
import structlog
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ToolDescription
from msgspec import Struct

from service.model.clock import Clock
from service.model.vocabulary import Role
from service.web.http import problems
from service.web.http.asgi import Message
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.mcp.shapes import NOTICE
from service.web.mcp.tools import McpTool, ToolScope

log = structlog.get_logger()

_MESSAGE_SCOPE_KEY = "askonce.posted"
_INSTRUCTIONS = (
    "Customers explain it once: read what is known with get_context and ask_known before you ask anything, and put on "
    f"record what you learn. {NOTICE}"
)
_REPLACED_HEADERS = frozenset({b"accept", b"content-type"})
_FIXED_HEADERS = [(b"accept", b"application/json, text/event-stream"), (b"content-type", b"application/json")]
"""The endpoint has checked what came, and what goes out is JSON: the library need not refuse either once more."""

Context = ServerRequestContext[Any, Any]


class _ReceivedMessage(Struct, frozen=True, kw_only=True):
    """One message as it came, beside the library's view of it."""

    request: Request
    arguments: bytes
    reach: ToolScope | None


class McpServer:
    """Answers the requests of `/mcp`."""

    def __init__(self, tools: dict[str, McpTool], clock: Clock) -> None:
        self._tools = tools
        self._clock = clock
        self._tool_lists = {
            (role, reach): ListToolsResult(
                tools=[_tool_description(tool, role) for tool in tools.values() if tool.is_allowed(role, reach)]
            )
            for role in Role
            for reach in (None, *ToolScope)
        }
        self._server = Server(
            "askonce",
            version=version("askonce"),
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            get_tool_input_schema=lambda _name: None,
        )

    async def answer_message(self, request: Request, arguments: bytes, reach: ToolScope | None) -> Response:
        """What the protocol answers to one message; `arguments` are those of a tool's call as they came."""
        headers = [pair for pair in request.scope["headers"] if pair[0] not in _REPLACED_HEADERS] + _FIXED_HEADERS
        received = _ReceivedMessage(request=request, arguments=arguments, reach=reach)
        scope = {**request.scope, "headers": headers, _MESSAGE_SCOPE_KEY: received}
        incoming: list[Message] = [{"type": "http.request", "body": request.raw, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            return incoming.pop() if incoming else await asyncio.Future()

        async def send(message: Message) -> None:
            sent.append(message)

        transport = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with transport.run():
            await transport.handle_request(scope, receive, send)
        return _joined_response(sent)

    async def _list_tools(self, context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        """The tools that this key may call at this address."""
        received = _received_message(context)
        return self._tool_lists[received.request.principal.role, received.reach]

    async def _call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """What a tool answers; whatever it cannot do is told in its answer, where the model can read it."""
        tool = self._tools.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, "There is no such tool.")
        received = _received_message(context)
        try:
            answer = await tool.call(received.arguments, received.request.principal, received.reach, self._clock)
        except Exception as error:
            if problems.problem_of(type(error)).status == problems.INTERNAL_ERROR_STATUS:
                log.exception("request_failed", exc_info=error)
            return _error_result(error)
        return CallToolResult(content=[_text_content(answer)], structured_content=msgspec.json.decode(answer))


def _received_message(context: Context) -> _ReceivedMessage:
    """What `answer` was given, for the library passes its own view of it on."""
    assert context.request is not None, "every message comes over HTTP"
    received: _ReceivedMessage = context.request.scope[_MESSAGE_SCOPE_KEY]
    return received


def _tool_description(tool: McpTool, role: Role) -> ToolDescription:
    return ToolDescription(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(role),
        annotations=ToolAnnotations(
            read_only_hint=tool.reach is ToolScope.READ,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _error_result(error: Exception) -> CallToolResult:
    """The problem that the API would answer with, and what can be done about it."""
    problem = msgspec.to_builtins(problems.problem_details(error)) | {"remedy": problems.problem_of(type(error)).remedy}
    return CallToolResult(content=[_text_content(msgspec.json.encode(problem))], is_error=True)


def _text_content(content: bytes) -> TextContent:
    return TextContent(text=content.decode())


def _joined_response(sent: list[Message]) -> Response:
    """The answer that was sent in pieces, as one."""
    start = sent[0]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Response(start["status"], body, headers=tuple(_without_framing(start["headers"])))


def _without_framing(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [pair for pair in headers if pair[0] not in {b"content-type", b"content-length"}]
