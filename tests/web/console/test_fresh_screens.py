"""In a real browser: a page follows what happens to its customer, and moves nothing that a person is in."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.cli.conftest import migrated_database as own_database
from tests.web.console.desk_story import hand_off, promise
from tests.web.console.screens import CHROMIUM, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_screens import JANA, WORDS, set_password

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
NOTE = "#note-text"
EMAIL = {"identities": [("email", "anna.weber@example.de")]}
LETTERS = "She says that the lamp is red since Monday, and that she waits at home. "
PICTURES = os.environ.get("CONSOLE_PICTURES")


async def open_anna(page: Page, service) -> None:
    """Anna's page is open, and live."""
    await set_password(page, service, WORDS["en"])
    async with page.expect_response(lambda answer: answer.status == httpx.codes.NO_CONTENT):
        await page.goto(service.anna)


async def tell(service, text: str, **changes) -> None:
    """Something happens to Anna elsewhere."""
    answer = await service.desk.register("channel", **(EMAIL | {"text": text, "at": datetime.now(UTC)} | changes))
    assert answer.status_code == 201, answer.text


def timeline(page: Page):
    return page.get_by_role("region", name="Timeline")


async def test_text_typed_while_fifty_changes_arrive_is_there_to_the_letter(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        field = page.locator(NOTE)
        await field.focus()
        await page.keyboard.type("End.")
        await page.keyboard.press("Home")
        typing = asyncio.create_task(page.keyboard.type(LETTERS, delay=40))
        for number in range(50):
            await tell(service, f"Change {number}.", facts={"error_code": f"E{number}"})
        await typing
        await expect(timeline(page)).to_contain_text("Change 49.")
        await expect(page.get_by_role("region", name="Known: do not ask")).to_contain_text("E49")
        await expect(field).to_be_focused()
        await expect(field).to_have_value(LETTERS + "End.")
        caret = "document.querySelector('#note-text').selectionStart"
        assert await page.evaluate(caret) == len(LETTERS)
        await page.reload()
        await expect(field).to_have_value(LETTERS + "End.")


async def test_what_is_new_is_marked_and_said_and_the_place_that_is_read_stays(service):
    for number in range(30):
        await tell(service, f"Line {number}.")
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        await page.locator("#timeline li.next").scroll_into_view_if_needed()
        await expect(timeline(page).get_by_text("Line 5.", exact=True)).to_be_visible()
        await page.get_by_role("region", name="Known: do not ask").evaluate("one => scrollTo(0, 0)")
        await page.locator("details.way > summary").first.click()
        await page.locator(NOTE).scroll_into_view_if_needed()
        await page.locator(NOTE).focus()
        before = await page.locator(NOTE).bounding_box()
        await tell(service, "A new line.", facts={"serial_number": "4711"})
        await expect(page.locator("#timeline li.new")).to_contain_text("A new line.")
        await expect(page.locator("#fresh-said")).to_have_text("1 new entry")
        assert await page.locator(NOTE).bounding_box() == before
        await expect(page.locator("#way-handoff")).to_have_attribute("open", "")
        await expect(timeline(page).get_by_text("Line 5.", exact=True)).to_be_attached()
        assert await axe_violations(page) == []
        await picture(page, "fresh")


async def test_the_filter_of_the_timeline_and_a_selection_survive(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        await page.locator("#fil-phone").click()
        await expect(page.locator("#fil-phone")).to_have_attribute("aria-pressed", "true")
        await page.evaluate("getSelection().selectAllChildren(document.querySelector('#part-known dd.v'))")
        chosen = await page.evaluate("String(getSelection())")
        await tell(service, "On the web.", channel="web")
        await tell(service, "On the phone.", channel="phone", facts={"serial_number": "4711"})
        await expect(timeline(page)).to_contain_text("On the phone.")
        await expect(timeline(page)).not_to_contain_text("On the web.")
        await expect(page.locator("#fil-phone")).to_have_attribute("aria-pressed", "true")
        assert await page.evaluate("String(getSelection())") == chosen
        await page.evaluate("getSelection().removeAllRanges()")
        await expect(page.locator("#part-known")).to_contain_text("4711")


async def test_a_tab_in_the_background_waits_and_other_customers_ask_for_nothing(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await open_anna(page, service)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        await service.desk.register("channel", identities=[("email", "other@example.de")], text="Another one")
        await page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        await tell(service, "While nobody looks.")
        other = await page.context.new_page()
        await other.goto(service.anna)
        await tell(service, "And again.")
        await expect(timeline(other)).to_contain_text("And again.")
        assert [url for url in asked if "/console/presence/" not in url] == []  # who looks is told from anywhere
        await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
        await expect(timeline(page)).to_contain_text("While nobody looks.")


async def test_a_takeover_and_its_agent_are_seen_at_once_and_the_text_stays(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        handoff = await hand_off(service.desk)
        path = f"/v1/handoffs/{handoff['id']}"
        await service.desk("console", "POST", f"{path}/accept", {"agent": JANA})
        await page.goto(f"/console/handoffs/{handoff['id']}")
        await page.get_by_label("What was done").fill("A text that took long")
        await service.desk("console", "POST", f"{path}/takeover", {"agent": "Mia Krüger"})
        await expect(page.get_by_role("heading", name="Mia Krüger has it")).to_be_visible()
        await expect(page.get_by_label("What was done")).to_have_value("A text that took long")
        await expect(page.get_by_label("What was done")).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("alert").get_by_text("Mia Krüger has it")).to_be_visible()
        await page.reload()
        kept = page.get_by_role("region", name="What you wrote here and have not sent")
        await expect(kept).to_contain_text("A text that took long")
        assert await axe_violations(page) == []


async def test_a_callback_that_is_claimed_or_moved_elsewhere_shows_it(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        callback = await promise(service.desk)
        await page.goto(f"/console/callbacks/{callback['id']}")
        await page.get_by_label("Why (optional)").fill("She called us")
        claimed = await service.desk(
            "console", "POST", f"/v1/callbacks/{callback['id']}/claim", {"agent": "Mia Krüger"}
        )
        assert claimed.status_code == 200, claimed.text
        await expect(page.get_by_role("heading", name="Mia Krüger is calling")).to_be_visible()
        await expect(page.get_by_label("Why (optional)")).to_have_value("She called us")


async def test_a_customer_who_is_merged_meanwhile_leads_to_the_survivor_with_what_was_typed(service):
    other = (await service.desk.register("channel", identities=[("email", "b@example.de")])).json()["customer_id"]
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(f"/console/customers/{other}")
        await page.locator(NOTE).fill("Typed on the merged one")
        anna = service.anna.rpartition("/")[2]
        await service.desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
        await page.get_by_role("link", name="Go there").click()
        await expect(page).to_have_url(f"{service.url}{service.anna}")
        await expect(page.locator(NOTE)).to_have_value("Typed on the merged one")


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
