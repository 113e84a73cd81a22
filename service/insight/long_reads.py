"""Reads that take long: on connections of their own, few at once, with a limit of time that they tell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import DatabaseBusy, Overloaded

SQL = Statements("service.insight", "long_reads")

AT_ONCE = 2
"""Long reads of one process; they share the database with everything that cannot wait."""
WAIT_S = 5.0


class LongReads:
    """The way to the database for what reads many customers; a task that is cancelled ends its statement there."""

    def __init__(self, database: Database, *, limit_s: float) -> None:
        self._database = database
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.limit_s = limit_s

    @property
    def longest_s(self) -> float:
        """How long a read takes at most, with its wait for a turn."""
        return WAIT_S + self.limit_s

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection, each statement of which ends after `limit_s` with DatabaseBusy; Overloaded without a turn."""
        try:
            await asyncio.wait_for(self._turns.acquire(), WAIT_S)
        except TimeoutError:
            raise Overloaded(f"{AT_ONCE} long evaluations are running already: try again in a moment.") from None
        try:
            async with self._database.transaction() as connection:
                await connection.execute(SQL.prepare, f"{self.limit_s * 1000:.0f}ms")
                yield connection
        except DatabaseBusy as error:
            if isinstance(error.__cause__, asyncpg.QueryCanceledError | TimeoutError):
                raise self._too_long() from error
            raise
        finally:
            self._turns.release()

    def _too_long(self) -> DatabaseBusy:
        return DatabaseBusy(
            f"This took longer than {self.limit_s:g} s and was stopped: ask for a shorter period or a smaller segment."
        )
