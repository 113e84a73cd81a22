"""Does at once, job by job, all that waits for a worker, for an installation on which no worker runs at that moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from service.db.pool import Database
from service.db.statements import Statements
from service.events import sending
from service.worker.due import RUNG, TIMED, WAITING
from service.worker.jobs import Job, worker_jobs
from service.worker.model import WorkerConfig
from service.worker.webhooks import WebhookSender

SQL = Statements("service.worker", "due")

MAX_ROUNDS = 20
"""Each round may make work for the next one; what makes work for ever is left to a worker."""
_RUSHED = (*WAITING, *TIMED)
_FOLLOWING = tuple(name for name in RUNG if name not in _RUSHED)
_NIGHTLY = ("insight", "retention", "housekeeping")


class Settler:
    """The jobs of a worker, done until nothing waits; no other worker may run meanwhile."""

    def __init__(self, dependencies: WorkerConfig, jobs: dict[str, Job]) -> None:
        self._database: Database = dependencies.database
        self._clock = dependencies.clock
        self._jobs = jobs

    async def settle(self) -> None:
        """Do what is due now, and all that follows the commits."""
        for _round in range(MAX_ROUNDS):
            for name in (*_RUSHED, *_FOLLOWING):
                await self._exhaust(name)
            if not await self._is_waiting():
                return

    async def settle_due(self) -> None:
        """Do what is due now; what follows the commits comes later."""
        for _round in range(MAX_ROUNDS):
            for name in _RUSHED:
                await self._exhaust(name)
            if not await self._is_waiting():
                return

    async def settle_night(self) -> None:
        """Do what a worker does of itself every night and every minute, and what comes of it."""
        await self.settle()  # events of last month find its partition, which goes once all of them have expired
        for name in _NIGHTLY:
            await self._exhaust(name)
        await self.settle()

    async def move_clock(self, moment: datetime, *, max_steps: int) -> int:
        """Go to this moment by way of each that something is due at, and do it there; gives the number of steps.

        Stops after `max_steps`: the clock says how far it came. What fails at its time is tried at its later times.
        """
        steps, last = 0, None
        while (due_at := await self.next_due_at(after=last)) is not None and due_at <= moment:
            if steps == max_steps:
                return steps
            self._clock.move_to(due_at)
            await self.settle_due()
            last, steps = due_at, steps + 1
        self._clock.move_to(moment)
        await self.settle()
        return steps

    async def next_due_at(self, *, after: datetime | None = None) -> datetime | None:
        """When the first timer, delivery, report, message to a source or step of an erasure is due; None for never.

        What was due before `after` and is still there waits for something else than time, such as a paused webhook.
        """
        async with self._database.connection() as connection:
            row = await connection.fetchrow(SQL.read_due)
        assert row is not None
        times = (row[name] for name in TIMED if row[name] is not None)
        return min((one for one in times if after is None or one > after), default=None)

    async def _is_waiting(self) -> bool:
        """Whether a job that was done has made something that is due at once."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(SQL.read_due)
        assert row is not None
        now = self._clock.now()
        return any(row[name] for name in WAITING) or any(row[name] is not None and row[name] <= now for name in TIMED)

    async def _exhaust(self, name: str) -> None:
        while await self._jobs[name]():
            pass


@asynccontextmanager
async def open_settler(dependencies: WorkerConfig) -> AsyncIterator[Settler]:
    """A settler for the block."""
    async with sending.webhook_client(
        dependencies.resolve, allow_private=dependencies.settings.webhook_allow_private
    ) as client:
        sender = WebhookSender(dependencies, client)
        try:
            yield Settler(dependencies, worker_jobs(dependencies, sender, client, asyncio.Event()))
        finally:
            await sender.stop()
