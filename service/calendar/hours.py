"""Weekly hours in the widely known notation of OpenStreetMap, as far as a desk needs it.

    Mo-Fr 09:00-18:00; Sa 10:00-14:00        parts are separated by semicolons
    Mo-Fr 09:00-12:00,13:00-18:00            several intervals a day
    Mo,We,Fr-Su 22:00-02:00                  lists and ranges of days; an interval may last past midnight
    09:00-18:00                              every day
    24/7                                     always
    Fr 18:00-23:59                           until midnight: the last minute of a day is written, and not left out
    Mo-Su 08:00-20:00; We off                a later part replaces an earlier one on the days it names

Public holidays are no part of it: they close by the calendar's country and subdivision.
"""

import re
from collections.abc import Iterable
from typing import NoReturn

from service.calendar.model import DayInterval, Week
from service.errors import CalendarInvalid

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
EVERY_DAY = "Mo-Su"
DAY_MIN = 24 * 60
LAST_MINUTE = DAY_MIN - 1
WHOLE_DAY = (DayInterval(0, DAY_MIN),)
CLOSED_WORDS = ("off", "closed")
INTERVAL = re.compile(r"([0-9]{1,2}):([0-5][0-9])-([0-9]{1,2}):([0-5][0-9])")


def parse_week(hours: str) -> Week:
    """The spans of the seven days from Monday; CalendarInvalid names the part that is wrong and what is allowed."""
    parts = [part.strip() for part in _normalised(hours).split(";") if part.strip()]
    if not parts:
        _raise_invalid("The hours are empty: write them like Mo-Fr 09:00-18:00; Sa 10:00-14:00, or 24/7.")
    part_of_day: dict[int, str] = {}
    spans_of: dict[str, tuple[DayInterval, ...]] = {}
    for part in parts:
        days, spans_of[part] = _parse_part(part)
        part_of_day.update(dict.fromkeys(days, part))
    _check_replaced_parts(parts, part_of_day)
    return tuple(spans_of[part_of_day[day]] if day in part_of_day else () for day in range(7))


def parse_special_hours(hours: str) -> tuple[DayInterval, ...]:
    """The spans of one date, from intervals without days; CalendarInvalid as with `parse_week`."""
    return _parse_spans(_normalised(hours), field="calendar.exceptions")


def hours_until_midnight(hours: str) -> list[str]:
    """The intervals that are written until 23:59 and taken to last until midnight."""
    return [found[0] for found in INTERVAL.finditer(_normalised(hours)) if found[3] == "23" and found[4] == "59"]


def _normalised(hours: str) -> str:
    """The same text with plain hyphens, single blanks, and none around hyphens and commas."""
    return re.sub(r" ?([,-]) ?", r"\1", " ".join(hours.replace("–", "-").split()))


def _parse_part(part: str) -> tuple[tuple[int, ...], tuple[DayInterval, ...]]:
    """The days of a part (Monday is 0) and their spans."""
    if part == "24/7":
        return _parse_days(EVERY_DAY), WHOLE_DAY
    days, _, times = part.rpartition(" ")
    if not times[0].isdigit() and times.lower() not in CLOSED_WORDS:
        _raise_invalid(f"'{part}' ends without times: write it like Mo-Fr 09:00-18:00, or Mo-Fr off.")
    return _parse_days(days.strip() or EVERY_DAY), () if times.lower() in CLOSED_WORDS else _parse_spans(
        times, field="calendar.hours"
    )


def _parse_days(text: str) -> tuple[int, ...]:
    """The days of `Mo-We,Fr`; a range may run over Sunday."""
    days: list[int] = []
    for item in text.split(","):
        first, dash, last = item.partition("-")
        start, end = _parse_day(first, text), _parse_day(last if dash else first, text)
        days.extend((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(days)


def _parse_day(name: str, text: str) -> int:
    if name.upper() in {"PH", "SH"}:
        _raise_invalid(
            f"'{name}' is not needed: public holidays close by the calendar's country and subdivision. "
            "To open on one, give its date under exceptions."
        )
    if name.capitalize() not in DAYS:
        _raise_invalid(f"'{name}' in '{text}' is not a day: use {', '.join(DAYS)}, separate parts with semicolons.")
    return DAYS.index(name.capitalize())


def _parse_spans(text: str, *, field: str) -> tuple[DayInterval, ...]:
    """The spans of `09:00-12:00,13:00-18:00`, ascending; those that touch become one."""
    joined: list[DayInterval] = []
    for span in sorted(_parse_span(item, field) for item in text.split(",")):
        if joined and span.from_min < joined[-1].to_min:
            _raise_invalid(f"Two intervals of '{text}' overlap: write them as one.", field)
        if joined and span.from_min == joined[-1].to_min:
            joined[-1] = DayInterval(joined[-1].from_min, span.to_min)
        else:
            joined.append(span)
    return tuple(joined)


def _parse_span(text: str, field: str) -> DayInterval:
    match = INTERVAL.fullmatch(text)
    if not match:
        _raise_invalid(f"'{text}' is not an interval: write it like 09:00-18:00.", field)
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    from_min, to_min = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    to_min = DAY_MIN if to_min == LAST_MINUTE else to_min
    if from_min >= DAY_MIN or to_min > DAY_MIN:
        _raise_invalid(
            f"'{text}' leaves the day: times run from 00:00 to 24:00; past midnight is written 22:00-02:00.", field
        )
    if from_min == to_min:
        _raise_invalid(f"'{text}' is empty: a whole day is written 00:00-24:00.", field)
    return DayInterval(from_min, to_min if to_min > from_min else to_min + DAY_MIN)


def _check_replaced_parts(parts: Iterable[str], part_of_day: dict[int, str]) -> None:
    """Refuse a part that later ones replace on all its days: its author meant to add, not to replace."""
    for part in parts:
        if part not in part_of_day.values():
            _raise_invalid(
                f"'{part}' has no effect, because later parts name the same days: "
                "write all intervals of a day in one part, like Mo-Fr 09:00-12:00,13:00-18:00."
            )


def _raise_invalid(message: str, field: str = "calendar.hours") -> NoReturn:
    raise CalendarInvalid(field=field, message=message)
