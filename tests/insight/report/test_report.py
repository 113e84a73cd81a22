"""The weekly report adds up, says what changed, and nothing about a person."""

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from service.insight.report.model import OTHER_SUBJECTS, ReportItem, ReportSection, number_text
from service.insight.report.page import report_page
from service.insight.report.report import draw_up_report
from service.insight.report.table import report_table
from service.insight.report.week import parse_week
from tests.fixtures import NOW
from tests.handoff.examples import queue_json
from tests.insight.feedback.test_numbers import rate

pytestmark = pytest.mark.slow

BERLIN = ZoneInfo("Europe/Berlin")
LATER = NOW + timedelta(days=20)
NAME = "Anna Muster"
SUMS = {
    ReportItem.ASKED_AGAIN: {ReportSection.ASKED_AGAIN},
    ReportItem.GAVE_UP: {
        ReportSection.GAVE_UP_BY_CHANNEL, ReportSection.GAVE_UP_BY_QUEUE, ReportSection.GAVE_UP_BY_SUBJECT,
    },
    ReportItem.KEPT: {ReportSection.PROMISES},
    ReportItem.BROKEN: {ReportSection.PROMISES},
    ReportItem.TAKEN: {ReportSection.HANDOFFS},
    ReportItem.FAILED: {ReportSection.HANDOFFS},
}  # fmt: skip


@pytest.fixture
async def company(desk, rooms) -> None:
    """Matters of two weeks: asked again, given up, handed over, promised, feared and rated."""
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    person = {"participant": {"role": "customer", "name": NAME}, "text": f"I am {NAME}"}
    for number in range(6):
        said = {"email": f"c{number}@b.de", "ref": f"m-{number}", "facts": {"city": "Ulm"}}
        await desk.register(**said, **person, subject="Router is slow" if number < 5 else f"Order of {NAME}")
    for fact, channel, days in (("city", "phone", 0), ("city", "chatbot", 1), ("city", "phone", 7)):
        asks = {"asks": [fact, "never_said"], "channel": channel, "kind": "message", "at": NOW - timedelta(days=days)}
        await desk.register(email="c0@b.de", ref="m-0", **asks)
    given = {"identity": {"kind": "email", "value": "c1@b.de"}, "conversation": {"ref": "m-1"}}
    body = given | {"to": {"queue": "repairs"}, "reason": {"text": NAME}}
    assert (await desk("channel", "POST", "/v1/handoffs", body, idempotency_key="h")).is_success
    await desk.register(kind="concern", email="c2@b.de", ref="m-2", text=NAME)
    await rate(desk, 5, email="c3@b.de", ref="m-3")


async def report_of(rooms, name: str = "2026-W47", now: datetime = LATER):
    async with rooms.database.connection() as connection:
        week = parse_week(name, BERLIN, now)
        return await draw_up_report(connection, week, BERLIN, now, gave_up_days=14)


async def test_the_overview_is_the_sum_of_each_section(company, rooms):
    report = await report_of(rooms, "2026-W49", LATER)
    overview = {row.item: row for row in report.section(ReportSection.OVERVIEW)}
    assert overview[ReportItem.GAVE_UP].this_week == 6
    for item, sections in SUMS.items():
        for section in sections:
            rows = [row for row in report.section(section) if row.item is item]
            assert sum(row.this_week for row in rows) == overview[item].this_week, section
            assert sum(row.before for row in rows) == overview[item].before, section


async def test_what_was_asked_again_is_told_by_fact_and_channel_beside_the_week_before(company, rooms):
    rows = (await report_of(rooms)).section(ReportSection.ASKED_AGAIN)
    assert [(row.fact, row.place, row.this_week, row.before, row.change) for row in rows] == [
        ("city", "phone", 1, 1, 0), ("city", "chatbot", 1, 0, 1),
    ]  # fmt: skip


async def test_handoffs_concerns_and_ratings_of_the_week_are_counted(company, rooms):
    report = await report_of(rooms)
    found = {(row.section, row.item): row.this_week for row in report.rows}
    assert found[ReportSection.OVERVIEW, ReportItem.OPENED] == 5
    assert found[ReportSection.HANDOFFS, ReportItem.FAILED] == 1, "the queue is closed on Saturdays"
    assert found[ReportSection.CONCERNS, ReportItem.OPEN] == 1
    assert found[ReportSection.RATINGS, ReportItem.CSAT] == 100.0


async def test_a_subject_that_few_share_is_not_named(company, rooms):
    rows = (await report_of(rooms, "2026-W49", LATER)).section(ReportSection.GAVE_UP_BY_SUBJECT)
    assert {row.place: row.this_week for row in rows} == {"Router is slow": 5, OTHER_SUBJECTS: 1}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_page_and_the_table_hold_the_same_numbers_and_no_person(company, rooms, language):
    report = await report_of(rooms)
    page, table = report_page(report, language), report_table(report)
    lines = list(csv.DictReader(StringIO(table)))
    shown = re.findall(r"<tr>(?:(?!</tr>).)*?</tr>", re.sub(r"<tfoot>.*?</tfoot>", "", page, flags=re.DOTALL))
    numbers = [re.findall(r'<td class="n">([^<]*)</td>', row) for row in shown]
    told = [[line["this_week"] or "–", line["week_before"] or "–"] for line in lines]
    assert [row[:2] for row in numbers if row] == [
        [one.replace("-", "−").replace(".", "," if language == "de" else ".") for one in line] for line in told
    ]
    assert not re.search(rf"{NAME}|b\.de|Ulm|https?://|<script", page + table)


async def test_a_week_without_anything_is_a_whole_page(rooms):
    report = await report_of(rooms, "2001-W01", LATER)
    assert {row.this_week for row in report.rows} == {0}
    assert report_page(report, "en").count("Nothing in either week.") == len(ReportSection) - 1


async def test_the_week_that_runs_says_so(rooms):
    report = await report_of(rooms, "2026-W47", NOW)
    assert not report.is_whole
    assert "This week is not over" in report_page(report, "en")


async def test_a_subject_is_no_formula_and_no_markup(desk, rooms):
    for number in range(5):
        await desk.register(email=f"c{number}@b.de", ref=f"m-{number}", subject="=1+<b>")
    report = await report_of(rooms, "2026-W49", LATER)
    assert "'=1+<b>" in report_table(report)
    assert "=1+&lt;b&gt;" in report_page(report, "de")


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (1234567, "1234567"), (-3, "-3"), (71.4, "71.4"), (-12.5, "-12.5"), (100.0, "100")]
)
def test_a_number_is_told_with_all_its_digits(number, text):
    assert number_text(number) == text
