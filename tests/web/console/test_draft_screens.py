"""In a real browser: what an agent types is there to the letter, whatever happens around it."""

import pytest
from playwright.async_api import Page, expect

from service.access.accounts.accounts import change_account
from tests.cli.conftest import migrated_database as own_database
from tests.web.console.desk_story import promise
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, page_of
from tests.web.console.test_customer_screens import QUEUE, service
from tests.web.console.test_screens import JANA, WORDS, set_password, sign_in, sign_in_again

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
ON_THE_SERVER = "Draft on the server"
NOTE = "#note-text"


async def write(page: Page, text: str) -> None:
    """A note is written, key by key, and lies on the server after a pause."""
    await page.locator(NOTE).focus()
    await page.keyboard.type(text)
    await expect(page.locator("#form-note").get_by_text(ON_THE_SERVER)).to_be_visible()


async def test_what_is_written_is_there_after_a_reload_and_in_another_browser(service):
    async with chromium() as browser:
        async with page_of(browser, service.url) as page:
            await set_password(page, service, WORDS["en"])
            await page.goto(service.anna)
            await write(page, "She is at home from 17:00.")
            await page.keyboard.type(" And quick")  # goes with the page, without a pause
            await page.reload()
            await expect(page.locator(NOTE)).to_have_value("She is at home from 17:00. And quick")
            await page.keyboard.press("h")
            await page.get_by_label("Why").fill("Needs a line test")
            await expect(page.locator("#form-handoff").get_by_text(ON_THE_SERVER)).to_be_visible()
            assert await axe_violations(page) == []
        async with page_of(browser, service.url, language="de", width=390) as page:
            await sign_in(page, WORDS["de"])
            await page.goto(service.anna)
            await expect(page.locator(NOTE)).to_have_value("She is at home from 17:00. And quick")
            await expect(page.locator("#handoff-reason")).to_have_value("Needs a line test")
            await expect(page.locator("#handoff-reason")).to_be_visible()
            await expect(page.locator("#form-note").get_by_text("Entwurf auf dem Server")).to_be_visible()
            await page.locator("#form-note button").click()
            await expect(page.locator(NOTE)).to_have_value("")
            await page.reload()
            await expect(page.locator("#handoff-reason")).to_have_value("Needs a line test")
            await expect(page.locator(NOTE)).to_have_value("")


async def test_an_expired_session_costs_no_letter_and_writing_goes_on(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await write(page, "Before")
        await service.connection.execute("DELETE FROM agent_session")
        await page.keyboard.type(", after")
        await expect(page.get_by_text("Not saved: please sign in again.")).to_be_visible()
        await expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await expect(page.locator(NOTE)).to_be_focused()
        await page.keyboard.type(" the end")
        assert await axe_violations(page) == []
        await sign_in_again(page)
        await expect(page.locator("#form-note").get_by_text(ON_THE_SERVER)).to_be_visible()
        await expect(page.locator(NOTE)).to_have_value("Before, after the end")
        await service.connection.execute("DELETE FROM agent_session")
        await page.locator(NOTE).press("End")
        await page.keyboard.type(", and on")
        await expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await sign_in_again(page)
        await expect(page.locator("#form-note").get_by_text(ON_THE_SERVER)).to_be_visible()
        await page.reload()
        await expect(page.locator(NOTE)).to_have_value("Before, after the end, and on")


async def test_a_draft_that_the_server_cannot_take_is_tried_again(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await page.context.set_offline(True)
        await page.locator(NOTE).focus()
        await page.keyboard.type("Written without a network")
        await expect(page.get_by_text("Not saved: the service cannot be reached.")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator("#form-note").get_by_text(ON_THE_SERVER)).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_two_tabs_in_one_field_lose_nothing_of_each_other(service, language):
    async with chromium() as browser, page_of(browser, service.url, language=language) as page:
        await set_password(page, service, WORDS[language])
        other = await page.context.new_page()
        for tab, begun in ((page, "From"), (other, "And")):
            await tab.goto(service.anna)
            await tab.locator(NOTE).focus()
            await tab.keyboard.type(begun)
        await page.bring_to_front()
        async with page.expect_response(lambda answer: "the first tab" in (answer.request.post_data or "")):
            await page.keyboard.type(" the first tab")
        await other.bring_to_front()
        await other.keyboard.type(" the second")
        await expect(other.locator("#form-note .draft > p")).to_be_visible()
        notice = other.locator("#form-note .draft summary")
        await expect(notice).to_be_visible()
        await notice.click()
        await expect(other.get_by_text("From the first tab")).to_be_visible()
        await expect(other.locator(NOTE)).to_have_value("And the second")
        await expect(page.locator(NOTE)).to_have_value("From the first tab")
        assert await axe_violations(other) == []
        await other.reload()
        await expect(other.locator(NOTE)).to_have_value("And the second")
        await expect(notice).to_be_visible()


async def test_a_tab_whose_session_was_renewed_in_another_one_goes_on(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await service.connection.execute("DELETE FROM agent_session")
        other = await page.context.new_page()
        await sign_in(other, WORDS["en"])
        await page.bring_to_front()
        await write(page, "The token of this page is an old one")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("region", name="Timeline")).to_contain_text(
            "The token of this page is an old one"
        )


async def test_what_is_sent_while_its_draft_is_on_the_way_leaves_none(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        callback = await promise(service.desk)
        await page.goto(f"/console/callbacks/{callback['id']}")
        await page.keyboard.press("c")
        await page.get_by_label("Note (optional)").fill("Voice of a child")
        await page.get_by_role("button", name="Busy").click()  # leaves the field, which is kept at once
        await expect(page.get_by_role("region", name="Calls so far")).to_contain_text("Voice of a child")
        assert await service.connection.fetchval("SELECT count(*) FROM agent_draft") == 0


async def test_an_agent_of_two_queues_who_looks_at_a_customer_and_leaves_has_written_nothing(service):
    """Two queues are marked as the agent's, and a browser chooses the last one: this is no writing."""
    await service.desk("admin", "PUT", "/v1/queues/technicians", QUEUE | {"title": "Technicians"})
    await change_account(service.connection, JANA, queues=["support", "technicians"])
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await expect(page.locator("#handoff-queue option[selected]")).to_have_count(2)
        await page.goto("/console")
        async with page.expect_response(lambda answer: "/console/drafts/" in answer.url) as asked:
            await page.goto(service.anna)
        assert (await (await asked.value).json())["drafts"] == []
        assert await service.connection.fetchval("SELECT count(*) FROM agent_draft") == 0


async def test_what_is_written_on_one_page_of_a_customer_is_no_remainder_on_the_other(service):
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        await page.goto(service.anna)
        await write(page, "She is at home from 17:00.")
        await page.goto(f"{service.anna}/journey")
        await page.get_by_label("Note", exact=True).fill("Forward the call")
        await expect(page.get_by_text(ON_THE_SERVER)).to_be_visible()
        for path, field, text in (
            (service.anna, NOTE, "She is at home from 17:00."),
            (f"{service.anna}/journey", NOTE, "Forward the call"),
        ):
            await page.goto(path)
            await expect(page.locator(field)).to_have_value(text)
            await expect(page.get_by_text("What you wrote here and have not sent")).to_be_hidden()


async def test_a_page_about_a_customer_names_its_forms(service):
    """Drafts of a form that is not named there would be kept and never shown."""
    async with chromium() as browser, page_of(browser, service.url) as page:
        await set_password(page, service, WORDS["en"])
        for path in (service.anna, f"{service.anna}/journey"):
            await page.goto(path)
            named = await page.locator("#drafts").get_attribute("data-forms")
            forms = page.locator("form[data-draft]")
            there = await forms.evaluate_all("forms => forms.map((form) => form.dataset.draft)")
            assert there and set(there) <= set(named.split()), path
