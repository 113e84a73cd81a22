"""What holds for every calendar at every moment, against a reading of the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.calendar.hours import DAYS, parse_special_hours, parse_week
from service.calendar.model import Calendar, SpecialHours
from service.calendar.rules import add_business_seconds, business_seconds, next_interval, open_status

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=40)
DAY_MIN = 1_440
TICK = timedelta(microseconds=1)
REGIONS = [(None, None), ("DE", "BW"), ("US", "CA")]
CHANGING_BY_AN_HOUR = ["Europe/Berlin", "America/New_York"]
ZONES = [*CHANGING_BY_AN_HOUR, "Australia/Lord_Howe", "UTC"]


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def spans_in_words(draw, step_min):
    """Up to three intervals of a day that do not overlap; the last may run past midnight."""
    marks = draw(st.lists(st.integers(0, DAY_MIN // step_min - 1), min_size=2, max_size=6, unique=True))
    marks = sorted(mark * step_min for mark in marks[: len(marks) // 2 * 2])
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    if draw(st.booleans()):  # instead: the pauses between them, of which the last runs through the night
        pairs = list(zip(marks[1::2], [*marks[2::2], marks[0]], strict=True))
    return ",".join(f"{clock(start)}-{clock(end)}" for start, end in pairs)


@st.composite
def calendars(draw, step_min=15, zones=ZONES):
    country, subdivision = draw(st.sampled_from(REGIONS))
    days = draw(st.sets(st.sampled_from(DAYS), max_size=7))
    special_dates = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12, unique=True))
    return Calendar(
        time_zone=draw(st.sampled_from(zones)),
        country=country,
        subdivision=subdivision,
        hours="; ".join(f"{day} {draw(spans_in_words(step_min))}" for day in sorted(days)) or "off",
        closed=tuple(special_dates[::2]),
        exceptions=tuple(SpecialHours(on=on, hours=draw(spans_in_words(step_min))) for on in special_dates[1::2]),
    )


# Days around the changes of the clock are asked for as often as all others together.
CHANGES = [
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 4),
    date(2026, 10, 3),
    date(2026, 10, 24),
    date(2026, 10, 31),
]
DATES = st.one_of(st.dates(date(2026, 1, 2), date(2026, 12, 30)), st.sampled_from(CHANGES))
SECONDS = st.integers(0, 2 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
MOMENTS = st.builds(lambda on, add: datetime(on.year, on.month, on.day, tzinfo=UTC) + add, DATES, SECONDS)


def wall_clock_says_open(calendar, moment):
    """Whether the clock on the wall shows a time inside the hours of its date, or of the evening before."""
    wall = moment.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=None)
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    yesterday = today - timedelta(days=1)
    return any(span.from_min <= minute < span.to_min for span in spans_on(calendar, today)) or any(
        minute < span.to_min - DAY_MIN for span in spans_on(calendar, yesterday)
    )


def spans_on(calendar, on):
    for special in calendar.exceptions:
        if special.on == on:
            return parse_special_hours(special.hours)
    holiday = calendar.country and on in holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    return () if on in calendar.closed or holiday else parse_week(calendar.hours)[on.weekday()]


@SETTINGS
@given(calendar=calendars(step_min=60, zones=CHANGING_BY_AN_HOUR), moment=MOMENTS)
def test_a_desk_with_hourly_hours_is_open_exactly_when_the_clock_on_the_wall_says_so(calendar, moment):
    assert open_status(calendar, moment).open is wall_clock_says_open(calendar, moment)


@SETTINGS
@given(calendar=calendars(), moment=MOMENTS)
def test_it_is_open_from_next_open_on_and_not_before(calendar, moment):
    now = open_status(calendar, moment)
    if now.next_open is not None:
        assert now.next_open > moment
        assert open_status(calendar, now.next_open).open is True
        assert open_status(calendar, now.next_open - TICK).open is False


@SETTINGS
@given(calendar=calendars(), moment=MOMENTS, part=st.floats(0, 1))
def test_it_is_open_until_the_first_closed_moment(calendar, moment, part):
    now = open_status(calendar, moment)
    if now.until is not None:
        between = min(moment + part * (now.until - moment), now.until - TICK)
        assert open_status(calendar, between).until == now.until
        assert open_status(calendar, now.until).open is False


@SETTINGS
@given(calendar=calendars(), moment=MOMENTS, part=st.floats(0, 1))
def test_it_stays_closed_until_it_opens_next(calendar, moment, part):
    now = open_status(calendar, moment)
    if not now.open and now.next_open is not None:
        between = min(moment + part * (now.next_open - moment), now.next_open - TICK)
        assert open_status(calendar, between).open is False


@SETTINGS
@given(calendar=calendars(), moment=MOMENTS)
def test_openings_follow_each_other_with_a_pause_between(calendar, moment):
    opening = next_interval(calendar, moment)
    for _ in range(20):
        if opening is None:
            break
        assert opening.start < opening.end
        following = next_interval(calendar, opening.end)
        assert following is None or following.start > opening.end
        opening = following


@SETTINGS
@given(calendar=calendars(), moments=st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_business_time_adds_up(calendar, moments):
    start, middle, end = moments
    whole = business_seconds(calendar, start, end)
    assert whole == business_seconds(calendar, start, middle) + business_seconds(calendar, middle, end)
    assert 0 <= whole <= (end - start).total_seconds()


@SETTINGS
@given(calendar=calendars(), start=MOMENTS, seconds=st.integers(1, 14 * 86_400))
def test_business_time_that_is_added_has_then_passed_and_not_earlier(calendar, start, seconds):
    end = add_business_seconds(calendar, start, seconds)
    if end is not None:
        assert business_seconds(calendar, start, end) == pytest.approx(seconds, abs=1e-6)
        assert business_seconds(calendar, start, end - TICK) < seconds


@SETTINGS
@given(calendar=calendars(), moment=MOMENTS)
def test_the_next_interval_agrees_with_the_status(calendar, moment):
    now, opening = open_status(calendar, moment), next_interval(calendar, moment)
    if now.open:
        assert opening.start == moment
        assert now.until in {opening.end, None}
    else:
        assert now.next_open == (opening and opening.start)
