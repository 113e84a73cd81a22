"""Speaks to /mcp with the `mcp` client 2.x: URL, key, then the steps as JSON; prints what came of it as JSON."""

import asyncio
import json
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


async def speak(url: str, key: str, steps: list) -> dict:
    headers = {"authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=10) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        listed = await client.list_tools()
        results = [await client.call_tool(tool, arguments) for tool, arguments in steps]
        return {
            "protocol": client.protocol_version,
            "tools": [tool.name for tool in listed.tools],
            "told": [one.structured_content for one in results],
            "refused": [one.is_error for one in results],
        }


print(json.dumps(asyncio.run(speak(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))))
