"""Those who lead desks see what customers say, and how sure the numbers are."""

from datetime import timedelta

import pytest

from tests.insight.feedback.test_surveys import a_link, a_matter, answer
from tests.web.console.browser import Browser, create_agent, told

pytestmark = pytest.mark.slow

FEEDBACK = "/console/admin/feedback"


async def test_the_page_shows_each_score_with_its_interval_and_marks_few_answers(admin, desk, clock):
    assert "No answer in this time" in told(await admin.get(FEEDBACK))
    await answer(desk, await a_link(desk, await a_matter(desk)), "5")
    clock.offset = timedelta(seconds=1)
    shown = told(await admin.get(FEEDBACK))
    assert "Chatbot 100% 21% to 100% · 1 answer few answers – –" in shown
    assert "never handed over 100%" in told(await admin.get(f"{FEEDBACK}?by=queue&days=365"))


@pytest.mark.parametrize("query", ["by=agent", "days=0", "days=x"])
async def test_what_the_page_does_not_offer_is_refused(admin, query):
    assert (await admin.get(f"{FEEDBACK}?{query}")).status_code == 400


async def test_only_those_who_lead_desks_see_the_numbers(browser: Browser, rooms):
    await create_agent(rooms, "mia", "agent")
    await browser.sign_in("mia")
    assert (await browser.get(FEEDBACK)).status_code == 403


async def test_the_weekly_report_is_saved_as_a_page_or_a_table(admin):
    page, table = [await admin.get(f"{FEEDBACK}/report?week=2026-W46&kind={kind}") for kind in ("html", "csv")]
    assert page.headers["content-disposition"] == 'attachment; filename="askonce-2026-W46.html"'
    assert "Weekly report 2026-W46" in page.text
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith("week,section")
    assert (await admin.get(f"{FEEDBACK}/report?week=2026-W60")).status_code == 400
