"""Speaks to /mcp with the `mcp` client 1.x: URL, key, then the steps as JSON; prints what came of it as JSON."""

import asyncio
import json
import sys

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def speak(url: str, key: str, steps: list) -> dict:
    headers = {"authorization": f"Bearer {key}"}
    async with (
        httpx.AsyncClient(headers=headers, trust_env=False, timeout=10) as http,
        streamable_http_client(url, http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        met = await session.initialize()
        listed = await session.list_tools()
        results = [await session.call_tool(tool, arguments) for tool, arguments in steps]
        return {
            "protocol": met.protocolVersion,
            "tools": [tool.name for tool in listed.tools],
            "told": [one.structuredContent for one in results],
            "refused": [one.isError for one in results],
        }


print(json.dumps(asyncio.run(speak(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))))
