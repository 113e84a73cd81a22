"""Those who lead desks see in a segment's journeys, at a glance, where customers repeat themselves and give up."""

import re

import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import change_account
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.insight.test_long_reads import SLOW_SEGMENTS, is_active, is_idle
from tests.patience import until
from tests.web.console.journeys_story import KNOWN, NEW, tell_journeys
from tests.web.console.screens import CHROMIUM, LANGUAGES, WIDTHS, axe_violations, chromium, looks, page_of
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
JOURNEYS = "/console/journeys"
BOTH = f"{JOURNEYS}?segment={NEW}&compare={KNOWN}"


@pytest.fixture
async def desks(service):
    """Jana leads the desks; two segments have had their journeys."""
    await change_account(service.connection, JANA, role=AgentRole.SUPERVISOR)
    await tell_journeys(service)
    return service


async def counted(page: Page, path: str = BOTH) -> None:
    """The journeys stand on the page."""
    await page.goto(path)
    await expect(page.locator("#flow .flowpic").first).to_be_visible()
    await expect(page.locator("section.persona")).to_have_count(2)


async def is_on_first_screen(page: Page, role: str, name: str | re.Pattern[str]) -> None:
    """Something with this role and name is seen without scrolling, and says so to a screen reader too."""
    place = page.get_by_role(role, name=name).first
    await expect(place).to_be_visible()
    box = await place.bounding_box()
    assert box["y"] + box["height"] <= WIDTHS[1440], (role, name, box)


async def test_eight_questions_are_answered_on_the_first_screen(desks):
    async with chromium() as browser, page_of(browser, desks.url) as page:
        await set_password(page, desks, WORDS["en"])
        await counted(page)
        for role, name in (
            ("link", "163"),  # how many matters
            ("link", re.compile(r"^\d+% solved: \d+ matters")),  # and how they end
            ("link", re.compile(r"^\d+% gave up: \d+ matters")),
            ("heading", re.compile(r"give up, most after .* contact")),  # where they give up
            ("link", re.compile(r"\d+% asked again$")),  # where they are asked again
            ("link", re.compile(r"^100% of 32 solved")),  # the best way
            ("link", re.compile(r"^100% of 24 give up")),  # and the worst one
            ("group", "A and B differ most"),  # where A and B differ
            ("group", "Counted"),  # n, and how much is hidden
            ("link", "Example 1"),  # five real examples
            ("link", "Example 5"),
            ("link", re.compile("on this way today")),  # who is on that way today
        ):
            await is_on_first_screen(page, role, name)


async def test_a_number_leads_to_its_matters_and_a_matter_to_the_journey_of_its_customer(desks):
    async with chromium() as browser, page_of(browser, desks.url) as page:
        await set_password(page, desks, WORDS["en"])
        await page.keyboard.press("g")
        await page.keyboard.press("r")
        await page.get_by_label("Segment A").select_option(NEW)
        await page.get_by_role("button", name="Show").click()
        await page.get_by_role("link", name=re.compile(r"^Chatbot 15%, 2nd: 24 matters")).first.click()
        await expect(page.get_by_role("heading", name=f"Matters of {NEW}")).to_be_visible()
        await expect(page.get_by_role("row")).to_have_count(25)
        await page.get_by_role("link", name="Journey", exact=True).first.click()
        await page.wait_for_url("**/console/customers/*/journey")


async def test_the_worst_journeys_are_one_key_away_and_tables_are_saved(desks):
    async with chromium() as browser, page_of(browser, desks.url) as page:
        await set_password(page, desks, WORDS["en"])
        await counted(page)
        await page.keyboard.press("w")
        await expect(page.get_by_role("heading", name="The 20 worst journeys")).to_be_in_viewport()
        for name, start in (("CSV", "segment,part"), ("SVG", "<svg")):
            async with page.expect_download() as saved:
                await page.get_by_role("link", name=name).click()
            assert (await (await saved.value).path()).read_text("utf-8").startswith(start)


async def test_a_count_ends_in_the_database_when_its_reader_stops_it(desks):
    await desks.connection.execute(SLOW_SEGMENTS)
    async with chromium() as browser, page_of(browser, desks.url) as page:
        await set_password(page, desks, WORDS["en"])
        await page.goto(BOTH)
        await expect(page.get_by_text("The matters are being counted")).to_be_visible()
        await until(lambda: is_active(desks.connection), seconds=20)
        await page.get_by_role("link", name="Stop").click()
        await expect(page.get_by_text("Choose a segment")).to_be_visible()
        await until(lambda: is_idle(desks.connection), seconds=15)


async def test_axe_finds_nothing_on_the_journeys_of_segments(desks):
    async with chromium() as browser:
        async with page_of(browser, desks.url) as page:
            await set_password(page, desks, WORDS["en"])
        for language in LANGUAGES:
            async with page_of(browser, desks.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at(page, f"{language}-{width}-{theme}")


async def look_at(page: Page, look: str) -> None:
    """The choice, the journeys and the matters behind them; none is wider than the screen."""
    for name, path in (("choose", JOURNEYS), ("flow", BOTH), ("matters", f"{JOURNEYS}/matters?segment={NEW}")):
        if name == "flow":
            await counted(page, path)
        else:
            await page.goto(path)
        await picture(page, f"journeys-{name}-{look}")
        assert await axe_violations(page) == [], (name, look)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, look)
