"""What becomes of a delivery after a try; pure. docs/events.md shows the table of waits."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from msgspec import Struct

RETRY_WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""How long to wait after the first failed try, the second…; all together a little under three days."""
MAX_WAIT = RETRY_WAITS[-1]
MAX_DELIVERY_AGE = timedelta(days=3)
MAX_JITTER = 0.2
"""So much of a wait may fall away, so that what failed together is not tried again together."""
_RETRY_AFTER_STATUSES = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_MAX_SECONDS_DIGITS = 10


class TryOutcome(Struct, frozen=True, kw_only=True):
    """How a try ended; `failure` is empty if the event arrived. `gone`: the receiver wants nothing any more."""

    failure: str = ""
    gone: bool = False
    retry_after: timedelta | None = None
    """How long the receiver asks us to wait."""


DELIVERED = TryOutcome()
UNSIGNED = TryOutcome(failure="its secret cannot be read")
"""No key opens what would sign the message: it is tried again, for when the key is back."""


def outcome_of_status(status: int, retry_after: str | None, now: datetime) -> TryOutcome:
    """What a status says; a redirect is a failure, because the address it names was never agreed on."""
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return DELIVERED
    wait = _parse_retry_after(retry_after, now) if retry_after and status in _RETRY_AFTER_STATUSES else None
    return TryOutcome(failure=f"status {status}", gone=status == HTTPStatus.GONE, retry_after=wait)


def time_of_next_try(
    *, tries: int, queued_at: datetime, now: datetime, jitter: float, retry_after: timedelta | None = None
) -> datetime | None:
    """When to try again after this many tries, the last of which has just failed; None to give up.

    `jitter` is a random number from 0 to 1, `wait` what the receiver asks for.
    """
    if tries > len(RETRY_WAITS):
        return None
    due_at = now + max(RETRY_WAITS[tries - 1] * (1 - MAX_JITTER * jitter), min(retry_after or timedelta(), MAX_WAIT))
    return due_at if due_at <= queued_at + MAX_DELIVERY_AGE else None


def _parse_retry_after(retry_after: str, now: datetime) -> timedelta | None:
    """The value of a Retry-After header: seconds or a date (RFC 9110, section 10.2.3); None if it is neither."""
    if retry_after.isascii() and retry_after.isdecimal():
        return timedelta(seconds=int(retry_after[:_MAX_SECONDS_DIGITS]))
    try:
        return parsedate_to_datetime(retry_after) - now
    except (ValueError, TypeError):  # TypeError: a date without its zone
        return None
