"""Handoffs and callbacks in a real browser: by keyboard alone, and clean at every width, theme and language."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from service.access.keys import create_key
from service.model.vocabulary import Role
from tests.cli.conftest import migrated_database as own_database
from tests.fixtures import Desk
from tests.web.console.browser import PASSWORD
from tests.web.console.desk_story import hand_off, promise
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
QUEUE = {"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "24/7"}, "offer_timeout_s": 3600}
PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder for pictures of each page, for people who want to look at them."""


@asynccontextmanager
async def desk_of(service) -> AsyncIterator[Desk]:
    """Callers of every role, with a queue that is always open."""
    now = datetime.now(UTC)
    keys = {
        role: await create_key(service.connection, role=role, name=f"the {role}", now=now)
        for role in Role
        if role is not Role.PARTNER
    }
    async with httpx.AsyncClient(base_url=service.url) as http:
        desk = Desk(http, keys)
        assert (await desk("admin", "PUT", "/v1/queues/support", QUEUE)).status_code in {200, 201}
        yield desk


async def test_an_agent_comes_from_sign_in_to_a_completed_handoff_by_keyboard_alone(service):
    async with desk_of(service) as desk, chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.context.clear_cookies()
        handoff = await hand_off(desk)
        await page.goto(f"/console/handoffs/{handoff['id']}")
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await page.keyboard.type(JANA)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="It is offered to everybody of this queue")).to_be_visible()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await press(page, "a", "You have it")
        await press(page, "s", "You are speaking with the customer")
        await page.keyboard.press("n")
        await page.keyboard.type("Exchanged the cable: start works, a and s were only letters.")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name=f"Completed by {JANA}")).to_be_visible()
        stored = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}")).json()
        assert stored["state"] == "completed"


async def test_the_result_of_a_call_is_one_key(service):
    async with desk_of(service) as desk, chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        callback = await promise(desk)
        await page.goto(f"/console/callbacks/{callback['id']}")
        await press(page, "c", "You are calling")
        await press(page, "3", "Next call")
        await expect(page.locator("#part-record").get_by_text("Busy")).to_be_visible()


async def test_a_takeover_meanwhile_costs_no_letter_and_says_who_acted(service):
    async with desk_of(service) as desk, chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        handoff = await hand_off(desk)
        await page.goto(f"/console/handoffs/{handoff['id']}")
        await press(page, "a", "You have it")
        await page.get_by_label("What was done").fill("A text that took long to write")
        await desk("console", "POST", f"/v1/handoffs/{handoff['id']}/takeover", {"agent": "Mia Krüger"})
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("alert").get_by_text("Mia Krüger has it")).to_be_visible()
        await expect(page.get_by_role("alert").get_by_text("This is not yours any more.")).to_be_visible()
        await expect(page.get_by_label("What was done")).to_have_value("A text that took long to write")


async def test_axe_finds_nothing_on_handoffs_and_callbacks(service):
    async with desk_of(service) as desk, chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        taken, offered = await hand_off(desk), None
        await desk("console", "POST", f"/v1/handoffs/{taken['id']}/accept", {"agent": JANA})
        offered = await hand_off(desk, identity={"kind": "email", "value": "mia@example.de"})
        called = await promise(desk)
        await desk("console", "POST", f"/v1/callbacks/{called['id']}/claim", {"agent": JANA})
        paths = {
            "taken": f"/console/handoffs/{taken['id']}",
            "offered": f"/console/handoffs/{offered['id']}",
            "callback": f"/console/callbacks/{called['id']}",
            "callbacks": "/console/callbacks?queue=support",
        }
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    for name, path in paths.items():
                        await page.goto(path)
                        await picture(page, f"{name}-{language}-{width}-{theme}")
                        assert await axe_violations(page) == [], (name, language, theme, width)


async def press(page: Page, key: str, heading: str) -> None:
    """A key leads to a page that says how it stands now."""
    await expect(page.locator(f'[data-key="{key}"]').first).to_be_visible()
    await page.keyboard.press(key)
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()


async def picture(page: Page, name: str) -> None:
    """A picture of the whole page, if somebody wants to look at it."""
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
