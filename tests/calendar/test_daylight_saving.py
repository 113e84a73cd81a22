"""The night in which the clock jumps, and the night in which it shows an hour twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.calendar.model import Calendar, Interval
from service.calendar.rules import business_seconds, next_interval, open_status
from service.calendar.wall_clock import wall_clock_to_utc

MINUTE = timedelta(minutes=1)
HOUR_S = 3_600


def opening(time_zone, hours, after):
    return next_interval(Calendar(time_zone=time_zone, hours=hours), after)


def interval(start, end):
    return Interval(start=datetime.fromisoformat(start + "Z"), end=datetime.fromisoformat(end + "Z"))


@pytest.mark.parametrize(
    ("time_zone", "hours", "expected"),
    [
        # Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
        ("Europe/Berlin", "01:00-02:30", ("2026-03-29T00:00", "2026-03-29T01:00")),
        ("Europe/Berlin", "02:30-05:00", ("2026-03-29T01:00", "2026-03-29T03:00")),
        ("Europe/Berlin", "22:00-06:00", ("2026-03-28T21:00", "2026-03-29T04:00")),
        ("Europe/Berlin", "00:00-03:00", ("2026-03-28T23:00", "2026-03-29T01:00")),
        # New York, 8 March 2026: 02:00 becomes 03:00 at 07:00 UTC.
        ("America/New_York", "01:00-02:30", ("2026-03-08T06:00", "2026-03-08T07:00")),
        ("America/New_York", "02:30-05:00", ("2026-03-08T07:00", "2026-03-08T09:00")),
        # Lord Howe, 4 October 2026: 02:00 becomes 02:30 at 15:30 UTC of the day before.
        ("Australia/Lord_Howe", "01:00-02:15", ("2026-10-03T14:30", "2026-10-03T15:30")),
        ("Australia/Lord_Howe", "02:15-03:00", ("2026-10-03T15:30", "2026-10-03T16:00")),
        # Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
        ("Europe/Berlin", "01:00-02:30", ("2026-10-24T23:00", "2026-10-25T00:30")),
        ("Europe/Berlin", "02:15-02:45", ("2026-10-25T00:15", "2026-10-25T00:45")),
        ("Europe/Berlin", "02:30-05:00", ("2026-10-25T00:30", "2026-10-25T04:00")),
        ("Europe/Berlin", "02:00-03:00", ("2026-10-25T00:00", "2026-10-25T02:00")),
        ("Europe/Berlin", "22:00-06:00", ("2026-10-24T20:00", "2026-10-25T05:00")),
        # New York, 1 November 2026: 02:00 becomes 01:00 at 06:00 UTC.
        ("America/New_York", "01:15-01:45", ("2026-11-01T05:15", "2026-11-01T05:45")),
        ("America/New_York", "00:00-04:00", ("2026-11-01T04:00", "2026-11-01T09:00")),
        # Lord Howe, 5 April 2026: 02:00 becomes 01:30 at 15:00 UTC of the day before.
        ("Australia/Lord_Howe", "01:30-01:45", ("2026-04-04T14:30", "2026-04-04T14:45")),
        ("Australia/Lord_Howe", "01:00-02:00", ("2026-04-04T14:00", "2026-04-04T15:30")),
    ],
)
def test_an_opening_runs_from_the_first_showing_of_its_start_to_the_first_showing_of_its_end(
    time_zone, hours, expected
):
    assert opening(time_zone, hours, interval(*expected).start - MINUTE) == interval(*expected)


@pytest.mark.parametrize(
    ("time_zone", "hours", "before", "next_night"),
    [
        ("Europe/Berlin", "02:00-03:00", "2026-03-28T12:00", ("2026-03-30T00:00", "2026-03-30T01:00")),
        ("America/New_York", "02:15-02:45", "2026-03-07T12:00", ("2026-03-09T06:15", "2026-03-09T06:45")),
        ("Australia/Lord_Howe", "02:00-02:30", "2026-10-03T12:00", ("2026-10-04T15:00", "2026-10-04T15:30")),
    ],
)
def test_hours_wholly_inside_the_skipped_ones_do_not_take_place_that_night(time_zone, hours, before, next_night):
    after = datetime.fromisoformat(before + "Z")
    assert opening(time_zone, hours, after) == interval(*next_night)


def test_hours_inside_the_repeated_ones_take_place_once():
    desk = Calendar(time_zone="Europe/Berlin", hours="02:15-02:45")
    second_showing = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert open_status(desk, second_showing - timedelta(hours=1)).open is True
    assert open_status(desk, second_showing).open is False
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert business_seconds(desk, night, night + timedelta(hours=12)) == HOUR_S / 2


@pytest.mark.parametrize(
    ("time_zone", "day_start", "seconds"),
    [
        ("Europe/Berlin", "2026-03-28T23:00", 23 * HOUR_S),
        ("Europe/Berlin", "2026-10-24T22:00", 25 * HOUR_S),
        ("America/New_York", "2026-03-08T05:00", 23 * HOUR_S),
        ("America/New_York", "2026-11-01T04:00", 25 * HOUR_S),
        ("Australia/Lord_Howe", "2026-10-03T13:30", 23.5 * HOUR_S),
        ("Australia/Lord_Howe", "2026-04-04T13:00", 24.5 * HOUR_S),
    ],
)
def test_a_whole_sunday_lasts_as_long_as_the_clock_takes_for_it(time_zone, day_start, seconds):
    noon_before = datetime.fromisoformat(day_start + "Z") - timedelta(hours=12)
    sundays = Calendar(time_zone=time_zone, hours="Su 00:00-24:00")
    assert business_seconds(sundays, noon_before, noon_before + timedelta(hours=48)) == seconds


@pytest.mark.parametrize("time_zone", ["Europe/Berlin", "America/Havana", "America/St_Johns", "Asia/Beirut"])
def test_a_desk_that_never_closes_has_no_pause_when_the_clock_changes(time_zone):
    always = Calendar(time_zone=time_zone, hours="Mo-Su 00:00-24:00")
    start = datetime(2006, 1, 1, tzinfo=UTC)
    year = timedelta(days=365)
    assert business_seconds(always, start, start + year) == year.total_seconds()


@pytest.mark.parametrize(
    ("time_zone", "around"),
    [
        ("Europe/Berlin", "2026-03-29T02:30"),
        ("Europe/Berlin", "2026-10-25T02:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15"),
        ("Australia/Lord_Howe", "2026-04-05T01:45"),
        ("America/Havana", "2026-03-08T00:30"),  # the change is at midnight
        ("America/Havana", "2026-11-01T00:30"),
        ("America/St_Johns", "2006-10-29T00:00"),  # a minute past midnight it is 23:01 of the day before
        ("Pacific/Apia", "2011-12-30T12:00"),  # the whole date is skipped
    ],
)
def test_the_first_showing_is_the_one_found_by_watching_the_clock(time_zone, around):
    zone, wall = ZoneInfo(time_zone), datetime.fromisoformat(around)
    for minutes in range(-90, 91, 15):
        wanted = wall + minutes * MINUTE
        moment = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
        while moment.astimezone(zone).replace(tzinfo=None) < wanted:
            moment += MINUTE
        assert wall_clock_to_utc(wanted, zone) == moment
