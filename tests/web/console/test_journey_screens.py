"""One customer's journey is seen, walked along by keys, taken away and printed, in a real browser."""

import re
import struct
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import expect

from service.access.accounts.accounts import create_account
from service.access.keys import create_key
from service.db.migrate import migrate
from service.db.pool import Database
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.fixtures import Desk
from tests.web.console.journey_story import tell_annas_way, tell_contacts
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_customer_screens import is_above_the_fold
from tests.web.console.test_screens import JANA, WORDS, set_password, sign_in

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]


@pytest.fixture
async def service(own_database):
    """The service on a port, with Anna's way on record, where Jana leads a desk and has an account without a password."""
    url = own_database["database_url"]
    await migrate(url)
    now = datetime.now(UTC)
    connection = await asyncpg.connect(url)
    await create_account(connection, name=JANA, role=AgentRole.SUPERVISOR, now=now)
    database = await Database.connect(url, connections=2)
    async with database.transaction() as writing:
        keys = {
            role: await create_key(writing, role=role, name=f"the {role}", now=now)
            for role in (Role.ADMIN, Role.CONSOLE)
        }
    await database.close()
    with serving(**own_database) as service:
        service.connection = connection
        async with httpx.AsyncClient(base_url=service.url, timeout=30) as http:
            service.desk = Desk(http, keys)
            service.anna = f"/console/customers/{await tell_annas_way(service.desk, connection, now)}"
            service.journey = f"{service.anna}/journey"
            yield service
    await connection.close()


async def test_axe_finds_nothing(service):
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for _ in looks(page):
                    await page.goto(service.journey)
                    assert await axe_violations(page) == []


FIRST_SCREEN = {
    "the first contact": ("link", "1. Social, customer came to us"),
    "the last contact": ("link", "25. Phone, we turned to the customer"),
    "a handoff that failed": ("img", "Technicians: no answer"),
    "a handoff that met a closed desk": ("img", "Support: closed: callback"),
    "a handoff that worked": ("img", "Technicians: taken in 40 s"),
    "a decision": ("img", "decision point: Buys"),
    "a threat": ("img", "decision point: Threatens to leave"),
    "the lowest mood": ("img", "lowest: "),
    "why it was low": ("link", "asked again, Mood −0.9"),
    "the longest wait": ("img", "time folded: 11 days"),
    "what went on inside": ("img", "Callback missed"),
    "what the customer wanted": ("row", "Work from home again, and not explain it twice"),
    "what the customer said": ("row", "Nobody called me back."),
    "whose it is": ("row", "Support hotline; technicians"),
    "what to change": ("row", "Prefill the form from the order"),
}
"""What a manager must be able to tell of a journey within thirty seconds, by role and accessible name."""


async def test_the_nine_answers_are_found_by_role_and_name_on_the_first_screen(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.journey)
        numbers = page.get_by_role("group", name="In numbers")
        for words in ("35 days", "4 ×", "asked again", "11 days", "longest wait", "1 of 3", "handoffs worked"):
            await expect(numbers).to_contain_text(words)
        await is_above_the_fold(numbers)
        board = page.get_by_role("region", name="Journey map")
        for question, (role, name) in FIRST_SCREEN.items():
            place = board.get_by_role(role, name=name).first
            await expect(place, question).to_be_visible()
            await is_above_the_fold(place)


async def test_arrows_go_along_the_way_and_to_the_list_and_the_border_moves_by_its_keys(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(f"{service.journey}?at=12")
        card = page.get_by_role("region", name="12. Attempt: did not help")
        await expect(card).to_be_visible()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("heading", name="13. ")).to_be_visible()
        await page.keyboard.press("ArrowLeft")
        await expect(card).to_be_visible()
        await expect(page.locator(".pic .sel")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(page.locator(".jl .on [data-at]")).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(page.locator(".pic .sel")).to_be_focused()
        await page.keyboard.press("]")
        await expect(
            page.get_by_text("moved the beginning of")
        ).to_be_hidden()  # it is the phase after this contact now
        await page.goto(f"{service.journey}?at=13")
        await expect(page.get_by_text(f"{JANA} moved the beginning of “Get help” here.")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_text("moved the beginning of")).to_be_hidden()


async def test_the_list_begins_at_its_top_until_the_reader_chooses_a_touchpoint(service):
    top = "document.querySelector('.jscroll').scrollTop"
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.journey)
        await expect(page.locator(".jl li.on")).to_have_count(1)
        assert await page.evaluate(top) == 0
        await page.goto(f"{service.journey}?at=24")
        await page.wait_for_function(f"{top} > 0")


async def test_what_is_to_be_added_is_written_where_it_is_missed(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.journey)
        await page.get_by_role("link", name="Add: What to change, Get help").click()
        await expect(page.get_by_label("Note", exact=True)).to_be_focused()
        await page.keyboard.type("Forward the technicians' phone")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("row", name="Forward the technicians' phone")).to_be_visible()
        await expect(page.get_by_label("Note", exact=True)).to_have_value("")


async def test_the_picture_is_taken_away_as_svg_and_png_and_printed_on_one_page(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.journey)
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="SVG").click()
        svg = Path(await (await waiting.value).path()).read_text("utf-8")
        width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', svg).groups())
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name="PNG").click()
        png = Path(await (await waiting.value).path()).read_bytes()
        assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)
        for paper in ("A4", "A3"):
            printed = await page.pdf(format=paper, landscape=True, prefer_css_page_size=False)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


async def test_journeys_of_every_length_are_clean_and_fit(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        for count in (0, 1, 5, 500):
            await page.goto(await tell_contacts(service.desk, count))
            assert await axe_violations(page) == [], count
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 1440
