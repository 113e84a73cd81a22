"""The administration in a real browser: what is typed shows its week, and a new agent comes in by the link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from service.access.accounts.accounts import change_account, create_account
from service.access.keys import create_key
from service.handoff.queues.model import QueueInput
from service.handoff.queues.repository import upsert_queue
from service.insight.content.model import ContentInput
from service.insight.content.repository import store_content
from service.insight.notices.model import NoticeInput, NoticeState
from service.insight.notices.repository import store_notice
from service.journey.model import Phase
from service.model.decode import decode_json
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.browser import PASSWORD
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LONG = "Möbel und Küchen, Ersatzteile und Aufbau " * 4
QUEUES = {
    "support": b'{"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo-Fr 09:00-18:00; '
    b'Sa 22:00-02:00", "country": "DE"}, "fallback": {"queue": "repairs"}}',
    "repairs": b'{"title": "%s", "calendar": {"time_zone": "America/New_York", "hours": "24/7"}, "partner": "%s"}'
    % (LONG.encode(), LONG.encode()),
}


@pytest.fixture
async def office(service):
    """Jana is an administrator of two queues, an agent and two keys."""
    now = datetime.now(UTC)
    await change_account(service.connection, JANA, role=AgentRole.ADMIN)
    for name in reversed(QUEUES):
        async with service.connection.transaction():
            await upsert_queue(service.connection, name, decode_json(QUEUES[name], QueueInput), now=now)
    await create_account(service.connection, name=LONG[:190], role=AgentRole.AGENT, now=now, queues=["support"])
    async with service.connection.transaction():
        await tell_customers(service.connection, now)
    for name in ("web shop", LONG[:190]):
        await create_key(service.connection, role=Role.STORE, name=name, now=now, store="DE-042", space="shops")
    return service


async def tell_customers(connection, now: datetime) -> None:
    """A published notice and a draft, and a content, all with long names."""
    texts = {"en": f"Support is closed on 24 December. {LONG}", "de": f"Der Support ist am 24. Dezember zu. {LONG}"}
    notice = NoticeInput(texts=texts, queues=("support", "repairs"), segments=(LONG,), ends_at=now + timedelta(days=9))
    await store_notice(connection, "closed", notice, now=now)
    await store_notice(connection, "later", replace(notice, state=NoticeState.DRAFT), now=now)
    content = ContentInput(title=LONG, url="https://www.example.com/help/router", subjects=("router", LONG[:200]))
    await store_content(connection, "router", replace(content, phases=tuple(Phase), languages=("de", "en")), now=now)


async def test_the_week_follows_what_is_typed_and_nothing_is_saved_before(office):
    async with chromium() as browser, page_of(browser, office.url) as page:
        await set_password(page, office, WORDS["en"])
        await page.keyboard.press("g")
        await page.keyboard.press("a")
        await page.get_by_role("link", name="Support").click()
        hours = page.get_by_label("Weekly hours")
        await hours.fill("")
        await hours.press_sequentially("Mo-Su 10:00-16:00")
        table = page.get_by_role("table", name="Opening hours of the next seven days")
        await expect(table.get_by_text("10:00–16:00")).to_have_count(7)
        await expect(hours).to_be_focused()
        await hours.press_sequentially("; Mo 1")
        await expect(page.locator("#week").get_by_text("is not an interval")).to_be_visible()
        await expect(hours).to_have_value("Mo-Su 10:00-16:00; Mo 1")
        stored = await office.connection.fetchval("SELECT calendar ->> 'hours' FROM queue WHERE name = 'support'")
        assert stored == "Mo-Fr 09:00-18:00; Sa 22:00-02:00"
        await hours.press("Control+Enter")
        await expect(page.get_by_text("What is wrong stands at its field.")).to_be_visible()
        await expect(hours).to_have_value("Mo-Su 10:00-16:00; Mo 1")
        assert await axe_violations(page) == []
        await hours.fill("Mo-Su 10:00-16:00")
        await expect(table.get_by_text("10:00–16:00")).to_have_count(7)  # the preview still listens to the form
        await hours.press("Control+Enter")
        await expect(page.get_by_role("heading", name="Queues")).to_be_visible()


async def test_a_new_agent_comes_in_by_the_copied_link_in_a_browser_of_their_own(office):
    async with chromium() as browser, page_of(browser, office.url) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await set_password(page, office, WORDS["en"])
        await page.goto("/console/admin/agents")
        await page.keyboard.press("n")
        await page.get_by_label("Name", exact=True).fill("mia.krüger")
        await page.get_by_label("Support").check()
        await page.get_by_role("button", name="Make account").click()
        link = await page.get_by_role("textbox", name="Link").input_value()
        await page.get_by_role("button", name="Copy").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == link
        assert await axe_violations(page) == []
        async with page_of(browser, office.url) as other:
            await other.goto(link)
            await other.get_by_label("New password").fill(PASSWORD)
            await other.get_by_label("Once more").fill(PASSWORD)
            await other.keyboard.press("Enter")
            await expect(other.get_by_label("You: mia.krüger")).to_be_visible()
            await expect(other.get_by_text("Administration")).to_have_count(0)


async def test_axe_finds_nothing_on_the_administration(office):
    async with chromium() as browser:
        async with page_of(browser, office.url) as page:
            await set_password(page, office, WORDS["en"])
            account = await office.connection.fetchval("SELECT account_id FROM agent_account WHERE name <> $1", JANA)
        paths = {
            "queues": "/console/admin/queues",
            "queue": "/console/admin/queue/support",
            "new-queue": "/console/admin/queues/new",
            "agents": "/console/admin/agents",
            "agent": f"/console/admin/agents/{account}",
            "keys": "/console/admin/keys",
            "new-key": "/console/admin/keys/new",
            "budgets": "/console/admin/budgets",
            "notices": "/console/admin/notices",
            "notice": "/console/admin/notices/closed",
            "content": "/console/admin/content",
            "content-item": "/console/admin/content/item/router",
            "content-gaps": "/console/admin/content/gaps",
        }
        for language in LANGUAGES:
            async with page_of(browser, office.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at(page, paths, f"{language}-{width}-{theme}")


async def look_at(page: Page, paths: dict[str, str], look: str) -> None:
    """Each page as it stands, with what opens on it; none is wider than the screen."""
    for name, path in paths.items():
        await page.goto(path)
        for opened in await page.locator(".part details summary").all():
            await opened.click()
        await picture(page, f"admin-{name}-{look}")
        assert await axe_violations(page) == [], (name, look)
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, look)
        assert not re.search(r"@|ask_", page.url)
