"""A customer answers a question by keyboard, without script, and supervisors see what all say, in a real browser."""

from datetime import UTC, datetime

import httpx
import pytest
from playwright.async_api import expect

from service.access.accounts.accounts import change_account
from service.access.keys import create_key
from service.insight.feedback.questions import SurveyQuestion
from service.insight.feedback.surveys import SURVEY_PATH
from service.model.vocabulary import AgentRole, Role
from tests.cli.conftest import migrated_database as own_database
from tests.registration.events import event_json
from tests.web.console.screens import CHROMIUM, LANGUAGES, axe_violations, chromium, looks, page_of
from tests.web.console.test_admin_screens import look_at
from tests.web.console.test_desk_screens import picture
from tests.web.console.test_screens import JANA, WORDS, service, set_password, sign_in

__all__ = ["own_database", "service"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
VALUES = {SurveyQuestion.CSAT: "4", SurveyQuestion.NPS: "9", SurveyQuestion.EFFORT: "6"}


@pytest.fixture
async def asked(service):
    """The link of each question, each to another customer; two ratings of other channels are there."""
    key = await create_key(service.connection, role=Role.CHANNEL, name="shop", now=datetime.now(UTC))
    given, links = {"authorization": f"Bearer {key}"}, {}
    async with httpx.AsyncClient(base_url=service.url, headers=given) as shop:
        for number, question in enumerate(SurveyQuestion):
            said = event_json(email=f"c{number}@example.de", ref=f"m-{number}")
            matter = (await shop.post("/v1/interactions", json=said)).json()
            body = {name: matter[name] for name in ("customer_id", "conversation_id")} | {"question": question}
            made = await shop.post("/v1/surveys", json=body, headers={"idempotency-key": question})
            links[question] = made.json()["url"]
        for value in (5, 2):
            rating = {"kind": "feedback", "channel": "store", "rating": {"scale": 5, "value": value}}
            await shop.post("/v1/interactions", json=event_json(at=datetime.now(UTC), **rating))
    service.links = links
    return service


async def test_a_question_is_answered_by_keyboard_without_script(asked):
    async with chromium() as browser:
        for question, link in asked.links.items():
            async with page_of(browser, asked.url, java_script_enabled=False) as page:
                await page.goto(link)
                await page.keyboard.press("Tab")
                await page.keyboard.press("Space")
                await page.get_by_label(VALUES[question], exact=True).check()
                await page.keyboard.press("Tab")
                await page.keyboard.type("All well.")
                await page.keyboard.press("Tab")
                await page.keyboard.press("Enter")
                await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    stored = await asked.connection.fetch("SELECT question, is_top FROM rating WHERE by_survey ORDER BY question")
    assert [tuple(row) for row in stored] == [("csat", True), ("effort", True), ("nps", True)]


async def test_axe_finds_nothing_on_the_question_and_on_the_numbers(asked):
    await change_account(asked.connection, JANA, role=AgentRole.SUPERVISOR)
    paths = {question.value: link for question, link in asked.links.items()} | {"over": SURVEY_PATH + "unknown"}
    async with chromium() as browser:
        async with page_of(browser, asked.url) as page:
            await set_password(page, asked, WORDS["en"])
        numbers = {"feedback": "/console/admin/feedback", "by-queue": "/console/admin/feedback?by=queue"}
        for language in LANGUAGES:
            async with page_of(browser, asked.url, language=language) as page:
                async for theme, width in looks(page):
                    for name, path in paths.items():
                        await page.goto(path)
                        await picture(page, f"survey-{name}-{language}-{width}-{theme}")
                        assert await axe_violations(page) == [], (name, language, width, theme)
                        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                await sign_in(page, WORDS[language])
                async for theme, width in looks(page):
                    await look_at(page, numbers, f"{language}-{width}-{theme}")
