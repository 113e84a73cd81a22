"""A piece of work that is done again and again, through outages too."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog
from prometheus_client import Counter

from service.errors import Unavailable

log = structlog.get_logger()

MIN_RETRY_DELAY_S = 0.05
MAX_RETRY_DELAY_S = 1.0

_FAILURES = Counter("askonce_work_failures_total", "Rounds of a worker's loops that failed.", ["work"])


class Rounds:
    """The rounds of a worker's loops that are under way."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}

    def begin(self, work: str) -> None:
        """A round of this work begins."""
        self._began[work] = monotonic()

    def end(self, work: str) -> None:
        """The round is over, however it ended."""
        del self._began[work]

    def longest(self) -> tuple[str, float]:
        """The work of the round that has taken the longest so far, and its seconds; "" and 0 if none is under way."""
        work, began = min(self._began.items(), key=lambda one: one[1], default=("", monotonic()))
        return work, monotonic() - began


async def run_repeatedly(
    job: Callable[[], Awaitable[bool]],
    *,
    name: str,
    interval_s: float | Callable[[], float],
    stop: asyncio.Event,
    alarm: asyncio.Event | None = None,
    rest_s: float = 0.0,
    rounds: Rounds | None = None,
) -> None:
    """Do `job` until `stop`: at once again while it says there is more, else after `interval_s` or a little earlier.

    `alarm` ends that wait, but not the first `rest_s` of it; where there is an alarm, stopping must ring it too. When
    the job fails it is tried again soon, less often the longer that lasts, but at least once a second.
    """
    failures, rounds = 0, rounds or Rounds()
    while not stop.is_set():
        if alarm is not None:
            alarm.clear()
        rounds.begin(name)
        try:
            more = await job()
        except Exception as error:  # noqa: BLE001 (a loop that ended would be an outage without a log line)
            failures += 1
            _note_failure(name, failures, error)
            await _wait(min(MIN_RETRY_DELAY_S * 2.0 ** min(failures, 10), MAX_RETRY_DELAY_S), stop)
            continue
        finally:
            rounds.end(name)
        if failures:
            log.info("work_resumed", work=name, failures=failures)
            failures = 0
        if not more:
            await _wait(rest_s, stop)
            await _wait((interval_s() if callable(interval_s) else interval_s) - rest_s, alarm or stop)


def _note_failure(name: str, failures: int, error: Exception) -> None:
    """Count it, and log an outage once; any other error is a defect, and is logged every time."""
    _FAILURES.labels(name).inc()
    if isinstance(error, Unavailable):
        if failures == 1:
            log.warning("work_interrupted", work=name, reason=type(error).__name__)
    else:
        log.error("work_failed", work=name, failures=failures, exc_info=error)


async def _wait(seconds: float, event: asyncio.Event) -> None:
    """Wait for the event, at most `seconds`; up to a quarter less, so that several workers do not march in step."""
    if seconds <= 0:
        return
    try:
        async with asyncio.timeout(seconds * random.uniform(0.75, 1.0)):  # noqa: S311 (no secret)
            await event.wait()
    except TimeoutError:
        return
