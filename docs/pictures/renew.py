"""Takes the pictures of the README anew from the console of the demo, as `make pictures` does. Needs Chromium."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
SIZE = {"width": 1440, "height": 900}


@contextmanager
def demo_link() -> Iterator[str]:
    """The link to the console of a demo, which runs for the length of the block."""
    command = [sys.executable, "-m", "service.cli.main", "demo"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert running.stdout is not None
        lines = (re.match(r"(http\S+/signin/link\S+) opens", line) for line in running.stdout)
        yield next(found[1] for found in lines if found)
    finally:
        running.terminate()
        running.communicate()


def take_pictures(page: Page, link: str) -> None:
    """The home page with a call that rings, the page of its customer, her journey, and the journeys of two segments."""
    page.goto(link)  # the page presses its button by itself
    page.get_by_role("link", name="Open").first.wait_for()
    page.wait_for_selector("html[data-live=on]")
    page.screenshot(path=FOLDER / "home.png")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Anna Weber").wait_for()
    page.wait_for_selector("html[data-live=on]")
    page.screenshot(path=FOLDER / "customer.png")
    page.get_by_role("link", name="Whole journey").click()
    page.get_by_role("region", name="Journey map").wait_for()
    page.wait_for_selector("html[data-live=on]")
    page.screenshot(path=FOLDER / "journey.png")
    page.goto(str(page.url).partition("/console")[0] + "/console/journeys?segment=new&compare=existing")
    page.get_by_role("heading", name="Where A and B differ most").wait_for()
    page.wait_for_selector("html[data-live=on]")
    page.screenshot(path=FOLDER / "journeys.png")


if __name__ == "__main__":
    with demo_link() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take_pictures(browser.new_page(viewport=SIZE, locale="en-GB", reduced_motion="reduce"), link)
        browser.close()
