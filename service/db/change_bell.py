"""Wakes sleeping workers when something was written, without a part in the transactions that write.

NOTIFY within a transaction makes its commit wait for that of every other one that notifies (it took a third of the
throughput). So a process rings behind its commits, and seldom: a worker that was woken stays awake for longer than the
next ring takes.
"""

import asyncio
from contextlib import suppress

from service.db.pool import Database, urgent_work
from service.db.statements import Statements
from service.errors import Unavailable

SQL = Statements("service.db", "change_bell")

CHANNEL = "askonce_change"
RING_INTERVAL_S = 1.0
"""A process that writes all the time rings so often."""
AWAKE_S = 2.0
"""A worker looks into the outbox often for so long after a ring."""


class ChangeBell:
    """The bell of one process that writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._silent_until = 0.0
        self._ringing: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """Wake the workers, unless this process has just done so; never fails and waits for nothing."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now >= self._silent_until:
            self._silent_until = now + RING_INTERVAL_S
            self._ringing = loop.create_task(self._notify())

    async def _notify(self) -> None:
        """What is not heard is found by the worker's next look."""
        with suppress(Unavailable), urgent_work():
            async with self._database.connection() as connection:
                await connection.execute(SQL.ring)
