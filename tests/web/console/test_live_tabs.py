"""In a real browser: one stream for all tabs, a list that is shown anew by itself, and what is seen while it is not live."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link, link_url
from service.access.keys import create_key
from service.db.migrate import migrate
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.registration.events import event_json
from tests.web.console.browser import PASSWORD
from tests.web.console.screens import CHROMIUM, axe_violations, chromium, page_of

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
JANA = "Jana Köhler"
ALWAYS = {"time_zone": "Europe/Berlin", "hours": "24/7"}


class Desk:
    """The running service as bots and desks use it."""

    def __init__(self, url: str, keys: dict[Role, str], connection: asyncpg.Connection) -> None:
        self.url = url
        self.connection = connection
        self._keys = keys

    async def call(self, role: Role, method: str, path: str, json: object = None) -> dict:
        """The answer to one request."""
        headers = {"authorization": f"Bearer {self._keys[role]}", "idempotency-key": str(uuid4())}
        async with httpx.AsyncClient(base_url=self.url) as http:
            answer = await http.request(method, path, json=json, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def offer(self, subject: str) -> str:
        """A bot hands off the conversation of a new customer."""
        email = f"{uuid4().hex}@example.de"
        said = event_json(email=email, subject=subject, at=datetime.now(UTC))
        await self.call(Role.CHANNEL, "POST", "/v1/interactions", said)
        wanted = {
            "identity": {"kind": "email", "value": email},
            "to": {"queue": "support"},
            "reason": {"text": "asked"},
        }
        return (await self.call(Role.BOT, "POST", "/v1/handoffs", wanted))["id"]


@pytest.fixture
async def desk(own_database):
    """The service with its worker; Jana works in the queue `support`."""
    await migrate(own_database["database_url"])
    connection = await asyncpg.connect(own_database["database_url"])
    now = datetime.now(UTC)
    keys = {
        role: await create_key(connection, role=role, name=f"the {role}", now=now)
        for role in Role
        if role != Role.PARTNER
    }
    with serving(**own_database) as service:
        desk = Desk(service.url, keys, connection)
        await desk.call(Role.ADMIN, "PUT", "/v1/queues/support", {"title": "Support", "calendar": ALWAYS})
        await create_account(connection, name=JANA, role=AgentRole.AGENT, now=now, queues=("support",))
        yield desk
    await connection.close()


async def sign_in(page: Page, desk: Desk) -> None:
    token = await create_link(desk.connection, JANA, now=datetime.now(UTC), valid=timedelta(hours=1))
    await page.goto(link_url(desk.url, token))
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("Once more").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Offered to you")).to_be_visible()


async def streams(desk: Desk) -> float:
    """How many streams the service has open."""
    async with httpx.AsyncClient(base_url=desk.url) as http:
        metrics = (await http.get("/metrics")).text
    return sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith("askonce_streams"))


async def more_tabs(context: BrowserContext, count: int) -> list[Page]:
    tabs = [await context.new_page() for _ in range(count)]
    for tab in tabs:
        await tab.goto("/console")
    return tabs


@pytest.mark.parametrize("worker", [True, False])
async def test_twelve_tabs_are_live_on_one_stream(desk, worker):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        if not worker:
            await page.context.add_init_script("delete globalThis.SharedWorker")
        await sign_in(page, desk)
        tabs = [page, *await more_tabs(page.context, 11)]
        await expect(page.get_by_text("Live", exact=True)).to_be_attached()
        await desk.offer("Router does not connect")
        for tab in tabs:
            await tab.bring_to_front()
            await expect(tab.get_by_text("Router does not connect")).to_be_visible()
        assert await streams(desk) == 1


async def test_another_agent_takes_it_and_the_row_says_so_without_a_reload(desk):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await sign_in(page, desk)
        first, second = await desk.offer("Router does not connect"), await desk.offer("Invoice is wrong")
        await expect(page.get_by_text("Invoice is wrong")).to_be_visible()
        await page.keyboard.press("j")
        row = page.locator(f"[data-row='{second}']")
        await expect(row.get_by_role("link")).to_be_focused()
        await desk.call(Role.CONSOLE, "POST", f"/v1/handoffs/{first}/accept", {"agent": "mia"})
        await expect(page.get_by_text("taken by mia")).to_be_visible()
        await expect(row.get_by_role("link")).to_be_focused()
        assert await axe_violations(page) == []
        async with page.expect_navigation(url=f"**/console/handoffs/{second}"):
            await page.keyboard.press("a")


async def test_a_page_that_is_not_live_hides_its_countdowns_and_ends_with_the_session(desk):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await sign_in(page, desk)
        await desk.offer("Router does not connect")
        countdown = page.locator("[data-until]")
        await expect(countdown).to_be_visible()
        await desk.connection.execute("DELETE FROM agent_session")
        await expect(page.get_by_text("Updates pause.")).to_be_visible(timeout=10_000)
        await expect(countdown).to_be_hidden()
        assert await axe_violations(page) == []


async def test_no_key_acts_in_a_tab_that_is_not_looked_at(desk):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await sign_in(page, desk)
        handoff_id = await desk.offer("Router does not connect")
        await expect(page.get_by_text("Router does not connect")).to_be_visible()
        await page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
        await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}))")
        stands = await desk.call(Role.CONSOLE, "GET", f"/v1/handoffs/{handoff_id}")
        assert stands["state"] == "offered"
