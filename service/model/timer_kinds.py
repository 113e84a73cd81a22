"""The kinds of timers; the column `timer.kind` holds the value."""

from enum import StrEnum


class TimerKind(StrEnum):
    """What must happen at a time of its own, whatever runs then."""

    OFFER_EXPIRED = "handoff.offer_expired"
    """The offer of a handoff ends."""
    CALLBACK_DUE = "callback.due"
    """It is time to call."""
    WINDOW_PASSED = "callback.window_passed"
    """The promised window ends; without a call the promise is broken."""
    CLAIM_EXPIRED = "callback.claim_idle"
    """A claim without news is given back."""
    HOURS_CHANGED = "callback.hours_changed"
    """The opening hours of the queue have changed: a waiting callback is planned anew."""
    CONDITION_BOUNDARY = "condition.boundary"
    """A condition begins or ends."""
    CALL_CLOSE = "call.close"
    """A call without a reported end counts as over."""
