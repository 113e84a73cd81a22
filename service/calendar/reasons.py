"""The reasons of a status, in English sentences a desk can read out."""

from datetime import date, datetime, time, timedelta

# Not from strftime: its names follow the locale of the process.
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def open_reason(until: datetime | None, at: datetime) -> str:
    """The sentence of an open desk; both moments as its own clock shows them."""
    if until is None:
        return "Open around the clock."
    if until.time() == time() and until.date() - at.date() == timedelta(days=1):
        return "Open until midnight."
    return f"Open until {_time_text(until, at, today='')}."


def closed_reason(day_reason: str | None, next_open: datetime | None, at: datetime, horizon: timedelta) -> str:
    """The sentence of a closed desk; both moments as its own clock shows them."""
    if next_open is None:
        opens = f"does not open within {horizon.days} days"
    else:
        opens = f"opens {_time_text(next_open, at, today='today ')}"
    return f"Closed: {day_reason or 'outside opening hours'}; {opens}."


def closed_date_reason(on: date) -> str:
    """Why a desk is closed on one of its closed dates."""
    return f"no service on {date_in_words(on)}"


def special_hours_reason(on: date, hours: str) -> str:
    """Why a desk is closed on a date with hours of its own."""
    return f"outside the special hours of {date_in_words(on)} ({hours})"


def date_in_words(on: date) -> str:
    """A date as in 6 January 2026."""
    return f"{on.day} {MONTH_NAMES[on.month - 1]} {on.year}"


def _time_text(moment: datetime, at: datetime, *, today: str) -> str:
    """18:00 today, Monday 09:00 within a week, else with the date."""
    days = (moment.date() - at.date()).days
    if days == 0:
        return f"{today}{moment:%H:%M}"
    weekday = DAY_NAMES[moment.weekday()]
    on = "" if days < len(DAY_NAMES) else f"{date_in_words(moment)} "
    return f"{weekday} {on}{moment:%H:%M}"
