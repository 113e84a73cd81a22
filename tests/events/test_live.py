"""Live events over HTTP, from the real service in real processes."""

import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import async_playwright

from service.access import keys
from service.db.migrate import migrate
from service.db.pool import Database
from service.model.clock import Clock
from service.model.ids import new_id
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.events.sse import Listener
from tests.events.world import World
from tests.fixtures import url_of
from tests.patience import until
from tests.web.console.screens import CHROMIUM

pytestmark = pytest.mark.slow

DESK, STRANGER = "http://desk.example", "http://stranger.example"
LOOPBACK_ALLOWED = "--disable-features=LocalNetworkAccessChecks"
"""Chromium lets pages of the internet reach no server of this machine, as a service under test is."""
LISTEN = """url => new Promise(told => {
    const source = new EventSource(url);
    source.addEventListener("context.changed", event => { source.close(); told(JSON.parse(event.data).customer_id); });
    source.onopen = () => { document.title = "open"; };
    source.onerror = () => { source.close(); told("refused"); };
})"""


class Live:
    """A running service, its records, and a key of each role."""

    def __init__(self, url, database, key):
        self.url = url
        self.world = World(database)
        self.key = key
        self.client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(10, read=60))

    def authorization(self, role):
        return {"authorization": f"Bearer {self.key[role]}"}

    @asynccontextmanager
    async def listening(self, role=Role.CONSOLE, *, resume=None, **query):
        """Listen to a stream for the block."""
        headers = self.authorization(role) | ({"last-event-id": resume} if resume else {})
        async with self.client.stream("GET", "/v1/events", params=query, headers=headers) as answer:
            assert answer.status_code == 200
            listener = Listener(answer.aiter_raw())
            listener.headers = answer.headers
            await until(lambda: listener.comments)
            yield listener
            await listener.stop()

    async def refusal(self, role=None, **query):
        """The status and problem of a stream that is refused."""
        headers = self.authorization(role) if role else {}
        answer = await self.client.get("/v1/events", params=query, headers=headers)
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    async def change(self, email="anna@example.com"):
        """Register something; gives the customer."""
        answer = await self.client.post(
            "/v1/interactions",
            headers=self.authorization(Role.ADMIN),
            json={
                "source": "shop-bot",
                "source_event_id": str(new_id()),
                "occurred_at": "2026-11-21T09:30:00Z",
                "channel": "chatbot",
                "kind": "message",
                "direction": "inbound",
                "identities": [{"kind": "email", "value": email}],
                "text": "Anna waits",
            },
        )
        assert answer.status_code == 201
        return answer.json()["customer_id"]


async def make_keys(database):
    made = {}
    async with database.transaction() as connection:
        for role in Role:
            queue = "nord" if role is Role.PARTNER else None
            made[role] = await keys.create_key(
                connection, role=role, name=f"the {role}", now=Clock().now(), queue=queue
            )
    return made


@asynccontextmanager
async def live(settings, database, key, *arguments):
    """A service on this database for the block."""
    with serving(*arguments, **settings) as service:
        running = Live(service.url, database, key)
        running.service = service
        yield running
        await running.client.aclose()


@pytest.fixture(scope="module")
async def shared(servers, template):
    """A service for the tests that leave it running."""
    import asyncpg

    admin = await asyncpg.connect(servers.endpoints.database_url)
    await admin.execute(f"CREATE DATABASE events_live TEMPLATE {template}")
    await admin.close()
    url = url_of(servers, "events_live")
    await migrate(url)
    database = await Database.connect(url, connections=4)
    settings = {"database_url": url, "redis_url": servers.endpoints.redis_url, "durable": "false"}
    settings["event_origins"] = DESK
    async with live(settings, database, await make_keys(database), "--no-worker") as running:
        yield running
    await database.close()


async def test_a_console_misses_nothing_when_the_process_it_hears_from_is_killed(shared):
    heard, resume = [], None
    for _ in range(2):
        async with shared.listening(resume=resume) as console:
            for _ in range(3):
                await shared.world.tell("context.changed", new_id())
            await until(lambda: len(console.events) >= 3)
            os.kill(server_of(shared.service.process.pid), signal.SIGKILL)
            await until(console.task.done)
        heard, resume = heard + console.ids, console.last_id
        await shared.world.tell("context.changed", new_id())
        await until(shared.service.answers)

    assert len(heard) >= 7
    assert heard == list(range(heard[0], heard[0] + len(heard)))


async def test_a_service_told_to_stop_ends_its_streams_at_once_and_the_next_one_goes_on(
    database, database_url, servers
):
    settings = {"database_url": database_url, "redis_url": servers.endpoints.redis_url, "durable": "false"}
    key = await make_keys(database)
    async with live(settings, database, key) as first, first.listening() as console:
        await first.change()
        await until(lambda: console.events)
        assert b"Anna waits" not in console.raw
        began = time.monotonic()
        first.service.process.send_signal(signal.SIGTERM)
        await until(console.task.done)
        assert first.service.process.wait(10) == 0
        assert time.monotonic() - began < 8
    await World(database).tell("context.changed", new_id())
    async with live(settings, database, key, "--no-worker") as second, second.listening(resume="1") as console:
        await until(lambda: console.ids == [2])


async def test_a_stream_says_what_it_is_and_that_nobody_may_keep_it(shared):
    async with shared.listening() as console:
        assert console.headers["content-type"] == "text/event-stream"
        assert console.headers["cache-control"] == "no-store"
        assert console.headers["x-accel-buffering"] == "no"
        assert console.headers["x-request-id"]


async def test_a_bot_hears_of_its_customer_and_of_nobody_else(shared):
    anna, ben = await shared.world.customer(), await shared.world.customer()
    async with shared.listening(Role.BOT, customer=anna) as bot, shared.listening() as console:
        for customer_id in (ben, anna, ben):
            await shared.world.tell("context.changed", customer_id)
        await until(lambda: len(console.events) == 3)
        await until(lambda: bot.events)

    assert [event.data["customer_id"] for event in bot.events] == [str(anna)]


async def test_a_bot_hears_of_every_conversation_that_it_gave_away_in_one_stream(shared):
    bot = await shared.world.value("SELECT key_id FROM api_key WHERE role = 'bot'")
    anna, ben = await shared.world.customer(), await shared.world.customer()
    ours = [await shared.world.handoff(anna, giver=bot), await shared.world.handoff(ben, "nord", giver=bot)]
    theirs = await shared.world.handoff(ben)
    async with shared.listening(Role.BOT, given="me") as told:
        for handoff, customer in ((theirs, ben), (ours[0], anna), (ours[1], ben)):
            await shared.world.tell("handoff.returned", customer, handoff)
        await until(lambda: len(told.events) == 2)
    assert [event.data["handoff_id"] for event in told.events] == [str(one) for one in ours]


async def hear_in_browser(shared, origin):
    """What an EventSource in Chromium hears on a page of this origin: a customer's id, or refused."""
    made = await shared.client.post("/v1/events/tickets", headers=shared.authorization(Role.CONSOLE))
    anna = await shared.world.customer()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--no-sandbox", LOOPBACK_ALLOWED]
        )
        page = await browser.new_page()
        await page.route(
            f"{origin}/**", lambda route: route.fulfill(body="<title>desk</title>", content_type="text/html")
        )
        await page.goto(f"{origin}/")
        hears = asyncio.create_task(page.evaluate(LISTEN, f"{shared.url}/v1/events?ticket={made.json()['ticket']}"))
        while not hears.done() and await page.title() != "open":
            await asyncio.sleep(0)
        await shared.world.tell("context.changed", anna)
        heard = await hears
        await browser.close()
    return heard == str(anna), heard


async def test_a_page_of_another_site_hears_with_a_ticket_if_the_setting_names_its_site(shared):
    assert (await hear_in_browser(shared, DESK))[0]
    assert await hear_in_browser(shared, STRANGER) == (False, "refused")


async def test_a_partner_hears_of_its_queue_and_of_nothing_else_there_is(shared):
    anna = await shared.world.customer()
    ours, theirs = await shared.world.handoff(anna, "support"), await shared.world.handoff(anna, "nord")
    async with shared.listening(Role.PARTNER) as partner, shared.listening() as console:
        for kind, subject in (
            ("context.changed", None),
            ("handoff.offered", ours),
            ("handoff.offered", theirs),
            ("parcel.sent", None),
        ):
            await shared.world.tell(kind, anna, subject)
        await until(lambda: "parcel.sent" in console.types)
        await until(lambda: partner.events)
    assert [event.data["handoff_id"] for event in partner.events] == [str(theirs)]

    for queue in ("support", "nonsense"):
        assert await shared.refusal(Role.PARTNER, queue=queue) == (404, "queue-unknown")


@pytest.mark.parametrize(
    ("role", "query", "refusal"),
    [
        (None, {}, (401, "unauthenticated")),
        (Role.CHANNEL, {}, (403, "role-not-allowed")),
        (Role.PRIVACY, {}, (403, "role-not-allowed")),
        (Role.BOT, {}, (400, "invalid-input")),
        (Role.STORE, {}, (400, "invalid-input")),
        (Role.BOT, {"given": "everyone"}, (400, "invalid-input")),
        (Role.STORE, {"given": "me"}, (400, "invalid-input")),
        (Role.PARTNER, {"given": "me"}, (400, "invalid-input")),
        (Role.BOT, {"customer": "7"}, (400, "invalid-input")),
        (Role.BOT, {"customer": str(new_id())}, (404, "customer-unknown")),
        (Role.CONSOLE, {"customer": str(new_id())}, (404, "customer-unknown")),
        (Role.CONSOLE, {"queue": "nonsense"}, (404, "queue-unknown")),
    ],
)
async def test_a_stream_that_could_never_tell_anything_is_refused(shared, role, query, refusal):
    assert await shared.refusal(role, **query) == refusal


@pytest.mark.promise("S5")
async def test_a_stream_ends_when_its_key_is_revoked(shared):
    async with shared.listening(Role.ADMIN) as revoked, shared.listening() as other:
        await shared.world.execute("UPDATE api_key SET revoked_at = $1 WHERE role = 'admin'", Clock().now())
        try:
            await until(revoked.task.done, seconds=3)
            assert not other.task.done()
        finally:
            await shared.world.execute("UPDATE api_key SET revoked_at = NULL WHERE role = 'admin'")


async def test_streams_take_no_room_from_requests_and_are_counted(shared):
    async def open_streams():
        text = (await shared.client.get("/metrics")).text
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("askonce_streams "))

    async def none_is_open():
        return await open_streams() == 0

    await until(none_is_open)  # of the tests before
    async with shared.listening(), shared.listening():
        assert await open_streams() == 2
    await until(none_is_open)


async def test_a_head_request_opens_no_stream(shared):
    answer = await shared.client.head("/v1/events", headers=shared.authorization(Role.CONSOLE))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")


async def test_a_thousand_consoles_hear_within_moments_and_300_mb(shared):
    opened, heard = [], []

    async def console():
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(shared.url).port)
        key = shared.key[Role.CONSOLE].encode()
        writer.write(b"GET /v1/events HTTP/1.1\r\nhost: askonce\r\nauthorization: Bearer %s\r\n\r\n" % key)
        await reader.readuntil(b": open")
        opened.append(writer)
        await reader.readuntil(b"event: context.changed")
        heard.append(time.monotonic())

    consoles = [asyncio.create_task(console()) for _ in range(1000)]
    await until(lambda: len(opened) == 1000, seconds=30)
    told = time.monotonic()
    await shared.world.tell("context.changed", new_id())
    await asyncio.wait_for(asyncio.gather(*consoles), 10)

    assert max(heard) - told < 5
    assert resident_mb(server_of(shared.service.process.pid)) < 300
    for writer in opened:
        writer.close()


def server_of(pid):
    """The process that answers requests, of a service that runs no worker."""
    children = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).split()
    (server,) = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return int(server)


def resident_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
