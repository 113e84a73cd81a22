"""Agents use the console by keyboard, in both languages and colours, on wide and narrow screens, in a real browser."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import create_account
from service.access.accounts.links import create_link, link_url
from service.db.migrate import migrate
from service.model.vocabulary import AgentRole
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.web.console.browser import PASSWORD
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]

WORDS = {
    "en": {
        "sign in": "Sign in",
        "name": "Name",
        "password": "Password",
        "new": "New password",
        "once more": "Once more",
        "save": "Save password",
        "you": "You: Jana Köhler",
        "out": "Sign out",
        "queues": "Your queues",
        "keys": "Keys",
    },
    "de": {
        "sign in": "Anmelden",
        "name": "Name",
        "password": "Passwort",
        "new": "Neues Passwort",
        "once more": "Noch einmal",
        "save": "Passwort speichern",
        "you": "Sie: Jana Köhler",
        "out": "Abmelden",
        "queues": "Ihre Warteschlangen",
        "keys": "Tasten",
    },
}
JANA = "Jana Köhler"


@pytest.fixture
async def service(own_database):
    """The service on a port, where Jana has an account without a password."""
    await migrate(own_database["database_url"])
    connection = await asyncpg.connect(own_database["database_url"])
    await create_account(connection, name=JANA, role=AgentRole.AGENT, now=datetime.now(UTC))
    with serving(**own_database) as service:
        service.connection = connection
        yield service
    await connection.close()


async def link_of(service) -> str:
    now = datetime.now(UTC)
    token = await create_link(service.connection, JANA, now=now, valid=timedelta(hours=1))
    return link_url(service.url, token)


async def set_password(page: Page, service, words) -> None:
    """Jana opens her link, which signs her in by itself, and chooses a password by keyboard alone."""
    await page.goto(await link_of(service))
    await expect(page.get_by_label(words["new"])).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=words["queues"])).to_be_visible()


async def sign_in(page: Page, words) -> None:
    """Jana signs in by keyboard alone."""
    await page.goto("/")
    await expect(page.get_by_label(words["name"], exact=True)).to_be_focused()
    await page.keyboard.type(JANA)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=words["queues"])).to_be_visible()


async def sign_in_again(page: Page) -> None:
    """Jana signs in where the page says that her session has ended."""
    box = page.locator("#session")
    await box.get_by_label("Name").fill(JANA)
    await box.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def test_an_agent_signs_in_and_out_by_keyboard_in_both_languages(service):
    async with chromium() as browser:
        for language, words in WORDS.items():
            async with page_of(browser, service.url, language=language) as page:
                await set_password(page, service, words)
                await page.keyboard.press("?")
                await expect(page.get_by_role("dialog", name=words["keys"])).to_be_visible()
                await page.keyboard.press("Escape")
                await page.locator("summary", has=page.get_by_label(words["you"])).focus()
                await page.keyboard.press("Enter")
                await page.get_by_role("button", name=words["out"]).focus()
                await page.keyboard.press("Enter")
                await expect(page.get_by_role("heading", name=words["sign in"])).to_be_visible()
                await sign_in(page, words)
                await page.keyboard.press("g")
                async with page.expect_navigation(url="**/console"):
                    await page.keyboard.press("h")


async def test_a_session_that_ends_inside_a_page_costs_no_letter(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.evaluate(WRITE_BOX)
        await page.get_by_label("Note").fill("The router does not connect, error E42")
        await service.connection.execute("DELETE FROM agent_session")
        await page.get_by_role("button", name="Save note").click()
        await expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await expect(page.get_by_label("Note")).to_have_value("The router does not connect, error E42")
        box = page.locator("#session")
        await expect(box.get_by_label("Name")).to_be_focused()
        await page.keyboard.type(JANA)
        await page_asks_by_itself(page)
        await expect(box.get_by_label("Name")).to_have_value(JANA)
        await page.keyboard.press("Tab")
        await page.keyboard.type("not the right password")
        await page.keyboard.press("Enter")
        await expect(box.get_by_text("The name or the password is wrong.")).to_be_visible()
        await box.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="You are signed in again")).to_be_visible()
        await expect(page.get_by_label("Note")).to_have_value("The router does not connect, error E42")
        await service.connection.execute("DELETE FROM agent_session")  # a page may outlive several
        await page_asks_by_itself(page)
        await expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await sign_in_again(page)
        await expect(page.get_by_role("heading", name="You are signed in again")).to_be_visible()
        await page.get_by_role("button", name="Save note").click()  # with the token of the new session
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_session_that_ends_while_an_agent_writes_leaves_the_cursor_where_it_is(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.evaluate(WRITE_BOX)
        await page.get_by_label("Note").press_sequentially("The router")
        await service.connection.execute("DELETE FROM agent_session")
        await page_asks_by_itself(page)
        await expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await page.keyboard.type(" does not connect")
        await expect(page.get_by_label("Note")).to_have_value("The router does not connect")
        await page.get_by_role("button", name="Save note").click()  # the page says once more what is to be done
        await expect(page.locator("#session").get_by_label("Name")).to_be_focused()


async def page_asks_by_itself(page: Page) -> None:
    """What an event does: the page asks anew for the part that hears of it, which the ended session is not given."""
    async with page.expect_response(lambda answer: "x-askonce-automatic" in answer.request.headers) as answered:
        await page.evaluate(TELL)
    assert (await answered.value).status == 401
    await page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping')")


async def test_single_keys_rest_while_a_field_is_written_in_and_when_they_are_switched_off(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.evaluate(WRITE_BOX)
        await page.get_by_label("Note").press_sequentially("why?")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_label("Note")).to_have_value("why?")
        await page.get_by_label("You: Jana Köhler").click()
        await page.get_by_role("button", name="Off").click()
        await expect(page.locator("html")).to_have_attribute("data-keys", "off")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_axe_finds_nothing_on_any_page_width_theme_or_language_and_what_is_planted(service):
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                async for _ in looks(page):
                    for path in ("/signin", "/signin/link?token=used", "/nowhere"):
                        await page.goto(path)
                        assert await axe_violations(page) == [], path
                await sign_in(page, WORDS[language])
                async for _ in looks(page):
                    await pages_are_clean(page, WORDS[language])
        async with page_of(browser, service.url) as page:
            await page.goto("/signin")
            await page.evaluate(PLANT_FAULTS)
            found = " ".join(await axe_violations(page))
            assert "color-contrast" in found
            assert "image-alt" in found


async def pages_are_clean(page: Page, words) -> None:
    """Each page of an agent who has signed in, as it stands and with what opens on it."""
    await page.goto("/console")
    assert await axe_violations(page) == []
    await page.get_by_label(words["you"]).click()
    assert await axe_violations(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    assert await axe_violations(page) == []
    await page.goto("/password")
    assert await axe_violations(page) == []


TELL = """() => document.dispatchEvent(new CustomEvent("askonce:told", { detail: { live: true } }))"""
WRITE_BOX = """() => {
  const box = document.createElement("form");
  box.setAttribute("hx-post", "/signout");
  box.innerHTML = '<label for="n">Note</label><textarea id="n" name="note"></textarea><button>Save note</button>';
  document.getElementById("main").append(box);
  htmx.process(box);
}"""
"""A write box, as pages of customers will have one; what it sends signs out, which needs the session's token."""
PLANT_FAULTS = """() => {
  const pale = document.createElement("p");
  pale.textContent = "pale";
  pale.style.color = "#dddddd";
  const image = document.createElement("img");
  image.src = "/assets/none.png";
  document.getElementById("main").append(pale, image);
}"""
