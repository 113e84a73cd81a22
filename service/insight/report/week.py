"""A week of the calendar (ISO 8601), by the company's clock."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.errors import InvalidInput

_PATTERN = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})", re.ASCII)
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199


class Week(Struct, frozen=True, kw_only=True):
    """From Monday `first` to Sunday; `start` and `end` are its midnights."""

    name: str
    first: date
    start: datetime
    end: datetime

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


def parse_week(name: str, zone: ZoneInfo, now: datetime) -> Week:
    """The week of a name such as 2026-W47. InvalidInput for one that is none, or has not begun."""
    monday = _monday_of(name)
    if monday is None:
        message = "A week of the calendar is expected, such as 2026-W47."
        raise InvalidInput(f"week: {message}", field="week", message=message)
    week = _week_of(monday, zone)
    if week.start > now:
        message = "This week has not begun."
        raise InvalidInput(f"week: {message}", field="week", message=message)
    return week


def last_whole_week(zone: ZoneInfo, now: datetime) -> Week:
    """The week before the one of `now`."""
    today = now.astimezone(zone).date()
    return _week_of(today - timedelta(days=today.weekday() + 7), zone)


def week_before(week: Week, zone: ZoneInfo) -> Week:
    """The week that ended when this one began."""
    return _week_of(week.first - timedelta(days=7), zone)


def _monday_of(name: str) -> date | None:
    found = _PATTERN.fullmatch(name)
    if found is None or not _EARLIEST_YEAR <= int(found["year"]) <= _LATEST_YEAR:
        return None
    try:
        return date.fromisocalendar(int(found["year"]), int(found["week"]), 1)
    except ValueError:
        return None


def _week_of(monday: date, zone: ZoneInfo) -> Week:
    year, number, _ = monday.isocalendar()
    return Week(
        name=f"{year}-W{number:02}",
        first=monday,
        start=datetime.combine(monday, time(), zone),
        end=datetime.combine(monday + timedelta(days=7), time(), zone),
    )
