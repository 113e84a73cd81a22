"""The days to come, as a page shows them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.calendar.model import Calendar, SpecialHours
from service.calendar.week import DayMark, week_schedule

BERLIN = Calendar(time_zone="Europe/Berlin", hours="Mo-Fr 09:00-18:00; Sa 22:00-02:00", country="DE", subdivision="BW")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(calendar: Calendar, now: datetime) -> list[tuple[str, list[str]]]:
    """Each day with its openings in UTC."""
    return [
        (f"{day.on:%a %d}", [f"{one.start:%d %H:%M}-{one.end:%d %H:%M}" for one in day.openings])
        for day in week_schedule(calendar, now)
    ]


def test_a_week_has_seven_days_from_today_and_a_night_is_a_part_of_two():
    assert told(BERLIN, at("2026-11-20T23:30")) == [
        ("Sat 21", ["21 21:00-21 23:00"]),
        ("Sun 22", ["21 23:00-22 01:00"]),
        *((f"{day} {number}", [f"{number} 08:00-{number} 17:00"]) for day, number in WORKDAYS),
    ]


WORKDAYS = (("Mon", 23), ("Tue", 24), ("Wed", 25), ("Thu", 26), ("Fri", 27))


def test_holidays_closed_dates_and_exceptions_are_told_apart():
    calendar = Calendar(
        time_zone="Europe/Berlin",
        hours="Mo-Su 09:00-18:00",
        country="DE",
        closed=(date(2026, 12, 24),),
        exceptions=(SpecialHours(on=date(2026, 12, 26), hours="10:00-12:00"),),
    )
    days = week_schedule(calendar, at("2026-12-23T09:00"))
    assert [day.mark for day in days[:5]] == [None, DayMark.CLOSED, DayMark.HOLIDAY, DayMark.EXCEPTION, None]
    assert [bool(day.openings) for day in days[:5]] == [True, False, False, True, True]
    assert days[2].holiday == "Christmas Day (Erster Weihnachtstag)"
    assert days[3].holiday is not None


@pytest.mark.parametrize(
    ("now", "change", "open_for"),
    [
        ("2027-03-28T09:00", -HOUR, 23 * HOUR),
        ("2026-10-25T09:00", HOUR, 25 * HOUR),
        ("2026-11-21T09:00", 0 * HOUR, 24 * HOUR),
    ],
)
def test_a_day_on_which_the_clock_changes_has_its_true_length(now, change, open_for):
    day = week_schedule(Calendar(time_zone="Europe/Berlin", hours="24/7"), at(now))[0]
    (opening,) = day.openings
    assert (day.clock_change, opening.end - opening.start) == (change, open_for)
    assert (day.share(opening.start), day.share(opening.end)) == (0.0, 1.0)
