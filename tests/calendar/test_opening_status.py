"""What a desk says at a moment: open or closed, until when, when next, and why."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.calendar.model import Calendar, Interval, OpenStatus, SpecialHours
from service.calendar.rules import next_interval, open_status
from service.errors import InvalidInput

SUPPORT = Calendar(
    time_zone="Europe/Berlin",
    country="DE",
    subdivision="BW",
    hours="Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00",
    closed=(date(2026, 12, 24),),
    exceptions=(SpecialHours(on=date(2026, 12, 31), hours="09:00-12:00"),),
)
NIGHTS = Calendar(time_zone="Europe/Berlin", country="DE", subdivision="BW", hours="Mo-Fr 09:00-17:00,22:00-02:00")
ALWAYS = Calendar(time_zone="UTC", hours="24/7")
NEVER = Calendar(time_zone="UTC", hours="off")


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-02-02T11:59", "Open until 12:00."),
        ("2026-02-02T12:00", "Closed: outside opening hours; opens today 13:00."),
        ("2026-02-02T18:00", "Closed: outside opening hours; opens Tuesday 09:00."),
        ("2026-02-07T14:00", "Closed: outside opening hours; opens Monday 09:00."),
        ("2026-01-06T11:00", "Closed: Epiphany (Heilige Drei Könige); opens Wednesday 09:00."),
        ("2026-12-24T11:00", "Closed: no service on 24 December 2026; opens Monday 09:00."),
        ("2026-12-31T11:00", "Open until 12:00."),
        (
            "2026-12-31T14:00",
            "Closed: outside the special hours of 31 December 2026 (09:00-12:00); opens Saturday 10:00.",
        ),
    ],
)
def test_the_support_desk_says_why(at, reason):
    assert open_status(SUPPORT, berlin(at)).reason == reason


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("Mo 20:00-24:00", "Open until midnight."),
        ("Mo 20:00-02:00", "Open until Tuesday 02:00."),
        ("Mo-We 00:00-24:00", "Open until Thursday 00:00."),
        ("Mo 09:00-18:00", "Closed: outside opening hours; opens Monday 9 February 2026 09:00."),
        ("24/7", "Open around the clock."),
        ("off", "Closed: outside opening hours; does not open within 400 days."),
    ],
)
def test_a_monday_evening_in_words(hours, reason):
    assert open_status(Calendar(time_zone="Europe/Berlin", hours=hours), berlin("2026-02-02T21:00")).reason == reason


def test_an_opening_more_than_a_week_away_is_named_with_its_date():
    summer = Calendar(
        time_zone="Europe/Berlin", hours="off", exceptions=(SpecialHours(on=date(2026, 7, 1), hours="09:00-12:00"),)
    )
    assert open_status(summer, berlin("2026-02-02T11:00")).reason.endswith("opens Wednesday 1 July 2026 09:00.")


def test_an_open_desk_says_until_when_and_when_it_opens_again():
    assert open_status(SUPPORT, berlin("2026-02-02T10:00")) == OpenStatus(
        open=True,
        until=berlin("2026-02-02T12:00"),
        next_open=berlin("2026-02-02T13:00"),
        reason="Open until 12:00.",
    )


def test_a_closed_desk_says_when_it_opens():
    closed = open_status(SUPPORT, berlin("2026-02-07T15:00"))
    assert (closed.open, closed.until, closed.next_open) == (False, None, berlin("2026-02-09T09:00"))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-01-06T01:59", True),  # Monday's night lasts into the holiday
        ("2026-01-06T02:00", False),
        ("2026-01-06T23:00", False),  # the holiday has no night of its own
        ("2026-01-07T01:00", False),  # nor does that night last into the day after
        ("2026-01-07T23:00", True),
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_start_on(at, is_open):
    assert open_status(NIGHTS, berlin(at)).open is is_open


def test_an_exception_opens_a_holiday_and_replaces_the_weekly_hours():
    new_year = SpecialHours(on=date(2026, 1, 1), hours="14:00-15:00,23:00-01:00")
    desk = Calendar(time_zone="Europe/Berlin", country="DE", hours="09:00-18:00", exceptions=(new_year,))
    assert open_status(desk, berlin("2026-01-01T10:00")).next_open == berlin("2026-01-01T14:00")
    assert open_status(desk, berlin("2026-01-02T00:30")).until == berlin("2026-01-02T01:00")


def test_hours_that_touch_at_midnight_are_one_opening():
    weekend = Calendar(time_zone="Europe/Berlin", hours="Sa 20:00-24:00; Su 00:00-04:00")
    assert open_status(weekend, berlin("2026-01-31T21:00")).until == berlin("2026-02-01T04:00")


@pytest.mark.parametrize(("saturday", "sunday"), [("2026-02-07", "2026-02-08"), ("2026-01-31", "2026-02-01")])
def test_a_night_that_overlaps_the_next_day_is_one_opening(saturday, sunday):
    weekend = Calendar(time_zone="Europe/Berlin", hours="Sa 20:00-19:00; Su 01:00-02:00,18:00-20:00")
    expected = Interval(start=berlin(f"{saturday}T20:00"), end=berlin(f"{sunday}T20:00"))
    assert next_interval(weekend, berlin(f"{saturday}T19:00")) == expected
    assert open_status(weekend, berlin(f"{sunday}T01:30")).until == expected.end


def test_the_next_interval_is_the_rest_of_the_present_one_or_the_one_after():
    inside, outside = berlin("2026-02-02T10:30"), berlin("2026-02-02T12:30")
    assert next_interval(SUPPORT, inside) == Interval(start=inside, end=berlin("2026-02-02T12:00"))
    assert next_interval(SUPPORT, outside) == Interval(start=berlin("2026-02-02T13:00"), end=berlin("2026-02-02T18:00"))


def test_a_desk_that_never_closes_has_no_end_in_sight():
    now = berlin("2026-02-02T10:00")
    assert open_status(ALWAYS, now) == OpenStatus(
        open=True, until=None, next_open=None, reason="Open around the clock."
    )
    rest = next_interval(ALWAYS, now)
    assert rest.start == now
    assert rest.end - now > timedelta(days=400)


def test_the_last_known_evening_does_not_end_a_desk_that_never_closes():
    assert open_status(ALWAYS, datetime(2099, 12, 31, 23, 59, tzinfo=UTC)).until is None


def test_a_desk_that_never_opens_says_so():
    now = berlin("2026-02-02T10:00")
    assert next_interval(NEVER, now) is None
    assert (open_status(NEVER, now).open, open_status(NEVER, now).next_open) == (False, None)


def test_a_moment_may_be_given_in_any_time_zone():
    tokyo = berlin("2026-02-02T10:00").astimezone(ZoneInfo("Asia/Tokyo"))
    answer = open_status(SUPPORT, tokyo)
    assert answer == open_status(SUPPORT, berlin("2026-02-02T10:00"))
    assert answer.until.tzinfo is UTC


@pytest.mark.parametrize("year", [1, 1969, 2100, 9999])
def test_a_year_without_known_hours_is_refused(year):
    with pytest.raises(InvalidInput, match="known from 1970 to 2099"):
        open_status(SUPPORT, datetime(year, 12, 31, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, tzinfo=UTC)])
@pytest.mark.parametrize("desk", [SUPPORT, NIGHTS, ALWAYS, NEVER])
def test_the_first_and_the_last_known_moment_have_an_answer(desk, at):
    assert open_status(desk, at).reason


def test_a_moment_without_a_time_zone_is_a_mistake_of_the_program():
    with pytest.raises(TypeError):
        open_status(SUPPORT, datetime(2026, 2, 2, 10))  # noqa: DTZ001
