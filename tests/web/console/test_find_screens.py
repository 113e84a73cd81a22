"""An agent finds customers by keyboard alone while typing, in a real browser."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from service.db.pool import Database
from service.search.indexing import index_changes
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_customer_screens import service
from tests.web.console.test_find import PAYLOADS, create
from tests.web.console.test_screens import WORDS, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
HOME = ("phone", "+49 711 555012")


@pytest.fixture
async def many(service, own_database):
    """The service with Anna, two who share a telephone, and ten whose names would like to be markup."""
    for name in ("Clara Neumann", "Tom Neumann"):
        await create(service.desk, name, ("customer_number", f"N-{len(name)}"))
        await service.desk.register("console", identities=[("customer_number", f"N-{len(name)}"), HOME])
    for number, payload in enumerate(PAYLOADS):
        await create(service.desk, f"Payload {payload}", ("username", f"payload{number}"))
        said = {
            "text": f"payload {payload}",
            "subject": f"payload {payload}",
            "facts": {"order_number": f"pay{payload}"},
        }
        await service.desk.register(identities=[("username", f"payload{number}")], **said)
    database = await Database.connect(own_database["database_url"], connections=2)
    while await index_changes(database):
        pass
    await database.close()
    return service


def hits(page: Page):
    return page.locator("#found a[data-hit]")


async def look_for(page: Page, text: str) -> None:
    """The agent presses the key of the box, and types."""
    await page.keyboard.press("Escape")
    await page.locator("body").press("/")
    await expect(page.locator("#find")).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type(text, delay=5)
    await expect(page.locator("#found [data-sought]")).to_have_attribute("data-sought", text)


async def test_customers_are_found_while_typing_and_opened_by_keyboard(many):
    async with chromium() as browser, page_of(browser, many.url) as page:
        await set_password(page, many, WORDS["en"])
        await look_for(page, "0711 555012")
        await expect(page.get_by_role("heading", name="This belongs to 2 customers")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(hits(page).first).to_be_focused()
        for key, place in (("j", 1), ("k", 0), ("ArrowDown", 1)):
            await page.keyboard.press(key)
            await expect(hits(page).nth(place)).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("#found")).to_be_hidden()
        await expect(page.locator("#find")).to_be_focused()
        await look_for(page, "anna.weber@example.de")
        async with page.expect_navigation(url="**/console/customers/*"):
            await page.keyboard.press("Enter")
        for query in ("payload", "pay", *PAYLOADS[:2]):
            await look_for(page, query)
            await expect(hits(page).first).to_be_visible()
        assert await page.locator("#found :is(script, img, iframe, style, math)").count() == 0


async def test_axe_finds_nothing_in_what_was_found_in_any_width_theme_or_language(many):
    async with chromium() as browser:
        async with page_of(browser, many.url) as page:
            await set_password(page, many, WORDS["en"])
        for language in LANGUAGES:
            async with page_of(browser, many.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for look in looks(page):
                    await page.goto("/console")
                    for query in ("0711 555012", "router", "payload", "anna.weber@example.dee"):
                        await look_for(page, query)
                        assert await axe_violations(page) == [], (language, look, query)
                    await page.locator("#find").fill("0711555")
                    await page.keyboard.press("Escape")
                    await page.locator(".find form").evaluate("form => form.requestSubmit()")
                    await page.wait_for_url("**/console/find")
                    assert await axe_violations(page) == [], (language, look)
                    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_who_is_not_found_is_created_by_keyboard(many):
    async with chromium() as browser, page_of(browser, many.url) as page:
        await set_password(page, many, WORDS["en"])
        await look_for(page, "ada@example.de")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Create this customer")).to_be_focused()
        async with page.expect_navigation(url="**/console/find/new"):
            await page.keyboard.press("Enter")
        await expect(page.get_by_label("E-mail")).to_have_value("ada@example.de")
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        assert await axe_violations(page) == []
        await page.keyboard.type("Ada Lovelace")
        async with page.expect_navigation(url="**/console/customers/*"):
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Ada Lovelace", level=1)).to_be_visible()


async def test_waiting_shows_the_shape_of_what_comes_and_moves_nothing(many):
    held = asyncio.Event()

    async def hold(route):
        await held.wait()
        await route.continue_()

    async with chromium() as browser, page_of(browser, many.url) as page:
        await set_password(page, many, WORDS["en"])
        await page.goto(many.anna)
        height = await page.evaluate("document.documentElement.scrollHeight")
        for shape, path, act in (
            ("#found-wait", "**/console/find", page.locator("#find").fill("0711 555012")),
            (".tl-wait", "**/timeline?*", page.locator("#fil-phone").click()),
        ):
            await page.route(path, hold)
            await act
            await expect(page.locator(shape)).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollHeight") == height
            held.set()
            await expect(page.locator(shape)).to_be_hidden()
            held.clear()
