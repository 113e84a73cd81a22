"""The telephone system of a company, its console, and the worker beside them."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.events import journal
from service.events.payload import event_data
from service.worker.relay import relay_outbox
from service.worker.timers import run_due_timers
from tests.events.sse import EventSource
from tests.fixtures import Desk, StandingClock


class Switchboard:
    """Sends what telephone systems send, and shows what became of it."""

    def __init__(self, desk: Desk, rooms: Rooms, clock: StandingClock) -> None:
        self.desk = desk
        self.rooms = rooms
        self.clock = clock
        self.path = ""

    async def form(self, below: str = "", /, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Send a form; a field that repeats is a list."""
        raw = urlencode({name.rstrip("_"): value for name, value in fields.items()}, doseq=True)
        return await self.send(raw.encode(), below, **(headers or {}))

    async def send(self, raw: bytes, below: str = "", **headers: str) -> httpx.Response:
        """Send these bytes."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        return await self.desk.http.post(f"{self.path}{below}", content=raw, headers={**form, **headers})

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and the worker do what is due."""
        self.clock.offset += timedelta(seconds=seconds)
        await run_due_timers(worker_dependencies(self.rooms), asyncio.Event())

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What others were told of calls: type and data, the oldest first."""
        await relay_outbox(worker_dependencies(self.rooms))
        async with self.rooms.database.connection() as connection:
            told = await journal.read_events_after(connection, 0, 1000)
        return [(one.type, msgspec.to_builtins(event_data(one))) for one in told if one.family == "call"]

    async def types(self) -> list[str]:
        """The types of what others were told of calls."""
        return [kind for kind, _ in await self.events()]

    async def interactions(self) -> list[dict[str, Any]]:
        """The calls on record."""
        statement = (
            "SELECT source, source_event_id, outcome::text, direction::text, customer_id, conversation_id,"
            " occurred_at, kind::text, details FROM interaction WHERE channel = 'phone' ORDER BY version, source_event_id"
        )
        async with self.rooms.database.connection() as connection:
            rows = await connection.fetch(statement)
        return [{**row, **msgspec.json.decode(row["details"] or "{}")} for row in rows]

    async def outcomes(self) -> list[str]:
        """How the calls on record ended."""
        return [one["outcome"] for one in await self.interactions() if one["kind"] == "call"]

    async def customers(self) -> int:
        """How many customers there are."""
        async with self.rooms.database.connection() as connection:
            return await connection.fetchval("SELECT count(*) FROM customer")

    async def pop(self, call_ref: str, role: str = "console", **query: str) -> httpx.Response:
        """What a console sees of a call."""
        return await self.desk(role, "GET", "/v1/screenpop?" + urlencode({"call_ref": call_ref, **query}))

    @asynccontextmanager
    async def listening(self, **query: str):
        """A console that listens to live events for the block."""
        heard, asked, ended = EventSource(), [False], asyncio.Event()

        async def receive():
            if not asked[0]:
                asked[0] = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            heard.feed(message.get("body", b""))

        task = asyncio.create_task(self._app(_scope(self.desk.keys["console"], urlencode(query)), receive, send))
        yield heard
        ended.set()
        await task

    async def _app(self, *call):
        await self.desk.http._transport.app(*call)


def _scope(key: str, query: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"authorization", f"Bearer {key}".encode()), (b"host", b"askonce.test")],
        "server": ("askonce.test", 80),
        "client": ("127.0.0.1", 1),
        "state": {},
    }
