"""The audit of reads: a read appends to a list, which is written to the database once a second."""

import asyncio
from collections import defaultdict
from datetime import datetime
from uuid import UUID

import structlog
from prometheus_client import Counter

from service.db.pool import Database, urgent_work
from service.db.statements import Statements
from service.errors import Unavailable
from service.model.clock import Clock

SQL = Statements("service.access", "audit")
log = structlog.get_logger()

FLUSH_S = 1.0
_MAX_PENDING = 200_000
"""Reads kept in memory while PostgreSQL is away: about 20 MB."""

DROPPED_READS = Counter(
    "askonce_read_audit_dropped_total", "Reads that could not be recorded because PostgreSQL was away for too long."
)

PendingReads = defaultdict[tuple[UUID, str], list[UUID]]


class ReadAudit:
    """The reads of one process that are not written yet."""

    def __init__(self, database: Database, *, max_pending: int = _MAX_PENDING) -> None:
        self._database = database
        self._max_pending = max_pending
        self._count = 0
        self._reads: PendingReads = defaultdict(list)
        self._task: asyncio.Task[None] | None = None

    def record_read(self, key_id: UUID, view: str, customer_id: UUID) -> None:
        """This key has just been shown this view of this customer."""
        if self._count >= self._max_pending:
            DROPPED_READS.inc()
            return
        self._count += 1
        self._reads[key_id, view].append(customer_id)

    def start(self, clock: Clock) -> None:
        """Write what was noted each second from now on."""
        self._task = asyncio.create_task(self._flush_periodically(clock))

    async def stop(self, now: datetime) -> None:
        """Write what is left, and end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self.flush(now)

    async def flush(self, now: datetime) -> None:
        """Write what was noted, one row for each key and view; what cannot be written waits for the next time."""
        reads, self._reads, self._count = self._reads, defaultdict(list), 0
        if not reads:
            return
        rows = [(now, key_id, view, list(dict.fromkeys(customers))) for (key_id, view), customers in reads.items()]
        try:
            with urgent_work():
                async with self._database.transaction() as connection:
                    await connection.executemany(SQL.insert_reads, rows)
        except (Unavailable, asyncio.CancelledError) as error:
            self._requeue(rows)
            if not isinstance(error, Unavailable):
                raise
            log.warning("read_audit_delayed", rows=len(rows), exc_info=error)

    def _requeue(self, rows: list[tuple[datetime, UUID, str, list[UUID]]]) -> None:
        for _, key_id, view, customers in rows:
            room = self._max_pending - self._count
            DROPPED_READS.inc(max(0, len(customers) - room))
            self._reads[key_id, view] += customers[:room]
            self._count += len(customers[:room])

    async def _flush_periodically(self, clock: Clock) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush(clock.now())
            except Exception as error:  # one failed second must not end the record of all later ones
                log.exception("read_audit_failed", exc_info=error)
