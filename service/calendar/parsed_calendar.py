"""A parsed calendar: the hours of a date, and the openings of a month."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from service.calendar.hours import parse_special_hours, parse_week
from service.calendar.model import Calendar, DayInterval, Interval, Week
from service.calendar.public_holidays import holidays_of
from service.calendar.reasons import closed_date_reason, special_hours_reason
from service.calendar.wall_clock import wall_clock_to_utc

MONTHS = 12


class CalendarDay(msgspec.Struct, frozen=True):
    """What a calendar holds for one date, and in words what sets the date apart, if anything does."""

    spans: tuple[DayInterval, ...]
    reason: str | None = None


class ParsedCalendar(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A calendar with its texts parsed; equal only to itself, so that looking up its months costs nothing."""

    zone: ZoneInfo
    week: Week
    dates: dict[date, CalendarDay]  # exceptions and closed dates
    country: str | None
    subdivision: str | None


@lru_cache(maxsize=1_024)
def parse_calendar(calendar: Calendar) -> ParsedCalendar:
    """The plan of a calendar that `check` (rules.py) has passed."""
    dates = {on: CalendarDay((), closed_date_reason(on)) for on in calendar.closed}
    for special in calendar.exceptions:
        dates[special.on] = CalendarDay(
            parse_special_hours(special.hours), special_hours_reason(special.on, special.hours)
        )
    return ParsedCalendar(
        zone=ZoneInfo(calendar.time_zone),
        week=parse_week(calendar.hours),
        dates=dates,
        country=calendar.country,
        subdivision=calendar.subdivision,
    )


def day_of(parsed: ParsedCalendar, on: date) -> CalendarDay:
    """What the plan holds for a date."""
    if on in parsed.dates:
        return parsed.dates[on]
    if parsed.country:
        holiday = holidays_of(parsed.country, parsed.subdivision, on.year).get(on)
        if holiday:
            return CalendarDay((), holiday)
    return CalendarDay(parsed.week[on.weekday()])


@lru_cache(maxsize=8_192)
def openings_of_month(parsed: ParsedCalendar, month: int) -> tuple[Interval, ...]:
    """The openings that start in a month (see `month_of`), in UTC: ascending, none empty, a pause between any two."""
    year, month_0 = divmod(month, MONTHS)
    on = date(year, month_0 + 1, 1)
    joined: list[Interval] = []
    while on.month == month_0 + 1:
        for span in day_of(parsed, on).spans:
            _append_opening(joined, _utc_interval(parsed.zone, on, span))
        on += timedelta(days=1)
    return tuple(joined)


def month_of(on: date) -> int:
    """Months are counted through, so that the one after December is one more."""
    return on.year * MONTHS + on.month - 1


def _append_opening(openings: list[Interval], opening: Interval) -> None:
    """Add an opening to earlier ones, as a part of the last if it touches or overlaps that."""
    if opening.start == opening.end:  # it fell into the hour that spring skips
        return
    last = openings[-1] if openings else None
    if last is None or opening.start > last.end:
        openings.append(opening)
    elif opening.end > last.end:
        openings[-1] = Interval(start=last.start, end=opening.end)


def _utc_interval(zone: ZoneInfo, on: date, span: DayInterval) -> Interval:
    midnight = datetime.combine(on, time())
    return Interval(
        start=wall_clock_to_utc(midnight + timedelta(minutes=span.from_min), zone),
        end=wall_clock_to_utc(midnight + timedelta(minutes=span.to_min), zone),
    )
