"""A piece of work that is done again and again, through outages too."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from service.errors import Unavailable

log = structlog.get_logger()

MIN_RETRY_DELAY_S = 0.05
MAX_RETRY_DELAY_S = 1.0


async def run_repeatedly(
    job: Callable[[], Awaitable[bool]], *, name: str, interval_s: float, stop: asyncio.Event
) -> None:
    """Do `work` until `stop`: at once again while it says there is more, else after `every_s` or a little earlier.

    When it fails it is tried again soon, less often the longer that lasts, but at least once a second.
    """
    failures = 0
    while not stop.is_set():
        try:
            more = await job()
        except Exception as error:  # noqa: BLE001 (a loop that ended would be an outage without a log line)
            failures += 1
            _log_failure(name, failures, error)
            await _wait_for_stop(min(MIN_RETRY_DELAY_S * 2.0 ** min(failures, 10), MAX_RETRY_DELAY_S), stop)
            continue
        if failures:
            log.info("work_resumed", work=name, failures=failures)
            failures = 0
        if not more:
            await _wait_for_stop(interval_s, stop)


def _log_failure(name: str, failures: int, error: Exception) -> None:
    """Log an outage once; any other error is a defect, and is logged every time."""
    if isinstance(error, Unavailable):
        if failures == 1:
            log.warning("work_interrupted", work=name, reason=type(error).__name__)
    else:
        log.error("work_failed", work=name, failures=failures, exc_info=error)


async def _wait_for_stop(seconds: float, stop: asyncio.Event) -> None:
    """Wait for `stop`, at most `seconds`; up to a quarter less, so that several workers do not march in step."""
    try:
        async with asyncio.timeout(seconds * random.uniform(0.75, 1.0)):  # noqa: S311 (no secret)
            await stop.wait()
    except TimeoutError:
        return
