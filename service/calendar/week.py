"""The days to come as a calendar has them: what is open of each, and what sets a day apart."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from service.calendar.model import Calendar, Interval
from service.calendar.parsed_calendar import parse_calendar
from service.calendar.public_holidays import holidays_of
from service.calendar.rules import openings_between
from service.calendar.wall_clock import wall_clock_to_utc

SHOWN_DAYS = 7
_USUAL_DAY = timedelta(days=1)


class DayMark(StrEnum):
    """What sets the hours of a date apart from those of its day of the week."""

    EXCEPTION = "exception"
    CLOSED = "closed"
    HOLIDAY = "holiday"


class DaySchedule(Struct, frozen=True, kw_only=True):
    """One date on the wall clock of a queue, from its midnight to the next, in aware UTC.

    `openings` lie within the date: what lasts past midnight is a part of two dates. A holiday is named also where an
    exception opens on it.
    """

    on: date
    start: datetime
    end: datetime
    openings: tuple[Interval, ...]
    mark: DayMark | None
    holiday: str | None
    special_hours: str | None

    @property
    def clock_change(self) -> timedelta:
        """How much longer than 24 hours the date is: negative where the clock goes forward."""
        return self.end - self.start - _USUAL_DAY

    def share(self, moment: datetime) -> float:
        """How much of the date has passed at a moment: 0 to 1."""
        return min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)


def week_schedule(calendar: Calendar, now: datetime, days: int = SHOWN_DAYS) -> tuple[DaySchedule, ...]:
    """So many dates from the present one on. The calendar is one that `rules.check_calendar` has passed."""
    today = now.astimezone(parse_calendar(calendar).zone).date()
    return tuple(_schedule(calendar, today + timedelta(days=step)) for step in range(days))


def _schedule(calendar: Calendar, on: date) -> DaySchedule:
    zone = parse_calendar(calendar).zone
    start, end = (
        wall_clock_to_utc(datetime.combine(day, time()), zone).astimezone(UTC) for day in (on, on + _USUAL_DAY)
    )
    special_hours = {special.on: special.hours for special in calendar.exceptions}.get(on)
    holiday = holidays_of(calendar.country, calendar.subdivision, on.year).get(on) if calendar.country else None
    return DaySchedule(
        on=on,
        start=start,
        end=end,
        openings=openings_between(calendar, start, end),
        mark=_mark(special_hours, is_closed=on in calendar.closed, is_holiday=holiday is not None),
        holiday=holiday,
        special_hours=special_hours,
    )


def _mark(special_hours: str | None, *, is_closed: bool, is_holiday: bool) -> DayMark | None:
    """What decides about a date, in the order of the calendar."""
    if special_hours is not None:
        return DayMark.EXCEPTION
    if is_closed:
        return DayMark.CLOSED
    return DayMark.HOLIDAY if is_holiday else None
