"""How fast requests are refused: beyond a rate, each answer is held back for a moment."""

import asyncio
from time import monotonic

from service.telemetry.queue_time import SHED_REQUESTS

REFUSALS_PER_S = 500
"""So many refusals are answered at once."""
HOLD_S = 0.5
"""The rest is held back for so long: less than callers wait, and less than Retry-After."""


class RefusalPacer:
    """Holds refusals back, so that they cost little however many there are.

    A caller that sends the next request as soon as the last one is refused would take the time that others need. Over
    one connection it sends two a second, and the wait costs nothing.
    """

    def __init__(self) -> None:
        self._window = 0.0
        self._refused = 0

    async def hold(self) -> None:
        """Count a refusal, and return when it may be answered."""
        SHED_REQUESTS.inc()
        window = monotonic() // HOLD_S
        if window != self._window:
            self._window, self._refused = window, 0
        self._refused += 1
        if self._refused > REFUSALS_PER_S * HOLD_S:
            await asyncio.sleep(HOLD_S)
