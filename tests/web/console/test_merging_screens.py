"""An agent merges two customers by keys, and splits one, in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.cli.conftest import migrated_database as own_database
from tests.web.console.screens import CHROMIUM, LANGUAGES, THEMES, WIDTHS, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import WORDS, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
ANNA = ("email", "anna.weber@example.de")
LONG = "Wolfeschlegelsteinhausenbergerdorff مرحبا 🙂 " * 4


async def other_customer(service) -> str:
    """Someone with a long name, whom a message names together with Anna; gives the path of the page of both."""
    number = ("customer_number", "K-99", True)
    answer = await service.desk.register("channel", identities=[number], facts={"postal-code": "10115"}, text=LONG)
    other = answer.json()["customer_id"]
    assert (await service.desk("console", "PATCH", f"/v1/customers/{other}", {"name": LONG})).status_code == 200
    await service.desk.register("channel", identities=[number, ANNA])
    return f"{service.anna}/{other}".replace("/customers/", "/matches/")


async def test_two_customers_are_merged_by_keys_and_the_merge_is_taken_back(service):
    both = await other_customer(service)
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await expect(page.get_by_role("region", name="Perhaps the same person")).to_be_visible()
        await page.keyboard.press("m")
        await page.get_by_label("The other customer").press_sequentially("K-99")
        await page.locator("#partners a").focus()
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(f"{both}$"))
        await page.keyboard.press("s")
        await expect(page.get_by_role("region", name="Merged and split")).to_be_visible()
        await page.get_by_role("link", name="Another customer is merged into this one").click()
        await page.get_by_text("Take the merge back").click()
        await page.get_by_role("button", name="Take it back now").click()
        await expect(page.get_by_role("button", name="Take it back now")).to_be_hidden()
        await page.goto(service.anna)
        await expect(page.get_by_role("link", name="Another customer is merged into this one")).to_be_hidden()
        await expect(page.get_by_role("region", name="Perhaps the same person")).to_be_hidden()


async def test_what_is_ticked_is_counted_and_becomes_a_customer(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(f"{service.anna}/split")
        await page.get_by_role("button", name="Make a new customer of it").click()
        await expect(page.get_by_role("alert").get_by_text("Tick what belongs")).to_be_visible()
        await page.locator("input[data-ticks]").first.check()
        ticked = await page.locator("input[name=interactions]:checked").count()
        await expect(page.locator("#split-effect")).to_contain_text(f"Goes: {ticked} contact")
        await page.get_by_role("button", name="Make a new customer of it").click()
        await page.get_by_role("link", name="This customer was a part of another one").click()
        await expect(page.get_by_role("link", name="A part of this customer became another one")).to_be_visible()


async def test_axe_finds_nothing_on_pages_of_merging_and_splitting_and_they_fit(service):
    both = await other_customer(service)
    paths = {"card": service.anna, "both": both, "find": f"{service.anna}/merge", "split": f"{service.anna}/split"}
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language, theme, width in zip(LANGUAGES * 3, (*THEMES, *THEMES[::-1], *THEMES), [*WIDTHS] * 2, strict=True):
            async with page_of(browser, service.url, language=language, theme=theme, width=width) as page:
                await sign_in(page, WORDS[language])
                for name, path in paths.items():
                    await page.goto(path)
                    if name == "split":
                        await page.locator("input[data-ticks]").first.check()
                        await expect(page.locator("#split-effect b").first).to_be_visible()
                    assert await axe_violations(page) == [], (name, width)
                    assert await page.evaluate("document.documentElement.scrollWidth") == width, name
                    await picture(page, f"merge-{name}-{width}-{theme}-{language}")
