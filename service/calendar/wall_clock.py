"""Between the clock on the wall and UTC, over both edges of daylight saving."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo

from service.errors import CalendarInvalid

PSEUDO_TIME_ZONES = {"localtime", "Factory"}  # names that mean something else on every machine
SECOND = timedelta(seconds=1)


def wall_clock_to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which the clock on the wall shows `wall` (naive) or later.

    In spring an hour is skipped: 02:30 is then the moment of the change, so that 02:00-03:00 has no length that day and
    01:00-02:30 ends at the change. In autumn an hour is shown twice: 02:30 is the first of the two, so that 01:00-02:30
    lasts 90 minutes and 02:00-03:00, which the clock takes two hours to pass, is open all through both, once.
    A later `wall` never gives an earlier moment: intervals keep their order, and those that touch go on touching.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    return _end_of_dst_gap(second, first, wall, zone)


def check_time_zone(name: str) -> None:
    """Raise CalendarInvalid, with the nearest names, if there is no such time zone."""
    if name in time_zones():
        return
    close = get_close_matches(name.title(), time_zones(), n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else "."
    message = f"'{name}' is not a time zone: give a name of the IANA list, like Europe/Berlin{hint}"
    raise CalendarInvalid(field="calendar.time_zone", message=message)


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones, from the system's list or, where it has none, from the package tzdata."""
    return frozenset(zoneinfo.available_timezones() - PSEUDO_TIME_ZONES)


def _end_of_dst_gap(before: datetime, after: datetime, wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two at which the clock jumps over `wall`, found by halving."""
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after
