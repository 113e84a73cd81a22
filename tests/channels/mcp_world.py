"""The service on a real port, and language models' clients in front of it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from service.web.http.asgi import App
from tests.fixtures import Desk


@contextlib.asynccontextmanager
async def listening(app: App) -> AsyncIterator[str]:
    """The address of the application, served over real HTTP."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", http="h11", ws="none", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


class Model:
    """A language model's client with one key."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def tools(self) -> set[str]:
        return {tool.name for tool in (await self.client.list_tools()).tools}

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        return await self.client.call_tool(tool, arguments)

    async def told(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a tool that does its work, in its structure; the client has checked it against the schema."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, result.content
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    async def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The problem of a tool that cannot do its work."""
        result = await self.call(tool, **arguments)
        assert result.is_error
        assert result.structured_content is None
        return json.loads(result.content[0].text)


class Office:
    """The service, its address, and models of every role."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk = desk
        self.url = url

    @contextlib.asynccontextmanager
    async def model(self, role: str = "bot", *, mode: str = "auto", query: str = "") -> AsyncIterator[Model]:
        headers = {"authorization": f"Bearer {self.desk.keys[role]}"}
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False, timeout=10) as http,
            Client(streamable_http_client(f"{self.url}/mcp{query}", http_client=http), mode=mode) as client,
        ):
            yield Model(client)
