"""In a real browser: a call rings on home by itself, keys open it or leave it to others, and a browser rings once."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect

from service.model.vocabulary import Role
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.ringing import NUMBER, Telephones, connect_telephones
from tests.web.console.screens import CHROMIUM, THEMES, axe_violations, chromium, page_of
from tests.web.console.test_live_tabs import Desk, desk, more_tabs, sign_in

__all__ = ["desk", "own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
STAND_INS = """
window.sounds = 0;
window.notices = [];
window.closings = 0;
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  resume() { return Promise.resolve(); }
  createGain() { window.sounds += 1; return {gain: {}, connect() {}}; }
  createOscillator() { return {frequency: {}, connect() {}, start() {}, stop() {}}; }
};
window.Notification = class {
  static permission = "default";
  static requestPermission() { this.permission = "granted"; return Promise.resolve("granted"); }
  constructor(title, options) { window.notices.push([title, options.body, options.tag]); }
  close() { window.closings += 1; }
};
"""
"""What counts sounds and notices in place of the browser's own."""
HIDE = (
    "Object.defineProperty(document, 'hidden', {value: true, configurable: true}); Notification.permission = 'granted'"
)


@pytest.fixture
async def telephones(desk: Desk):
    """A telephone system, and Anna's number on record."""
    async with httpx.AsyncClient(base_url=desk.url) as http:
        known = {
            "name": "Anna Weber",
            "identities": [{"kind": "phone", "value": f"+{NUMBER}"}, {"kind": "email", "value": "anna@example.de"}],
        }
        await desk.call(Role.CONSOLE, "POST", "/v1/customers", known)
        yield await connect_telephones(desk.connection, http, now=datetime.now(UTC))


async def test_a_call_rings_by_itself_enter_opens_it_and_the_bar_goes_on(desk: Desk, telephones: Telephones):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await sign_in(page, desk)
        await desk.offer("Router does not connect")
        await expect(page.get_by_text("Router does not connect")).to_be_visible()
        await telephones.ring(queue="support")
        card = page.get_by_role("region", name="Anna Weber")
        await expect(card.get_by_text("+49 171 1234567")).to_be_visible()
        await expect(card.get_by_text("caller ID only")).to_be_visible()
        async with page.expect_navigation(url="**/console/customers/*"):
            await page.keyboard.press("Enter")
        bar = page.get_by_role("region", name="Call", exact=True)
        await expect(bar.get_by_text("Anna Weber is calling")).to_be_visible()
        await telephones.answer(by="Mia Krüger")
        await expect(bar.get_by_text("On the telephone with Mia Krüger")).to_be_visible()
        await telephones.hang_up(cause="normalClearing")
        await expect(bar).to_have_count(0)


async def test_escape_leaves_a_call_to_others_and_who_answers_is_told_for_a_moment(desk: Desk, telephones: Telephones):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await sign_in(page, desk)
        await telephones.ring()
        card = page.get_by_role("region", name="Anna Weber")
        await expect(card).to_be_visible()
        await page.get_by_label("Find a customer").focus()
        await page.keyboard.press("Escape")
        await expect(card).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(card).to_have_count(0)
        await page.reload()
        await expect(page.get_by_role("heading", name="Offered to you")).to_be_visible()
        await expect(card).to_have_count(0)
        await telephones.answer()
        await expect(page.get_by_text("answered by Mia")).to_be_visible()
        await telephones.hang_up(cause="normalClearing")
        await expect(page.get_by_text("answered by Mia")).to_have_count(0)


async def test_a_browser_with_several_tabs_makes_one_sound_and_one_notice_without_a_name(
    desk: Desk, telephones: Telephones
):
    async with chromium() as browser, page_of(browser, desk.url) as page:
        await page.context.add_init_script(STAND_INS)
        await sign_in(page, desk)
        await page.get_by_label("You: Jana Köhler").click()
        async with page.expect_navigation():
            await page.get_by_role("group", name="Sound and notice of calls").get_by_role("button", name="Ring").click()
        await expect(page.locator("html")).to_have_attribute("data-ring", "on")
        tabs = [page, *await more_tabs(page.context, 2)]
        await telephones.ring("1")
        await all_show(tabs)
        assert (await counted(tabs, "sounds"), await counted(tabs, "notices.length")) == (1, 0)
        await telephones.hang_up("1")
        for tab in tabs:
            await expect(tab.get_by_role("region", name="Anna Weber")).to_have_count(0)
            await tab.evaluate(HIDE)
        await telephones.ring("2")
        await expect_count(tabs, "notices.length", 1)
        assert await counted(tabs, "sounds") == 2
        said = [one for tab in tabs for one in await tab.evaluate("window.notices")]
        assert said == [["askonce", "A call is ringing", "askonce-call"]]
        await telephones.answer("2")
        await expect_count(tabs, "closings", 1)


async def all_show(tabs: list[Page]) -> None:
    for tab in tabs:
        await tab.bring_to_front()
        await expect(tab.get_by_role("region", name="Anna Weber")).to_be_visible()
    await expect_count(tabs, "sounds", 1)


async def counted(tabs: list[Page], what: str) -> int:
    return sum([await tab.evaluate(f"window.{what}") for tab in tabs])


async def expect_count(tabs: list[Page], what: str, count: int) -> None:
    """Wait until all tabs together have come to this count."""
    for _attempt in range(100):
        if await counted(tabs, what) == count:
            return
        await tabs[0].wait_for_timeout(50)
    raise AssertionError(await counted(tabs, what))


async def test_axe_finds_nothing_where_a_call_rings(desk: Desk, telephones: Telephones):
    bert = {"kind": "email", "value": f"{uuid4().hex}@example.de", "verified": True}
    number = {"kind": "phone", "value": "+491729876543"}
    for identities in ([number], [bert, number]):
        said = {"source": "the shop", "source_event_id": uuid4().hex, "occurred_at": datetime.now(UTC).isoformat()}
        said |= {"channel": "web", "kind": "form", "direction": "inbound", "identities": identities}
        await desk.call(Role.CHANNEL, "POST", "/v1/interactions", said)
    await telephones.ring("1", queue="support")
    async with chromium() as browser:
        for theme in THEMES:
            async with page_of(browser, desk.url, theme=theme) as page:
                await sign_in(page, desk)
                await expect(page.get_by_role("region", name="Anna Weber")).to_be_visible()
                assert await axe_violations(page) == []
                await page.get_by_role("link", name="Open").click()
                await expect(page.get_by_text("Anna Weber is calling")).to_be_visible()
                assert await axe_violations(page) == []
        await telephones.hang_up("1")
        await telephones.ring("2", **{"from": number["value"]})
        await telephones.ring("3")
        async with page_of(browser, desk.url, width=390) as page:
            await sign_in(page, desk)
            await expect(page.get_by_role("heading", name="2 customers share this number")).to_be_visible()
            assert await axe_violations(page) == []
