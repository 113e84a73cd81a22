"""The calendar of a queue as people write it, and the answers it gives."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from service.model.interaction import Timestamp

Name = Annotated[str, msgspec.Meta(max_length=64)]
Hours = Annotated[str, msgspec.Meta(max_length=1_000)]


class SpecialHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hours of one date; they replace its weekly hours, holiday or not."""

    on: Annotated[date, msgspec.Meta(description="Local date, RFC 3339 full-date.")]
    hours: Annotated[
        Hours,
        msgspec.Meta(description="Intervals of the date without days, such as `09:00-12:00,13:00-16:00`."),
    ]


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weekly hours with their holidays, closed dates and exceptions, in one time zone.

    For a date the first of these that knows it decides: an exception, a closed date, a public holiday of `country` and
    `subdivision`, the weekly hours. Hours belong to the date they start on: Friday 22:00-02:00 lasts into a Saturday
    that is a holiday, and does not begin on a Friday that is one.
    """

    time_zone: Annotated[Name, msgspec.Meta(description="IANA time zone name, such as `Europe/Berlin`.")]
    hours: Annotated[
        Hours,
        msgspec.Meta(
            description="Weekly hours in OpenStreetMap notation, such as `Mo-Fr 09:00-18:00; Sa 10:00-14:00`."
        ),
    ]  # see hours.py
    country: Annotated[
        Name | None,
        msgspec.Meta(description="ISO 3166-1 alpha-2 code of the public holidays; without it no holiday closes."),
    ] = None
    subdivision: Annotated[
        Name | None,
        msgspec.Meta(description="ISO 3166-2 code without the country, such as `BW`; null for nationwide holidays."),
    ] = None
    closed: Annotated[
        tuple[date, ...], msgspec.Meta(max_length=1_000, description="Local dates without service, RFC 3339 full-date.")
    ] = ()
    exceptions: Annotated[
        tuple[SpecialHours, ...], msgspec.Meta(max_length=1_000, description="Dates with hours of their own.")
    ] = ()


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

    open: Annotated[bool, msgspec.Meta(description="Whether the queue is open now.")]
    until: Annotated[
        Timestamp | None,
        msgspec.Meta(
            description="First closed moment, RFC 3339 in UTC; null when closed, or open without end in sight."
        ),
    ]
    next_open: Annotated[
        Timestamp | None,
        msgspec.Meta(
            description="Next opening after `until`, or after now when closed, RFC 3339 in UTC; null if not in sight."
        ),
    ]
    reason: Annotated[str, msgspec.Meta(description="Status in an English sentence that a desk can read out.")]
