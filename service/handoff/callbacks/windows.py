"""When a customer is called back: windows, retries and lateness in the opening hours of a queue; pure."""

from datetime import datetime, timedelta

from service.calendar import rules
from service.calendar.model import Calendar, Interval
from service.errors import WindowClosed, WindowInPast
from service.handoff.callbacks.model import CallbackWindow

MIN_WINDOW = timedelta(minutes=15)
"""A rest of opening hours that is shorter is no time to call somebody back in."""
MAX_OPENING = timedelta(days=1)
ALWAYS_OPEN_WINDOW = timedelta(hours=2)
"""The window of a desk that does not close within a day: an opening of weeks is no promise."""
MAX_WINDOW = timedelta(days=31)
MAX_ADVANCE = timedelta(days=400)


def window_or_next(requested: CallbackWindow | None, calendar: Calendar, now: datetime) -> Interval:
    """The window that somebody chose, else the next one. WindowInPast or WindowClosed as `chosen_window`."""
    return next_window(calendar, now) if requested is None else validate_window(requested, calendar, now)


def next_window(calendar: Calendar, now: datetime) -> Interval:
    """The next opening, or the rest of the present one; if none is in sight, the coming day, so that nobody is lost."""
    opening = rules.next_interval(calendar, now)
    if opening is not None and opening.start <= now and opening.end - now < MIN_WINDOW:
        opening = rules.next_interval(calendar, opening.end) or opening
    if opening is None:
        return Interval(start=now, end=now + timedelta(days=1))
    if opening.end - opening.start > MAX_OPENING:
        return Interval(start=opening.start, end=opening.start + ALWAYS_OPEN_WINDOW)
    return opening


def validate_window(window: CallbackWindow, calendar: Calendar, now: datetime) -> Interval:
    """A window that somebody chose. WindowInPast if it is over, WindowClosed if the queue is closed all through it."""
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
    """The first moment of the window, not before now, at which the queue is open; else the window's own beginning."""
    begin = max(window.start, now)
    opening = rules.next_interval(calendar, begin)
    return opening.start if opening is not None and opening.start < window.end else begin


def retry_at(calendar: Calendar, now: datetime, after_s: int) -> datetime:
    """When to try again: after a rest, in opening hours."""
    rested = now + timedelta(seconds=after_s)
    opening = rules.next_interval(calendar, rested)
    return opening.start if opening is not None else rested


def opens_within(calendar: Calendar, window: Interval, now: datetime) -> bool:
    """Whether the queue is open at all in what is left of the window."""
    return rules.business_seconds(calendar, max(window.start, now), window.end) > 0


def lateness_s(calendar: Calendar, promised_to: datetime, began_at: datetime) -> int:
    """How many seconds of opening hours passed between the end of the window and the call; 0 if it came in time."""
    return int(rules.business_seconds(calendar, promised_to, began_at))
