"""Windows, retries and lateness of callbacks, in the opening hours of a queue; pure."""

from datetime import datetime, timedelta

from service.calendar import rules
from service.calendar.model import Calendar, Interval
from service.errors import WindowClosed, WindowInPast
from service.handoff.callbacks.model import CallbackWindow

MIN_WINDOW = timedelta(minutes=15)
"""A shorter rest of an opening is no window for a callback."""
MAX_OPENING = timedelta(days=1)
ALWAYS_OPEN_WINDOW = timedelta(hours=2)
"""The length of the window of a queue that does not close within a day."""
MAX_WINDOW = timedelta(days=31)
MAX_ADVANCE = timedelta(days=400)


def window_or_next(requested: CallbackWindow | None, calendar: Calendar, now: datetime) -> Interval:
    """The requested window, else the next one. Errors of `validate_window`."""
    return next_window(calendar, now) if requested is None else validate_window(requested, calendar, now)


def next_window(calendar: Calendar, now: datetime) -> Interval:
    """The next opening, or the rest of the present one; the next 24 hours if no opening is in sight."""
    opening = rules.next_interval(calendar, now)
    if opening is not None and opening.start <= now and opening.end - now < MIN_WINDOW:
        opening = rules.next_interval(calendar, opening.end) or opening
    if opening is None:
        return Interval(start=now, end=now + timedelta(days=1))
    if opening.end - opening.start > MAX_OPENING:
        return Interval(start=opening.start, end=opening.start + ALWAYS_OPEN_WINDOW)
    return opening


def validate_window(window: CallbackWindow, calendar: Calendar, now: datetime) -> Interval:
    """The window as an interval.

    WindowInPast if it is over; WindowClosed if it is longer than MAX_WINDOW, ends after MAX_ADVANCE, or the queue is
    closed all through it.
    """
    if window.end <= now:
        raise WindowInPast(field="window.to")
    if window.end - window.start > MAX_WINDOW or window.end > now + MAX_ADVANCE:
        message = f"A window lasts {MAX_WINDOW.days} days at most and ends within {MAX_ADVANCE.days} days."
        raise WindowClosed(field="window", message=message)
    if not rules.business_seconds(calendar, max(window.start, now), window.end):
        opening = rules.next_interval(calendar, window.end)
        hint = f" It opens next at {opening.start:%Y-%m-%dT%H:%M:%SZ}." if opening else ""
        raise WindowClosed(field="window", message=f"The queue is closed during the whole window.{hint}")
    return Interval(start=window.start, end=window.end)


def first_call_at(calendar: Calendar, window: Interval, now: datetime) -> datetime:
    """The first moment of the window from now on with an open queue; else the start of the window."""
    begin = max(window.start, now)
    opening = rules.next_interval(calendar, begin)
    return opening.start if opening is not None and opening.start < window.end else begin


def retry_at(calendar: Calendar, now: datetime, after_s: int) -> datetime:
    """The time of the next call: `after_s` later, in opening hours."""
    rested = now + timedelta(seconds=after_s)
    opening = rules.next_interval(calendar, rested)
    return opening.start if opening is not None else rested


def opens_within(calendar: Calendar, window: Interval, now: datetime) -> bool:
    """Whether the queue opens in the rest of the window."""
    return rules.business_seconds(calendar, max(window.start, now), window.end) > 0


def lateness_s(calendar: Calendar, promised_to: datetime, began_at: datetime) -> int:
    """The opening hours between the end of the window and the call, in seconds; 0 for a call in time."""
    return int(rules.business_seconds(calendar, promised_to, began_at))
