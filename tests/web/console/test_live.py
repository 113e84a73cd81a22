"""Pages hear of events by one stream per browser, for as long as the agent's session lasts."""

import asyncio
from datetime import timedelta

import httpx

from service.access.accounts.sessions import Sessions
from service.web.console.pages.events import SessionKeys
from service.web.routes.operations.key_watch import RevokedKeyWatcher
from tests.events.world import World
from tests.patience import until
from tests.web.console.browser import create_agent
from tests.web.test_stream import Receiver

MINUTE = timedelta(minutes=1)


def stream_of(app, browser, **headers: str) -> tuple[Receiver, asyncio.Task]:
    """The stream that this browser opens."""
    given = {"host": "askonce.test", "accept": "text/event-stream"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    given["cookie"] = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/console/events",
        "raw_path": b"/console/events",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
        "server": ("askonce.test", 80),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    receiver = Receiver()
    return receiver, asyncio.create_task(app(scope, receiver.receive, receiver.send))


async def opened(app, browser, **headers: str) -> tuple[Receiver, asyncio.Task]:
    """A stream that is open: a process that has not read the journal yet refuses it, and browsers try again."""
    while True:
        receiver, task = stream_of(app, browser, **headers)
        await until(lambda answer=receiver: answer.status)
        if receiver.status == httpx.codes.OK:
            return receiver, task
        await task


async def test_an_agents_browser_hears_of_what_happens_and_goes_on_where_it_was(console, browser, database):
    await browser.sign_in()
    world = World(database)
    customer_id = await world.customer()
    receiver, task = await opened(console, browser)
    await until(lambda: b": open" in receiver.body)
    await world.tell("context.changed", customer_id)
    await until(lambda: b"event: context.changed" in receiver.body)
    receiver.gone.set()
    await task
    last_id = receiver.body.rpartition(b"id: ")[2].partition(b"\n")[0].decode()
    await world.tell("call.ringing", customer_id)
    again, task = await opened(console, browser, last_event_id=last_id)
    await until(lambda: b"event: call.ringing" in again.body)
    again.gone.set()
    await task
    assert (again.status, b"context.changed" in again.body) == (200, False)


async def test_without_a_session_or_for_who_serves_no_customers_there_is_no_stream(console, rooms, browser):
    assert (await browser.get("/console/events")).headers["location"].startswith("/signin")
    await create_agent(rooms, "pia", "privacy")
    await browser.sign_in("pia")
    assert (await browser.get("/console/events")).status_code == 403


class Stream:
    closed = False

    def close(self) -> None:
        self.closed = True


async def test_a_stream_ends_with_its_session_and_is_no_use_of_it(rooms, browser):
    await browser.sign_in()
    session_id = browser.cookies["askonce_session"]
    sessions, stream = Sessions(rooms.database, rooms.clock, rooms.settings), Stream()
    watcher = RevokedKeyWatcher(SessionKeys(sessions), interval_s=0.01)
    watcher.add(session_id.encode(), stream)
    async with rooms.database.connection() as connection:
        seen = await connection.fetchval("SELECT seen_at FROM agent_session")
        rooms.clock.offset += rooms.settings.session_idle_minutes / 2 * MINUTE
        await sessions.principal_of(session_id, touch=False)
        assert await connection.fetchval("SELECT seen_at FROM agent_session") == seen
    assert not stream.closed
    rooms.clock.offset += rooms.settings.session_idle_minutes / 2 * MINUTE
    await until(lambda: stream.closed)
    await watcher.stop()


async def test_what_a_page_asks_by_itself_does_not_keep_the_session(rooms, browser, clock):
    await browser.sign_in()
    clock.offset += 20 * MINUTE
    kept = await browser.get("/console", headers={"hx-request": "true", "x-askonce-automatic": "1"})
    assert kept.status_code == 200
    clock.offset += 11 * MINUTE
    assert (await browser.get("/console")).status_code == httpx.codes.SEE_OTHER


async def test_under_overload_the_stream_of_pages_is_served_as_that_of_the_api(console, browser):
    await browser.sign_in()
    console._queue.admits = lambda: False
    assert (await browser.get("/console")).status_code == 503
    receiver, task = await opened(console, browser)
    receiver.gone.set()
    await task


async def test_head_of_the_stream_has_its_headers_and_ends(console, browser):
    await browser.sign_in()
    receiver, task = await opened(console, browser)
    head = await browser.head("/console/events")
    assert (head.status_code, head.headers["content-type"], head.content) == (200, "text/event-stream", b"")
    receiver.gone.set()
    await task
