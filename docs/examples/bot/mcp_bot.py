"""The same by the Model Context Protocol: asks only what is unknown, hands off, is silent while people serve.

ASKONCE_KEY=ask_bot_… python3 mcp_bot.py anna@example.de chat-4711

Each line of the standard input is a message of the customer. A few rules stand here in the place of a language model;
`pip install mcp` brings the client.
"""

import asyncio
import os
import sys
from typing import Any
from uuid import uuid4

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

QUESTIONS = {"order_number": "Which order is it about?", "error_code": "What does the display show?"}
CUSTOMER = {"kind": "email", "value": sys.argv[1]}
REF = sys.argv[2]
URL = os.environ.get("ASKONCE_URL", "http://127.0.0.1:8080")


class Dialogue:
    """One chat, and the fact that the bot waits for."""

    def __init__(self, tools: Client) -> None:
        self.tools = tools
        self.fact: str | None = None

    async def call(self, tool: str, **arguments: object) -> Any:
        """What a tool answers; words of customers are under `customer_data`. A problem is an error with its remedy."""
        result = await self.tools.call_tool(tool, arguments)
        if result.is_error:
            raise SystemExit(result.content[0].text)
        return result.structured_content.get("customer_data", result.structured_content)

    async def register(self, direction: str, text: str, **more: object) -> Any:
        """Put a message on record."""
        return await self.call(
            "register_interaction",
            source="assistant",
            source_event_id=uuid4().hex,
            channel="chatbot",
            kind="question" if "asks" in more else "message",
            direction=direction,
            identities=[CUSTOMER],
            conversation={"ref": REF, "subject": "Router does not connect"},
            text=text,
            **more,
        )

    async def say(self, text: str, **more: object) -> None:
        """Tell the customer something, and put it on record."""
        print(text, flush=True)
        await self.register("outbound", text, **more)

    async def hear(self, text: str) -> None:
        """Put on record what the customer says, and go on unless people serve."""
        asked, self.fact = self.fact, None
        registered = await self.register("inbound", text, facts={asked: text} if asked in QUESTIONS else {})
        here = {"id": registered["conversation_id"]}
        if asked == "tel":
            await self.promise(here, text)
            return
        context = await self.call("get_context", identity=CUSTOMER, conversation=here)
        waits = any(one["conversation_id"] == here["id"] for one in context["handoffs"])
        if registered["served_by"] == "taker" or waits:
            return
        known = await self.call("ask_known", identity=CUSTOMER, fields=[*QUESTIONS], conversation=here)
        if known["ask"]:
            self.fact = known["ask"][0]
            await self.say(QUESTIONS[self.fact], asks=[self.fact])
        elif registered["served_by"] == "giver":
            tried = [f"{one['what']}: {one['outcome']}" for one in context["conversations"][0]["attempts"]]
            await self.say(f"I am with you again. So far: {', '.join(tried)}.")
        else:
            await self.hand_off(here)

    async def hand_off(self, here: dict[str, str]) -> None:
        """Pass the chat to people. If none is there, they call back: without a number on record, ask for one."""
        key = f"{REF}:{uuid4().hex}"
        wanted = {"to": {"queue": "support"}, "mode": "pass", "reason": {"code": "unsolved"}, "idempotency_key": key}
        handoff = await self.call("post_handoff", identity=CUSTOMER, conversation=here, **wanted)
        callbacks = (await self.call("get_context", identity=CUSTOMER, conversation=here))["callbacks"]
        if handoff["state"] == "offered":
            await self.say("I pass you on to a colleague, who sees all of this.")
        elif any(one["state"] == "uncallable" for one in callbacks):
            self.fact = "tel"
            await self.say("My colleagues are not there now. At which number may they call you?", asks=["tel"])
        else:
            await self.say("My colleagues are not there now. They will call you.")

    async def promise(self, here: dict[str, str], phone: str) -> None:
        """The number goes to the callback that waits for one."""
        wanted = {"queue": "support", "reason": "unsolved", "phone": phone, "idempotency_key": f"{REF}:{phone}"}
        callback = await self.call("request_callback", identity=CUSTOMER, conversation=here, **wanted)
        await self.say(f"They will call you, from {callback['promised_from']} on.")


async def main() -> None:
    """One chat, to the end of the input."""
    headers = {"authorization": f"Bearer {os.environ['ASKONCE_KEY']}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{URL}/mcp", http_client=http)) as tools,
    ):
        dialogue = Dialogue(tools)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await dialogue.hear(line.strip())


asyncio.run(main())
