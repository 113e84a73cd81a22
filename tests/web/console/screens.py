"""A real browser in front of a real server, for tests that need eyes and a keyboard."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium")
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
LANGUAGES = ("en", "de")
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FIND_VIOLATIONS = f"""async rules => {{
    {AXE}
    const found = await axe.run(document, rules);
    return found.violations.map(one => ({{ id: one.id, places: one.nodes.map(node => node.html) }}));
}}"""
_running: list[Browser] = []
_stack = AsyncExitStack()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a screen: the session's, whose contexts share nothing; a new one if that died."""
    if not (_running and _running[-1].is_connected()):
        await leave_browser()
        playwright = await _stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        _stack.push_async_callback(browser.close)
        _running.append(browser)
    try:
        yield _running[-1]
    finally:
        for context in _running[-1].contexts:
            await context.close()


async def leave_browser() -> None:
    """End the session's browser, if there is one."""
    _running.clear()
    await _stack.aclose()


@pytest.fixture(scope="session", autouse=True)
async def session_browser() -> AsyncIterator[None]:
    """The browser ends with the session that used it."""
    yield
    await leave_browser()


@asynccontextmanager
async def page_of(
    browser: Browser, url: str, *, width: int = 1440, theme: str = "light", language: str = "en", **options: Any
) -> AsyncIterator[Page]:
    """A page of a browser of its own; what the Content-Security-Policy refuses, and errors of scripts, fail the test."""
    context = await browser.new_context(
        base_url=url,
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=theme,
        locale=language,
        reduced_motion="reduce",
        **options,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(url) else None)
    try:
        yield page
    finally:
        await context.close()
    assert complaints == [], complaints


async def looks(page: Page, heights: Mapping[int, int] = WIDTHS) -> AsyncIterator[tuple[str, int]]:
    """Each theme and width, which the page has when they are given; what is loaded then is loaded at them."""
    for theme, width in product(THEMES, heights):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await page.set_viewport_size({"width": width, "height": heights[width]})
        yield theme, width


async def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: the rules, each with the places that break it."""
    found = await page.evaluate(FIND_VIOLATIONS, RULES)
    return [f"{one['id']}: {one['places']}" for one in found]


def _is_complaint(message: Any) -> bool:
    """What a test did to the network is said by the browser and by htmx, and is no error of a page."""
    told_of_network = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError")
    return message.type == "error" and not any(words in message.text for words in told_of_network)
