"""The pool of PostgreSQL connections; limits form a ladder: acquire 1 s < lock 2 s < statement 3 s < request 5 s."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self

import asyncpg

from service.errors import DatabaseBusy, DatabaseUnavailable

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool

ACQUIRE_S = 1.0
LOCK_MS = 2000
STATEMENT_MS = 3000
HUNG_GRACE_S = 0.2
"""So much longer than PostgreSQL's own limit a statement is waited for; then the server hangs, or the network does."""

_UNAVAILABLE_ERRORS = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a reply cut off in the middle
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
_BUSY_ERRORS = (
    TimeoutError,  # before OSError, which it is a kind of
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


class Database:
    """PostgreSQL as the rooms see it; its failures come out as DatabaseUnavailable or DatabaseBusy, without values."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.available = True
        """False from the first failed contact until the next one that succeeds."""

    @classmethod
    async def connect(
        cls, url: str, *, connections: int, statement_ms: int = STATEMENT_MS, lock_ms: int = LOCK_MS
    ) -> Self:
        """A pool of at most `connections`; one is opened now. `statement_ms=0` sets no limit, for imports."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=connections,
                timeout=ACQUIRE_S,
                max_inactive_connection_lifetime=0,
                reset=_skip_reset,
                command_timeout=statement_ms / 1000 + HUNG_GRACE_S if statement_ms else None,
                server_settings={
                    "application_name": "askonce",
                    "timezone": "UTC",
                    "statement_timeout": str(statement_ms),
                    "lock_timeout": str(lock_ms),
                    "idle_in_transaction_session_timeout": "10000" if statement_ms else "0",
                },
            )
        except (*_BUSY_ERRORS, *_UNAVAILABLE_ERRORS) as error:
            raise DatabaseUnavailable from error
        return cls(pool)

    async def close(self) -> None:
        """Give every connection back, at once."""
        self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool; each statement commits by itself."""
        try:
            async with self._pool.acquire(timeout=ACQUIRE_S) as connection:
                try:
                    yield connection
                except TimeoutError:
                    self.available = False
                    connection.terminate()
                    raise
        except _BUSY_ERRORS as error:
            raise DatabaseBusy from error
        except _UNAVAILABLE_ERRORS as error:
            self.available = False
            raise DatabaseUnavailable from error
        self.available = True

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction (read committed) that commits at the end of the block, or not at all."""
        async with self.connection() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            except TimeoutError:  # a server that hangs is asked for no ROLLBACK: the connection ends, and all with it
                raise
            except BaseException:
                await transaction.rollback()
                raise
            await transaction.commit()


async def _skip_reset(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Leave the session as it is: no statement of ours changes it, and resetting costs every use a round trip."""
