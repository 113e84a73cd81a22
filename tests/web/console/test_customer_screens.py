"""An agent answers a call with the customer's page before them, in a real browser."""

from datetime import UTC, datetime

import asyncpg
import httpx
import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import create_account
from service.access.keys import create_key
from service.db.migrate import migrate
from service.db.pool import Database
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.cli.conftest import serving
from tests.fixtures import Desk
from tests.web.console.screens import CHROMIUM, LANGUAGES, WIDTHS, axe_violations, chromium, looks, page_of
from tests.web.console.story import SAID, SUBJECT, tell_annas_story
from tests.web.console.test_screens import JANA, WORDS, set_password, sign_in

__all__ = ["own_database"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]

QUEUE = {"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo-Su 00:00-24:00"}}
ALWAYS = ("admin", "PUT", "/v1/queues/support", QUEUE)
ANSWERS = {
    "What it is about": [SUBJECT, SAID],
    "Claimed: caller ID or sender only": ["Postcode"],
    "Known: do not ask": ["HomeBox 7590", "E42", "70193"],
    "Already tried": ["Restarted the router", "Factory reset", "2 failed"],
    "Suggested next step": ["Apologise, then call back"],
    "Conditions in force": ["Goodwill on accessories", "name after verifying"],
    "Mood and risk of leaving": ["high risk", "2 attempts failed"],
}
"""Each region by its name, and what it must say."""
FIRST_ROW = ("What it is about", "Known: do not ask", "Already tried")
BREAK_PROMISES = (
    "UPDATE callback SET state = 'missed', kept = false, promised_from = now() - interval '3 hours',"
    " promised_to = now() - interval '2 hours'"
)
PROMISE = {"queue": "support", "reason": "Line check result", "phone": "+491711234567"}


@pytest.fixture
async def service(own_database):
    """The service on a port, with Anna's story on record, where Jana has an account without a password."""
    url = own_database["database_url"]
    await migrate(url)
    now = datetime.now(UTC)
    connection = await asyncpg.connect(url)
    await create_account(connection, name=JANA, role=AgentRole.AGENT, now=now)
    database = await Database.connect(url, connections=2)
    async with database.transaction() as writing:
        roles = (Role.ADMIN, Role.CONSOLE, Role.CHANNEL, Role.BOT)
        keys = {role: await create_key(writing, role=role, name=f"the {role}", now=now) for role in roles}
    await database.close()
    with serving(**own_database) as service:
        service.connection = connection
        async with httpx.AsyncClient(base_url=service.url, timeout=30) as http:
            service.desk = Desk(http, keys)
            await service.desk(*ALWAYS)
            customer_id = await tell_annas_story(service.desk, now)
            promised = PROMISE | {"customer_id": customer_id}
            await service.desk("console", "POST", "/v1/callbacks", promised, idempotency_key="promise")
            await connection.execute(BREAK_PROMISES)
            service.anna = f"/console/customers/{customer_id}"
            yield service
    await connection.close()


async def test_the_nine_answers_are_found_by_role_and_name_above_the_fold(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await is_above_the_fold(page.get_by_role("heading", name="Anna Weber", level=1))
        promise = page.get_by_role("region", name="What it is about").get_by_text("Promised: callback")
        await is_above_the_fold(promise)
        await expect(promise).to_contain_text("missed")
        for region, answers in ANSWERS.items():
            for answer in answers:
                await is_above_the_fold(page.get_by_role("region", name=region).get_by_text(answer).first)
        await page.set_viewport_size({"width": 1280, "height": 720})
        for region in FIRST_ROW:
            await is_above_the_fold(page.get_by_role("region", name=region).get_by_role("heading"), height=720)
            await is_above_the_fold(page.get_by_role("region", name=region).get_by_text(ANSWERS[region][0]), height=720)


async def is_above_the_fold(place, *, height: int = WIDTHS[1440]) -> None:
    """It is shown, and lies within the first 900 pixels."""
    await expect(place).to_be_visible()
    box = await place.bounding_box()
    assert box["y"] + box["height"] <= height, await place.inner_text()


async def test_a_note_is_written_by_keyboard_and_other_forms_keep_what_is_typed(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.keyboard.press("h")
        await expect(page.get_by_label("To the queue")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.type("Needs a line test")
        await page.get_by_role("heading", name="Anna Weber").click()
        await page.keyboard.press("n")
        await expect(page.get_by_label("Note").last).to_be_focused()
        await page.keyboard.type("She is home from 17:00")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("region", name="Timeline")).to_contain_text("She is home from 17:00")
        await expect(page.locator("#note-text")).to_have_value("")
        await expect(page.locator("#note-text")).to_be_focused()
        await expect(page.get_by_label("Why")).to_have_value("Needs a line test")
        await expect(page.get_by_role("region", name="Write").get_by_role("status")).to_contain_text("Saved")


async def test_what_is_refused_stays_in_its_field(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.keyboard.press("c")
        await page.get_by_label("What about").fill("The result of the line check")
        await page.get_by_label("Number, if not the known one").fill("12")
        await page.get_by_role("button", name="Promise", exact=True).click()
        await expect(page.get_by_text("This telephone number cannot exist.")).to_be_visible()
        await expect(page.get_by_label("What about")).to_have_value("The result of the line check")


async def test_one_click_leads_from_a_fact_to_where_it_was_said(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.get_by_role("region", name="Known: do not ask").get_by_role("link", name="Chatbot").click()
        await expect(page.locator("li:target")).to_contain_text("My router does not connect, error E42.")
        await expect(page.locator("li:target")).to_be_in_viewport()


async def test_long_names_and_words_of_any_script_widen_no_page(service):
    word = "Wolfeschlegelsteinhausenbergerdorff" * 8
    said = {"text": f"مرحبا، الجهاز لا يعمل 🙂 {word}", "subject": word, "facts": {"model": word, word[:99]: word}}
    customer_id = (await service.desk.register("channel", attempt=(word, "failed"), **said)).json()["customer_id"]
    record = {"name": word[:200], "segments": [word[:200]], "communication_style": word[:200]}
    assert (await service.desk("console", "PATCH", f"/v1/customers/{customer_id}", record)).status_code == 200
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for width in WIDTHS:
            async with page_of(browser, service.url, width=width) as page:
                await sign_in(page, WORDS["en"])
                await page.goto(f"/console/customers/{customer_id}")
                assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_axe_finds_nothing_on_the_customers_page(service):
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
        for language in LANGUAGES:
            async with page_of(browser, service.url, language=language) as page:
                await sign_in(page, WORDS[language])
                async for _ in looks(page):
                    await is_clean(page, service.anna)


async def is_clean(page: Page, path: str) -> None:
    """The page as it stands, and with what opens on it."""
    await page.goto(path)
    assert await axe_violations(page) == []
    await page.locator("#way-callback summary").click()
    await page.locator("label[data-opens=form-correction]").click()
    assert await axe_violations(page) == []


async def test_who_is_there_is_checked_by_keyboard_and_conditions_may_be_named_at_once(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.keyboard.press("n")
        await page.keyboard.type("She asks for 20%")
        await page.get_by_role("heading", name="Anna Weber").click()
        await page.keyboard.press("v")
        await expect(page.get_by_label("What the customer answers")).to_be_focused()
        await page.keyboard.type("70194")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This is not what is on record.")).to_be_visible()
        await expect(page.get_by_label("What the customer answers")).to_have_value("70194")
        assert await axe_violations(page) == []
        await page.get_by_label("What the customer answers").fill("70 193")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("region", name="Conditions in force")).to_contain_text("may be named")
        await expect(page.get_by_role("region", name="Verified")).to_be_visible()
        await expect(page.locator("#note-text")).to_have_value("She asks for 20%")
