"""Who leads desks decides about matches by keys alone, in a real browser, and looks at golden records."""

import re

import pytest
from playwright.async_api import expect

from service.access.accounts.accounts import change_account
from service.db.pool import Database
from service.model.clock import Clock
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.screens import CHROMIUM, LANGUAGES, THEMES, WIDTHS, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_matches import AGAIN, ANNA, THOMAS, match, put
from tests.web.console.test_screens import JANA, WORDS, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
LONG = {"name": {"full": "Wolfeschlegelsteinhausenbergerdorff مرحبا 🙂 " * 4}, "phones": ["0711 2200417"]}


@pytest.fixture
async def office(service, own_database):
    """Jana leads desks; Anna stands in two systems, and Thomas and another one share her line."""
    await change_account(service.connection, JANA, role=AgentRole.ADMIN)
    records = [("crm", "C-1", ANNA), ("shop", "S-1", AGAIN), ("shop", "S-2", THOMAS), ("till", "T-1", LONG)]
    ids = [await put(service.desk, *one) for one in records]
    database = await Database.connect(own_database["database_url"], connections=2)
    await match(database, Clock().now(), *ids)
    await database.close()
    service.pair = f"/console/matches/{ids[0]}/{ids[1]}"
    service.merged = f"/matches/{ids[2]}/{ids[3]}"
    service.golden = f"/console/customers/{ids[0]}/golden"
    return service


async def test_the_queue_is_worked_through_by_keys_alone_and_the_last_decision_undone(office):
    async with chromium() as browser, page_of(browser, office.url) as page:
        await set_password(page, office, WORDS["en"])
        await page.keyboard.press("g")
        await page.keyboard.press("m")
        await expect(page.get_by_role("heading", name="Matches")).to_be_visible()
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="One person or two?")).to_be_visible()
        first = page.url.partition("?")[0]
        await page.keyboard.press("x")
        await expect(page.get_by_role("status").get_by_text("Different people:")).to_be_visible()
        await expect(page).not_to_have_url(re.compile(first))
        await page.keyboard.press("u")
        await expect(page).to_have_url(re.compile(first))
        await page.keyboard.press("s")
        await expect(page.get_by_role("status").get_by_text("One person:")).to_be_visible()


async def test_axe_finds_nothing_on_pages_of_matches_and_golden_records_and_they_fit(office):
    await office.desk("admin", "PUT", f"/v1{office.merged}", {"decision": "same", "note": "Same card at the till."})
    paths = {
        "queue": "/console/matches",
        "pair": f"{office.pair}?strength=",
        "golden": office.golden,
        "card": office.golden.removesuffix("/golden"),
        "split": office.golden.replace("/golden", "/split"),
        "merged": f"/console{office.merged}",
        "sources": "/console/admin/sources",
    }
    async with chromium() as browser:
        async with page_of(browser, office.url) as page:
            await set_password(page, office, WORDS["en"])
        for language, theme, width in zip(LANGUAGES * 3, (*THEMES, *THEMES[::-1], *THEMES), [*WIDTHS] * 2, strict=True):
            async with page_of(browser, office.url, language=language, theme=theme, width=width) as page:
                await sign_in(page, WORDS[language])
                for name, path in paths.items():
                    await page.goto(path)
                    assert await axe_violations(page) == [], (name, width)
                    assert await page.evaluate("document.documentElement.scrollWidth") == width, name
                    await picture(page, f"match-{name}-{width}-{theme}-{language}")
