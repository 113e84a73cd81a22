"""What a calendar answers: open or not, the next opening, and time counted in opening hours; moments are aware UTC."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from service.calendar.hours import hours_until_midnight, parse_special_hours, parse_week
from service.calendar.model import Calendar, Interval, OpenStatus
from service.calendar.parsed_calendar import ParsedCalendar, day_of, month_of, openings_of_month, parse_calendar
from service.calendar.public_holidays import check_region
from service.calendar.reasons import closed_reason, date_in_words, open_reason
from service.calendar.wall_clock import check_time_zone
from service.errors import CalendarInvalid, InvalidInput

# A desk that does not open, or close, within it is taken never to do so; searched to the end of the month it ends in.
HORIZON = timedelta(days=400)
COVERED_FROM = datetime(1970, 1, 1, tzinfo=UTC)
COVERED_UNTIL = datetime(2100, 1, 1, tzinfo=UTC)  # the tables of public holidays end here


def check_calendar(calendar: Calendar, now: datetime) -> None:
    """Raise CalendarInvalid, saying what to change, if a calendar cannot be used or never opens after `now`."""
    check_time_zone(calendar.time_zone)
    check_region(calendar.country, calendar.subdivision)
    parse_week(calendar.hours)
    _check_dates(calendar)
    if next_interval(calendar, now) is None:
        message = (
            f"The calendar does not open once within {HORIZON.days} days: give it hours, or an exception that opens."
        )
        raise CalendarInvalid(field="calendar.hours", message=message)


def reading_notes(calendar: Calendar) -> tuple[str, ...]:
    """How a calendar is read where that is not what it literally says, in sentences."""
    written = (calendar.hours, *(special.hours for special in calendar.exceptions))
    intervals = dict.fromkeys(interval for hours in written for interval in hours_until_midnight(hours))
    return tuple(f"{interval} is read as {interval[:-5]}24:00: open until midnight." for interval in intervals)


def open_status(calendar: Calendar, at: datetime) -> OpenStatus:
    """Whether the desk is open at a moment, until when, when it opens next, and why, in words."""
    _require_covered(at)
    parsed = parse_calendar(calendar)
    opening = _next_opening(parsed, at)
    local_at = at.astimezone(parsed.zone)
    if opening is None or opening.start > at:
        next_open = opening.start if opening else None
        reason = closed_reason(
            day_of(parsed, local_at.date()).reason, next_open and next_open.astimezone(parsed.zone), local_at, HORIZON
        )
        return OpenStatus(open=False, until=None, next_open=next_open, reason=reason)
    if opening.end - at > HORIZON:
        return OpenStatus(open=True, until=None, next_open=None, reason=open_reason(None, local_at))
    following = _next_opening(parsed, opening.end)
    return OpenStatus(
        open=True,
        until=opening.end,
        next_open=following.start if following else None,
        reason=open_reason(opening.end.astimezone(parsed.zone), local_at),
    )


def next_interval(calendar: Calendar, after: datetime) -> Interval | None:
    """The next opening, or the rest of the present one; None if none starts within 400 days.

    It may be long: the opening of a desk that never closes ends somewhat later than 400 days on.
    """
    _require_covered(after)
    return _next_opening(parse_calendar(calendar), after)


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """How many seconds the desk is open from `start` to `end`; 0 if `end` is not later."""
    _require_covered(start)
    _require_covered(end)
    total = timedelta()
    for opening in _openings(parse_calendar(calendar), start):
        if opening.start >= end:
            break
        total += min(opening.end, end) - opening.start
    return total.total_seconds()


def openings_between(calendar: Calendar, start: datetime, end: datetime) -> tuple[Interval, ...]:
    """The openings from `start` to `end`, cut where they reach beyond; ascending, without overlap."""
    _require_covered(start)
    _require_covered(end)
    found: list[Interval] = []
    for opening in _openings(parse_calendar(calendar), start):
        if opening.start >= end:
            break
        found.append(Interval(start=opening.start, end=min(opening.end, end)))
    return tuple(found)


def add_business_seconds(calendar: Calendar, start: datetime, seconds: float) -> datetime | None:
    """The first moment by which the desk has been open for so many seconds since `start`; `start` itself for none.

    What ends with an opening ends at its close, not when the next one starts. None if the desk stops opening before.
    """
    _require_covered(start)
    left = timedelta(seconds=seconds)
    if left <= timedelta():
        return start
    for opening in _openings(parse_calendar(calendar), start):
        length = opening.end - opening.start
        if left <= length:
            return opening.start + left
        left -= length
    return None


def _next_opening(parsed: ParsedCalendar, after: datetime) -> Interval | None:
    """The first opening that ends after a moment, less what lies before it; an end past the horizon is not the last."""
    start = end = None
    for opening in _openings(parsed, after):
        if end is not None and opening.start > end:
            break
        start, end = start or opening.start, opening.end
        if end - after > HORIZON:
            break
    return Interval(start=start, end=end) if start and end else None


def _openings(parsed: ParsedCalendar, after: datetime) -> Iterator[Interval]:
    """The openings from a moment on, ascending, without overlap; two may touch. It ends when none is in sight."""
    reached = after.astimezone(UTC)
    # An opening of the day before may last into the first of a month.
    month = month_of(after.astimezone(parsed.zone).date() - timedelta(days=1))
    while month <= min(month_of(reached + HORIZON), month_of(COVERED_UNTIL + HORIZON)):
        openings = openings_of_month(parsed, month)
        for opening in openings[bisect_right(openings, reached, key=attrgetter("end")) :]:
            yield Interval(start=max(opening.start, reached), end=opening.end)
            reached = opening.end
        month += 1


def _check_dates(calendar: Calendar) -> None:
    """Refuse a date that is named twice, and exceptions with unreadable hours."""
    named = Counter([*calendar.closed, *(special.on for special in calendar.exceptions)])
    for on, times in named.items():
        if times > 1:
            message = f"{date_in_words(on)} is named more than once: keep it once, under closed or under exceptions."
            raise CalendarInvalid(field="calendar.exceptions", message=message)
    for special in calendar.exceptions:
        parse_special_hours(special.hours)


def _require_covered(moment: datetime) -> None:
    if not COVERED_FROM <= moment < COVERED_UNTIL:
        raise InvalidInput(
            f"Opening hours are known from {COVERED_FROM.year} to {COVERED_UNTIL.year - 1}: ask about a moment between."
        )
