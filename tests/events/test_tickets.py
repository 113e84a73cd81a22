"""Tickets for browsers, which send no key with an EventSource: each opens one stream, once and within a minute."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.access import keys
from service.app.web import web_application
from service.model.clock import Clock
from tests.patience import until
from tests.web.test_stream import Receiver

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def app(rooms):
    """The whole application, which has read the journal."""
    async with web_application(rooms) as app:
        yield app


async def ticket_of(desk, role: str = "console") -> str:
    made = await desk(role, "POST", "/v1/events/tickets")
    assert made.status_code == 201
    return made.json()["ticket"]


@asynccontextmanager
async def stream(app, ticket: str, origin: str = ""):
    """What the service answers to a browser with this ticket, on a page of this origin."""
    query, receiver = f"ticket={ticket}".encode(), Receiver()
    headers = [(b"origin", origin.encode())] if origin else []
    scope = {"type": "http", "method": "GET", "path": "/v1/events", "query_string": query, "headers": headers}
    task = asyncio.create_task(app(scope, receiver.receive, receiver.send))
    await until(lambda: receiver.status)
    yield receiver
    receiver.gone.set()
    await task


async def opened(desk, app, role: str = "console") -> str:
    """A ticket, once the process has read the journal: before, it refuses streams."""
    while True:
        async with stream(app, await ticket_of(desk, role)) as receiver:
            if receiver.status == 200:
                return await ticket_of(desk, role)


async def test_a_ticket_opens_one_stream_and_is_worth_nothing_afterwards(desk, app, capfd):
    ticket = await opened(desk, app)
    async with stream(app, ticket) as first:
        assert first.status == 200
        async with stream(app, ticket) as second:
            assert (second.status, b"unauthenticated" in second.body) == (401, True)
    said = capfd.readouterr()
    assert ticket not in said.out + said.err + (await desk.http.get("/metrics")).text


async def test_fifty_users_of_one_ticket_open_one_stream(desk, app):
    ticket = await opened(desk, app)

    async def status() -> int:
        async with stream(app, ticket) as receiver:
            return receiver.status

    statuses = await asyncio.gather(*(status() for _ in range(50)))
    assert (statuses.count(200), {*statuses} - {200} <= {401, 503}) == (1, True)  # 503: a machine that is busy


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 401)])
async def test_a_ticket_is_good_for_a_minute_of_the_services_clock(desk, app, clock, seconds, status):
    made = (await desk("console", "POST", "/v1/events/tickets")).json()
    assert made["expires_at"] == (clock.now() + MINUTE).isoformat().replace("+00:00", "Z")
    await opened(desk, app)
    clock.offset += timedelta(seconds=seconds)
    async with stream(app, made["ticket"]) as receiver:
        assert receiver.status == status


async def test_a_stream_ends_when_the_key_behind_its_ticket_is_revoked(desk, app, database):
    unused = await opened(desk, app)
    async with stream(app, await ticket_of(desk)) as receiver:
        async with database.transaction() as connection:
            await keys.revoke_key(connection, "the console", Clock().now())
        await until(lambda: receiver.ended)
    async with stream(app, unused) as receiver:
        assert receiver.status == 401


@pytest.mark.parametrize("ticket", ["", "x", "%00", "%C3%28", "a" * 5000])
async def test_what_never_was_a_ticket_is_refused(app, ticket):
    async with stream(app, ticket) as receiver:
        assert receiver.status in {400, 401}


async def test_a_ticket_opens_streams_and_nothing_else_and_only_people_make_one(desk, database):
    ticket = await ticket_of(desk)
    assert (await desk.http.get(f"/v1/queues?ticket={ticket}")).status_code == 401
    for role in ("bot", "store", "partner", "channel", "privacy"):
        assert (await desk(role, "POST", "/v1/events/tickets")).status_code == 403
    async with database.connection() as connection:
        stored = await connection.fetchval("SELECT string_agg(t::text, '') FROM event_ticket t")
    assert ticket not in stored


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://desk.example.com", True), ("https://evil.example.com", False)]
)
async def test_pages_of_the_sites_that_the_setting_names_may_read_a_stream(desk, rooms, origin, allowed):
    settings = replace(rooms.settings, event_origins="https://desk.example.com https://other.example.com")
    async with web_application(replace(rooms, settings=settings)) as app:
        ticket = await opened(desk, app)
        async with stream(app, ticket, origin) as receiver:
            told = dict(receiver.headers)
    assert told.get(b"access-control-allow-origin") == (origin.encode() if allowed else None)
    assert (told[b"content-type"], told[b"vary"]) == (b"text/event-stream", b"Origin")
