"""A week is one of the calendar, by the company's clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.errors import InvalidInput
from service.insight.report.week import last_whole_week, parse_week, week_before

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "first", "hours"),
    [
        ("2026-W47", date(2026, 11, 16), 168),
        ("2026-W01", date(2025, 12, 29), 168),
        ("2020-W53", date(2020, 12, 28), 168),
        ("2026-W13", date(2026, 3, 23), 167),
        ("2026-W43", date(2026, 10, 19), 169),
        ("2026-W48", date(2026, 11, 23), 168),
    ],
)
def test_a_week_begins_on_its_monday_and_ends_with_its_sunday(name, first, hours):
    week = parse_week(name, BERLIN, NOW)
    assert (week.name, week.first) == (name, first)
    assert (week.end.astimezone(UTC) - week.start.astimezone(UTC)).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-47",
        "2026-W7",
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-w47",
        "0001-W01",
        "9999-W52",
        "2026-W47 ",
        "٢٠٢٦-W٤٧",
    ],
)
def test_what_is_no_week_is_refused_with_an_example(name):
    with pytest.raises(InvalidInput, match="such as 2026-W47"):
        parse_week(name, BERLIN, NOW)


def test_a_week_that_has_not_begun_is_refused():
    with pytest.raises(InvalidInput, match="has not begun"):
        parse_week("2026-W49", BERLIN, NOW)


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "2026-W46"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "2026-W47"),
        (datetime(2027, 1, 4, 12, tzinfo=UTC), "2026-W53"),
    ],
)
def test_the_last_whole_week_is_over_in_the_companys_zone(now, name):
    week = last_whole_week(BERLIN, now)
    assert week.name == name
    assert week_before(week, BERLIN).end == week.start
