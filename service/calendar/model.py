"""The calendar of a queue as people write it, and the answers it gives."""

from datetime import date, datetime
from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(max_length=64)]
Hours = Annotated[str, msgspec.Meta(max_length=1_000)]


class SpecialHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hours of one date; they replace its weekly hours, holiday or not."""

    on: date
    hours: Hours  # intervals without days: "09:00-12:00,13:00-16:00"


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weekly hours with their holidays, closed dates and exceptions, in one time zone.

    For a date the first of these that knows it decides: an exception, a closed date, a public holiday of `country` and
    `subdivision`, the weekly hours. Hours belong to the date they start on: Friday 22:00-02:00 lasts into a Saturday
    that is a holiday, and does not begin on a Friday that is one.
    """

    time_zone: Name  # IANA name: "Europe/Berlin"
    hours: Hours  # see hours.py
    country: Name | None = None  # ISO 3166-1 alpha-2; without it no holiday closes
    subdivision: Name | None = None  # as in ISO 3166-2, without the country: "BW"
    closed: Annotated[tuple[date, ...], msgspec.Meta(max_length=1_000)] = ()
    exceptions: Annotated[tuple[SpecialHours, ...], msgspec.Meta(max_length=1_000)] = ()


class DayInterval(msgspec.Struct, frozen=True, order=True):
    """An interval of one day on the wall clock, in minutes since its midnight; the end is excluded."""

    from_min: int  # 0..1439
    to_min: int  # more than 1440 when it lasts past midnight


Week = tuple[tuple[DayInterval, ...], ...]  # seven days from Monday, each ascending and with a pause between any two


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in aware UTC; `end` is its first moment outside."""

    start: datetime
    end: datetime


class OpenStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a desk is open at a moment, and what comes next, in aware UTC."""

    open: bool
    until: datetime | None  # the first closed moment; None when closed, or open without end in sight
    next_open: datetime | None  # the next moment it opens after `until`, or after now when closed; None: not in sight
    reason: str
