"""POST /mcp: the door of language models and agents, by the Model Context Protocol over streamable HTTP.

It is stateless and answers JSON. The extra `mcp` installs what it needs; nothing of that is imported before the first
call, and without the extra there is no such route.
"""

import asyncio
import gc
from collections.abc import Sequence
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Raw, Struct

from service.errors import ForeignHost
from service.model.clock import Clock
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import enum_parameter
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import Parameter, Route, route
from service.web.http.scope import SCOPE_KEY, RequestScope
from service.web.mcp.tools import McpTool, ToolScope, build_tools

if TYPE_CHECKING:
    from service.web.mcp.server import McpServer

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LOAD_TIMEOUT_S = 30.0
"""Loading takes a second of work, and longer on a machine that is busy."""
_REACH = Parameter(
    name="reach", shape=ToolScope, description="`read`: only the tools that change nothing. Both kinds unless told."
)


class RpcMessage(Struct, frozen=True, kw_only=True):
    """A JSON-RPC request, or without an `id` a notification."""

    jsonrpc: Annotated[Literal["2.0"], Meta(description="Version of JSON-RPC.")]
    method: Annotated[str, Meta(description="Method of the Model Context Protocol, such as `tools/call`.")]
    id: Annotated[
        str | int | None, Meta(description="Id of the request, repeated in its answer; absent for a notification.")
    ] = None
    params: Annotated[
        dict[str, Raw] | None, Meta(description="Parameters of the method by name; absent without any.")
    ] = None


class RpcError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the protocol cannot go on; what a tool cannot do stands in its result."""

    code: Annotated[int, Meta(description="Error code of JSON-RPC 2.0 or of the Model Context Protocol.")]
    message: Annotated[str, Meta(description="Error in a sentence.")]
    data: Annotated[Any, Meta(description="Details of the error, any JSON; absent without any.")] = None


class RpcResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A JSON-RPC response."""

    jsonrpc: Annotated[Literal["2.0"], Meta(description="Version of JSON-RPC.")]
    id: Annotated[str | int | None, Meta(description="Id of the request; absent if it could not be read.")] = None
    result: Annotated[dict[str, Any] | None, Meta(description="Result of the method; absent for an error.")] = None
    error: Annotated[RpcError | None, Meta(description="Why the method failed; absent for a result.")] = None


def mcp_routes(routes: Sequence[Route], *, public_url: str, clock: Clock) -> list[Route]:
    """The door to those of these routes that are tools, for keys whose role may call one; without the extra, none."""
    if find_spec("mcp_types") is None:  # a part of the library's second generation, which speaks both
        return []
    tools = build_tools(routes)
    own_hosts = _LOOPBACK | ({public} if (public := urlsplit(public_url).hostname) else set())
    loading: asyncio.Future[McpServer] | None = None

    async def load_server(request: Request) -> "McpServer":
        """The protocol's server, loaded beside the loop; who asks meanwhile has time until it is there."""
        nonlocal loading
        if loading is None:
            loading = asyncio.ensure_future(asyncio.to_thread(_create_server, tools, clock))
        if not loading.done():
            request_scope: RequestScope = request.scope[SCOPE_KEY]
            request_scope.deadline = monotonic() + _LOAD_TIMEOUT_S
            await asyncio.shield(loading)
            request_scope.finish_body_read()
        return loading.result()

    @route(
        "POST",
        "/mcp",
        roles=frozenset(role for role in Role for tool in tools.values() if tool.is_allowed(role, None)),
        summary="The tools of language models and agents (Model Context Protocol, streamable HTTP)",
        body=RpcMessage,
        answers={200: RpcResponse, 202: None, 400: RpcResponse, 404: RpcResponse},
        parameters=(_REACH,),
        problems=(ForeignHost,),
    )
    async def call_mcp(request: Request) -> Response:
        """Answers one JSON-RPC message of a language model's client. A tool acts with the rights of the key."""
        _check_host(request, own_hosts)
        reach = enum_parameter(request, "reach", ToolScope)
        params = decode_json(request.raw, RpcMessage).params or {}
        mcp_server = await load_server(request)
        return await mcp_server.answer_message(request, bytes(params.get("arguments", b"{}")), reach)

    return [call_mcp]


def _create_server(tools: dict[str, McpTool], clock: Clock) -> "McpServer":
    from service.web.mcp.server import McpServer

    gc.freeze()  # what was loaded stays, and no collection need look at it again
    return McpServer(tools, clock)


def _check_host(request: Request, own_hosts: frozenset[str]) -> None:
    """ForeignHost for a name that is not ours, or a page of another origin: browsers can be made to call for others."""
    origin = request.header(b"origin")
    if _host_of(f"//{request.header(b'host')}") not in own_hosts or (origin and _host_of(origin) not in own_hosts):
        raise ForeignHost


def _host_of(url: str) -> str | None:
    """The host that a URL names; None if it names none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
