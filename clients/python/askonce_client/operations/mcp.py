"""Operations of `mcp`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call


class McpOperations(Sender):
    """Operations of `mcp`."""

    def call_mcp(self, body: shapes.RpcMessage, *, reach: shapes.ToolScope | None = None) -> shapes.RpcResponse:
        """The tools of language models and agents (Model Context Protocol, streamable HTTP)."""
        return self._send(
            Call[shapes.RpcResponse]("POST", "/mcp", (shapes.RpcResponse,), query={"reach": reach}, body=body)
        )


class AsyncMcpOperations(AsyncSender):
    """The same, awaited."""

    async def call_mcp(self, body: shapes.RpcMessage, *, reach: shapes.ToolScope | None = None) -> shapes.RpcResponse:
        """The tools of language models and agents (Model Context Protocol, streamable HTTP)."""
        return await self._send(
            Call[shapes.RpcResponse]("POST", "/mcp", (shapes.RpcResponse,), query={"reach": reach}, body=body)
        )
