"""Looks for what waits for a worker, all of it at once, and wakes the loops that have something to do.

One look costs less than a round of one loop that finds nothing, and there are ten of them.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from service.db.statements import Statements
from service.model.clock import Clock
from service.worker.listening import ChangeListener

SQL = Statements("service.worker", "due")

FOLLOWERS_S = 0.9
"""So long after the last one the next look at the rooms that follow the journal is taken."""
ASLEEP_S = 0.75
"""From look to look of a worker that sleeps: what a process wrote that died before it rang waits for so long."""
WAITING = ("relay", "drops")
TIMED = ("timers", "webhooks", "reports", "playback", "erasures")
_FOLLOWERS = ("search", "insight", "matches", "golden")
RUNG = (*WAITING, *TIMED, *_FOLLOWERS)
"""The loops that are woken by a look."""
_LATER_S = 0.001
"""An alarm that is early by the difference of two clocks would find nothing due."""


class DueWatch:
    """Rings the alarm of each loop that has something to do; what is due before the next look is rung for in time."""

    def __init__(
        self, listener: ChangeListener, clock: Clock, alarms: Mapping[str, asyncio.Event], *, poll_s: float
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._alarms = alarms
        self._poll_s = poll_s
        self._followers_at = 0.0

    def interval_s(self) -> float:
        """The seconds until the next look: the poll interval, longer where a ring would tell of what is written."""
        return self._poll_s if self._listener.is_awake else max(self._poll_s, ASLEEP_S)

    async def look(self) -> bool:
        """Look at what must be done now or at a time; gives False: one look is enough."""
        found = await self._listener.fetch_row(SQL.read_due)
        now = self._clock.now()
        for name in WAITING:
            if found[name]:
                self._alarms[name].set()
        for name in TIMED:
            if found[name] is not None:
                self._ring_at(name, found[name], now)
        await self._look_at_followers()
        return False

    async def _look_at_followers(self) -> None:
        """Once in a while: who has not seen the newest event, or goes through all customers."""
        time = asyncio.get_running_loop().time()
        if time < self._followers_at:
            return
        self._followers_at = time + FOLLOWERS_S
        found = await self._listener.fetch_row(SQL.read_followers)
        for name in _FOLLOWERS:
            if found[name]:
                self._alarms[name].set()

    def _ring_at(self, name: str, due_at: datetime, now: datetime) -> None:
        wait_s = (due_at - now).total_seconds()
        if wait_s <= 0:
            self._alarms[name].set()
        elif wait_s <= max(self._poll_s, ASLEEP_S):
            asyncio.get_running_loop().call_later(wait_s + _LATER_S, self._alarms[name].set)
