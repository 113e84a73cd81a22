"""A real browser in front of a real server, for tests that need eyes and a keyboard."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium")
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
LANGUAGES = ("en", "de")
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a screen."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            await browser.close()


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
    yield page
    await context.close()
    assert complaints == []


async def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: the rules, each with the places that break it."""
    await page.evaluate(AXE)
    found = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found["violations"]]


def _is_complaint(message: Any) -> bool:
    """What a test did to the network is said by the browser and by htmx, and is no error of a page."""
    told_of_network = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError")
    return message.type == "error" and not any(words in message.text for words in told_of_network)
