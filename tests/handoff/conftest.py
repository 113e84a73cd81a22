"""The service over HTTP with queues, a clock that is moved, and a worker that does what is due when it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.worker.timers import run_due_timers
from tests.fixtures import NOW, Desk, StandingClock
from tests.handoff.examples import MONDAY, queue_json

Until = Callable[[datetime], Awaitable[None]]


@pytest.fixture
def until(rooms: Rooms, clock: StandingClock) -> Until:
    """Moves the clock to a moment, and has the worker do what is due on the way, each at its time."""

    async def move(moment: datetime) -> None:
        while (due := await _next_due(rooms, moment)) is not None:
            clock.offset = max(due, clock.now()) - NOW
            await run_due_timers(worker_dependencies(rooms), asyncio.Event())
        clock.offset = moment - NOW

    return move


async def _next_due(rooms: Rooms, until: datetime) -> datetime | None:
    async with rooms.database.connection() as connection:
        return await connection.fetchval("SELECT min(due_at) FROM timer WHERE due_at <= $1", until)


class Office:
    """Desks and customers of a company, over HTTP."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def queue(self, name: str, **changes: Any) -> httpx.Response:
        """Define a queue."""
        return await self.desk("admin", "PUT", f"/v1/queues/{name}", queue_json(**changes))

    async def hand_off(self, role: str = "bot", *, key: str | None = None, **fields: Any) -> httpx.Response:
        """Hand Anna's conversation off to the queue support, unless told otherwise."""
        if "customer_id" not in fields:
            fields = {"identity": {"kind": "email", "value": "anna@example.de"}} | fields
        body = {"to": {"queue": "support"}} | fields
        return await self.desk(role, "POST", "/v1/handoffs", body, idempotency_key=key or uuid4().hex)

    async def step(self, handoff: dict[str, Any], name: str, *, role: str = "console", **body: Any) -> httpx.Response:
        """Do something with a handoff."""
        return await self.desk(role, "POST", f"/v1/handoffs/{handoff['id']}/{name}", body)

    async def handoff(self, handoff: dict[str, Any], role: str = "console") -> dict[str, Any]:
        """The handoff as it stands."""
        return (await self.desk(role, "GET", f"/v1/handoffs/{handoff['id']}")).json()

    async def promise(self, role: str = "console", *, key: str | None = None, **fields: Any) -> httpx.Response:
        """Promise Anna a call by the queue support, unless told otherwise."""
        identity = {} if "customer_id" in fields else {"identity": {"kind": "phone", "value": "0171/1234567"}}
        body = identity | {"queue": "support", "reason": "Router blinks red"} | fields
        return await self.desk(role, "POST", "/v1/callbacks", body, idempotency_key=key or uuid4().hex)

    async def call(self, callback: dict[str, Any], name: str, *, role: str = "console", **body: Any) -> httpx.Response:
        """Do something with a callback."""
        return await self.desk(role, "POST", f"/v1/callbacks/{callback['id']}/{name}", body)

    async def callback(self, callback: dict[str, Any] | str, role: str = "console") -> dict[str, Any]:
        """The callback as it stands."""
        callback_id = callback if isinstance(callback, str) else callback["id"]
        return (await self.desk(role, "GET", f"/v1/callbacks/{callback_id}")).json()


@pytest.fixture
async def office(desk: Desk, clock: StandingClock) -> Office:
    """The company on Monday morning, its queue support open from nine to six, its partner's queue repairs too."""
    clock.offset = MONDAY - NOW
    office = Office(desk)
    for name in ("support", "repairs"):
        answer = await office.queue(name, partner="Fixit" if name == "repairs" else None)
        assert answer.status_code == 201, answer.text
    return office
