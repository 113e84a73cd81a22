"""The queue of requests that have arrived and not begun; the wait in it decides whether the next one is let in."""

import asyncio
from collections import deque
from time import monotonic

from service.telemetry.queue_time import QueueTime

STARTS_PER_TURN = 4
"""Requests that begin in one turn of the event loop; those that have begun go on in every turn."""
UNPACED_IN_FLIGHT = 32
"""While no more are in flight, all of them may begin in one turn: shorter turns cost more than they level out."""
ALWAYS_WAITING = 32
"""So many may wait however slow the process is: a small burst is no overload."""
_SMOOTHING = 0.05
"""The weight of one turn in the measured pace, which so follows the last 20 or so."""


class AdmissionQueue:
    """Requests begin in the order in which they arrive; while many are in flight, a few in each turn of the event loop.

    A request takes several turns. If all began at once, each turn would serve hundreds, and each request would wait for
    the others several times, at places where its wait is neither seen nor bounded.
    """

    def __init__(self, *, target_s: float) -> None:
        self._target_s = target_s
        self._waiting: deque[tuple[asyncio.Future[None], float]] = deque()
        self._wait = QueueTime("requests", lambda: self._waiting[0][1] if self._waiting else None)
        self._started = 0
        self._turn_began_at = 0.0
        self._pace_s = 0.0
        """From one start to the next while requests wait; 0 until it is known."""

    def admits(self) -> bool:
        """Whether the next request is let in: not if it would wait longer than the target."""
        waiting = len(self._waiting)
        return waiting < ALWAYS_WAITING or waiting * self._pace_s <= self._target_s

    def starts_at_once(self, in_flight: int) -> bool:
        """Whether the request may begin now, and counts as begun; if not, it waits for its start.

        It is one of the requests `in_flight`.
        """
        if not self._started:
            self._begin_turn()
        limit = UNPACED_IN_FLIGHT if in_flight <= UNPACED_IN_FLIGHT else STARTS_PER_TURN
        if self._waiting or self._started >= limit:
            return False
        self._started += 1
        return True

    def wait_for_start(self) -> asyncio.Future[None]:
        """Done when the request may begin."""
        start: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((start, monotonic()))
        return start

    def _begin_turn(self) -> None:
        self._started = 0
        self._turn_began_at = monotonic()
        asyncio.get_running_loop().call_soon(self._end_turn)

    def _end_turn(self) -> None:
        if not self._waiting:
            self._started, self._pace_s = 0, 0.0
            return
        pace_s = (monotonic() - self._turn_began_at) / self._started
        self._pace_s += (pace_s - self._pace_s) * _SMOOTHING if self._pace_s else pace_s
        self._begin_turn()
        while self._waiting and self._started < STARTS_PER_TURN:
            start, _ = self._waiting.popleft()
            if not start.done():  # its request was cancelled
                start.set_result(None)
                self._started += 1
