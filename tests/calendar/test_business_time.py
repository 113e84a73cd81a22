"""Waiting counted in the hours of a desk."""

from datetime import UTC, datetime, timedelta

import pytest

from service.calendar.model import Calendar
from service.calendar.rules import add_business_seconds, business_seconds

HOUR_S = 3_600
SUPPORT = Calendar(
    time_zone="Europe/Berlin", country="DE", subdivision="BW", hours="Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00"
)
NEVER = Calendar(time_zone="UTC", hours="off")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-02-02T09:00", "2026-02-02T09:30", 0.5),
        ("2026-02-02T10:00", "2026-02-02T13:00", 2),  # the pause at noon does not count
        ("2026-02-06T16:00", "2026-02-09T09:00", 1 + 4 + 1),  # Friday, Saturday, Monday
        ("2026-01-05T16:00", "2026-01-07T09:00", 1 + 0 + 1),  # 6 January is a holiday
        ("2026-02-08T00:00", "2026-02-08T23:00", 0),
        ("2026-02-03T09:00", "2026-02-02T09:00", 0),
    ],
)
def test_only_the_hours_of_the_desk_count(start, end, hours):
    assert business_seconds(SUPPORT, utc(start), utc(end)) == hours * HOUR_S


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-02-02T09:00", 1, "2026-02-02T10:00"),
        ("2026-02-02T10:00", 2, "2026-02-02T13:00"),
        ("2026-02-02T16:00", 1, "2026-02-02T17:00"),  # at the close, not the next morning
        ("2026-02-06T16:00", 6, "2026-02-09T09:00"),
        ("2026-02-08T12:00", 1, "2026-02-09T09:00"),
        ("2026-02-08T12:00", 0, "2026-02-08T12:00"),
    ],
)
def test_a_promise_in_business_hours_falls_due_inside_them(start, hours, end):
    assert add_business_seconds(SUPPORT, utc(start), hours * HOUR_S) == utc(end)


def test_time_never_passes_at_a_desk_that_never_opens():
    start = utc("2026-02-02T09:00")
    assert business_seconds(NEVER, start, start + timedelta(days=3_000)) == 0
    assert add_business_seconds(NEVER, start, 1) is None


def test_more_time_than_the_calendar_knows_is_never_reached():
    assert add_business_seconds(SUPPORT, utc("2098-01-01T09:00"), 10**9) is None
