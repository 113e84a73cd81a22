"""In a real browser: the button in the bar, in every tab; and agents who meet on one page."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link, link_url
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.patience import until
from tests.web.console.browser import PASSWORD
from tests.web.console.desk_story import hand_off
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_desk_screens import desk_of, picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
MIA = "Mia Krüger"
SOON_MS = 2000
"""A second, and what a busy machine needs."""


async def sign_in_mia(page: Page, service, role: AgentRole = AgentRole.AGENT) -> None:
    now = datetime.now(UTC)
    await create_account(service.connection, name=MIA, role=role, now=now, queues=("support",))
    await page.goto(
        link_url(service.url, await create_link(service.connection, MIA, now=now, valid=timedelta(hours=1)))
    )
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("Once more").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your queues")).to_be_visible()


@asynccontextmanager
async def two_agents(service, role: AgentRole = AgentRole.AGENT):
    """Jana and Mia at their desks, each in a browser of her own."""
    async with chromium() as browser, page_of(browser, service.url) as jana, page_of(browser, service.url) as mia:
        await set_password(jana, service, WORDS["en"])
        await sign_in_mia(mia, service, role)
        yield jana, mia


async def test_two_agents_on_one_page_learn_of_each_other_and_who_writes(service):
    async with desk_of(service) as desk, two_agents(service) as (jana, mia):
        customer = (await hand_off(desk))["customer_id"]
        for page in (jana, mia):
            await page.goto(f"/console/customers/{customer}")
        await expect(jana.get_by_text(f"{MIA} is looking at this page, too")).to_be_visible(timeout=SOON_MS)
        await expect(mia.get_by_text(f"{JANA} is looking at this page, too")).to_be_visible(timeout=SOON_MS)
        await jana.get_by_label("Note", exact=True).last.press_sequentially("The lamp is red.")
        await expect(mia.get_by_text(f"{JANA} is writing on this page")).to_be_visible(timeout=SOON_MS)
        await mia.get_by_label("Note", exact=True).last.fill("I call her.")
        await expect(jana.get_by_text(f"{MIA} is writing on this page")).to_be_visible(timeout=SOON_MS)
        await picture(mia, "two-agents")
        assert await axe_violations(mia) == []
        await expect(jana.get_by_label("Note", exact=True).last).to_have_value("The lamp is red.")
        await expect(mia.get_by_text(f"{JANA} is looking at this page, too")).to_be_visible(timeout=10_000)
        await jana.goto("/console")
        await expect(mia.locator(".lookers")).to_be_empty(timeout=SOON_MS)
        await jana.goto(f"/console/customers/{customer}")
        await expect(mia.locator(".lookers")).not_to_be_empty(timeout=SOON_MS)
        await jana.close()
        await expect(mia.locator(".lookers")).to_be_empty(timeout=SOON_MS)


async def test_the_button_works_by_keyboard_shows_in_every_tab_and_tells_the_supervisor(service):
    async with desk_of(service) as desk, two_agents(service, AgentRole.SUPERVISOR) as (jana, mia):
        await service.connection.execute("UPDATE agent_account SET queues = '{support}'")
        other = await jana.context.new_page()
        await other.goto("/password")
        await jana.bring_to_front()
        summary = jana.locator("#presence summary")
        await expect(summary).to_have_text("Availability")
        await summary.focus()
        await jana.keyboard.press("Enter")
        await expect(jana.get_by_role("group", name="Are you available?")).to_be_visible()
        assert await axe_violations(jana) == []
        await jana.keyboard.press("Tab")
        await jana.keyboard.press("Enter")
        await expect(summary).to_have_text("Available")
        await expect(summary).to_be_focused()
        await expect(other.locator("#presence summary")).to_have_text("Available", timeout=SOON_MS)
        await expect(mia.get_by_role("listitem").filter(has_text=JANA)).to_be_visible(timeout=SOON_MS)
        assert await axe_violations(mia) == []
        await jana.get_by_label(f"You: {JANA}").click()
        await jana.get_by_role("button", name="Sign out").click()
        await expect(jana.get_by_role("heading", name="Sign in")).to_be_visible()

        async def left() -> bool:
            return not (await desk("console", "GET", f"/v1/agents/{JANA}")).json()["available"]

        await until(left)


async def test_axe_finds_nothing_on_the_button_the_line_and_the_supervisors_card(service):
    async with desk_of(service) as desk, chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        await service.connection.execute("UPDATE agent_account SET role = 'supervisor', queues = '{support}'")
        for name in (JANA, "Ö" * 150, "محمد علي"):
            await desk("console", "PUT", f"/v1/agents/{name}", {"queues": ["support"]})
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await page.goto("/console")
                    await page.locator("#presence summary").click()
                    await picture(page, f"home-{language}-{width}-{theme}")
                    assert await axe_violations(page) == [], (language, theme, width)
