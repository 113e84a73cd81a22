"""The pool of PostgreSQL connections; limits form a ladder: acquire 1 s < lock 2 s < statement 3 s < request 5 s."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

import asyncpg
import structlog
from asyncpg.connect_utils import SessionAttribute

from service.db.failures import DatabaseFailure, failure_of, unavailable_error
from service.db.servers import ServerFinder
from service.db.statements import Statements
from service.db.traces import tell_transaction, told_of_batch
from service.errors import DatabaseUnavailable
from service.telemetry import tracing
from service.telemetry.instruments import POOL_WAIT_SECONDS
from service.telemetry.queue_time import QueueTime

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool

SQL = Statements("service.db", "pool")

log = structlog.get_logger()

ACQUIRE_S = 1.0
MANY_WAITING = 32
"""Fewer may wait until they are given up, however slow PostgreSQL is: they are no overload."""
URGENT_SHARE = 4
"""One connection in four is left to what is urgent: batches that carry many requests, and what all of them need."""
LOCK_MS = 2000
STATEMENT_MS = 3000
HUNG_GRACE_S = 0.2
"""So much longer than PostgreSQL's own limit a statement is waited for; then the server hangs, or the network does."""
IDLE_IN_TRANSACTION_MS = 10_000
STATEMENTS_KEPT = 100
"""Prepared statements that each connection remembers, unless a pooler is between."""
EXHAUSTED_S = 2.0
"""So long after a refused write the server counts as out of room, unless it is found to be so once more."""
_is_urgent = ContextVar("is_urgent", default=False)
_SESSION = {"application_name": "askonce", "timezone": "UTC"}
_READ_ONLY_REPORTS = ("in_hot_standby", "default_transaction_read_only")


class Database:
    """PostgreSQL as the rooms see it; its failures come out as DatabaseUnavailable or DatabaseBusy, without values."""

    def __init__(self, pool: Pool, *, hears_of_demotion: bool = True) -> None:
        self._pool = pool
        self._turns = asyncio.Semaphore(pool.get_max_size() - pool.get_max_size() // URGENT_SHARE)
        self._waiting: dict[object, float] = {}
        self._wait = QueueTime("connections", lambda: next(iter(self._waiting.values()), None))
        self._hears_of_demotion = hears_of_demotion
        self._unavailable_since: float | None = None
        self._exhausted_at: float | None = None

    @property
    def available(self) -> bool:
        """False from the first failed contact until the next one that succeeds."""
        return self._unavailable_since is None

    @available.setter
    def available(self, is_available: bool) -> None:
        if is_available:
            self._unavailable_since = None
        elif self._unavailable_since is None:
            self._unavailable_since = monotonic()

    @property
    def unavailable_s(self) -> float:
        """For how many seconds no contact has succeeded; 0 while it is available."""
        return 0.0 if self._unavailable_since is None else monotonic() - self._unavailable_since

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        connections: int,
        statement_ms: int = STATEMENT_MS,
        lock_ms: int = LOCK_MS,
        pooled: bool = False,
        opened: int = 1,
    ) -> Self:
        """A pool of at most `connections`, of which `opened` now. `statement_ms=0` sets no limit, for imports.

        With `pooled`, the URL leads to PgBouncer or the like: any server connection may carry any transaction, so no
        prepared statement is kept, and the limits must stand at the database's user (`check_pool` says whether).
        """
        limits = session_limits(statement_ms=statement_ms, lock_ms=lock_ms)
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=opened,
                max_size=connections,
                timeout=ACQUIRE_S,
                max_inactive_connection_lifetime=0,
                reset=_skip_reset,
                command_timeout=statement_ms / 1000 + HUNG_GRACE_S if statement_ms else None,
                statement_cache_size=0 if pooled else STATEMENTS_KEPT,
                connect=cast("Any", ServerFinder(url).connect),
                target_session_attrs=SessionAttribute.any if pooled else SessionAttribute.read_write,
                server_settings=_SESSION if pooled else _SESSION | limits,
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise DatabaseUnavailable from error
        return cls(pool, hears_of_demotion=not pooled)

    async def close(self) -> None:
        """Give every connection back, at once."""
        self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool; each statement commits by itself.

        What is not `urgent_work` takes turns; DatabaseBusy while many have waited for long.
        """
        asked = monotonic()
        try:
            async with self._take_turn(), self._acquire() as connection:
                POOL_WAIT_SECONDS.observe(monotonic() - asked)
                try:
                    async with (
                        told_of_batch(connection) if self._hears_of_demotion and tracing.is_batch() else nullcontext()
                    ):
                        yield connection
                    await self._leave_server_without_writes(connection)
                except TimeoutError:
                    self.available = False
                    connection.terminate()
                    raise
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            await self._record_failure(failure, error)
            raise unavailable_error(failure) from error
        self.available = True

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction (read committed) that commits at the end of the block, or not at all."""
        async with self.connection() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await tell_transaction(connection)
                yield connection
            except TimeoutError:  # a server that hangs is asked for no ROLLBACK: the connection ends, and all with it
                raise
            except BaseException:
                await transaction.rollback()
                raise
            await transaction.commit()

    async def confirm_room(self) -> None:
        """DatabaseUnavailable if a write was refused for want of room just now, or one more page finds none."""
        if self._exhausted_at is None:
            return
        if monotonic() < self._exhausted_at + EXHAUSTED_S:
            raise unavailable_error(DatabaseFailure.EXHAUSTED)
        with suppress(
            asyncpg.InsufficientPrivilegeError
        ):  # without the right to temporary tables only a write can tell
            async with self.transaction() as connection:
                await connection.execute(SQL.store_page)
        self._exhausted_at = None

    @asynccontextmanager
    async def _take_turn(self) -> AsyncIterator[None]:
        """The right to use a connection; TimeoutError if there is none soon."""
        if _is_urgent.get():
            yield
            return
        if len(self._waiting) >= MANY_WAITING and self._wait.is_long():
            raise TimeoutError
        place = object()
        self._waiting[place] = monotonic()
        try:
            async with asyncio.timeout(ACQUIRE_S):
                await self._turns.acquire()
        finally:
            del self._waiting[place]
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Connection]:
        """Whatever the server says to a new connection, such as a changed password: it is not there for us."""
        try:
            connection = await self._pool.acquire(timeout=ACQUIRE_S)
        except asyncpg.PostgresError as error:
            raise asyncpg.PostgresConnectionError(*error.args) from error
        try:
            yield connection
        finally:
            await self._pool.release(connection)

    async def _leave_server_without_writes(self, connection: Connection) -> None:
        """PostgreSQL tells each session that it became read-only, with the answer to its next statement.

        A pooler repeats what a server said to it once, and is not believed.
        """
        if not self._hears_of_demotion:
            return
        with suppress(asyncpg.InterfaceError):  # it ended after its last answer
            told = connection.get_settings()
            if "on" in {getattr(told, name, "off") for name in _READ_ONLY_REPORTS}:
                await self._pool.expire_connections()

    async def _record_failure(self, failure: DatabaseFailure, error: Exception) -> None:
        """Remember it for readiness; every connection to a server without writes is replaced before its next use."""
        if failure is DatabaseFailure.BUSY:
            return
        if failure is DatabaseFailure.EXHAUSTED:
            known, self._exhausted_at = self._exhausted_at is not None, monotonic()
        else:
            known, self.available = not self.available, False
        if failure is DatabaseFailure.READ_ONLY:
            await self._pool.expire_connections()
        if not known:
            reason = type(error.__cause__ or error).__name__
            log.warning("database_failed", kind=failure, reason=reason, sqlstate=getattr(error, "sqlstate", None))


def session_limits(*, statement_ms: int = STATEMENT_MS, lock_ms: int = LOCK_MS) -> dict[str, str]:
    """The limits that PostgreSQL itself must keep in a session, in milliseconds by the names of its settings."""
    return {
        "statement_timeout": str(statement_ms),
        "lock_timeout": str(lock_ms),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS if statement_ms else 0),
    }


@contextmanager
def urgent_work() -> Iterator[None]:
    """What is done within it finds a connection at once while other work waits for one: it is little, or for many."""
    before = _is_urgent.get()
    _is_urgent.set(True)
    try:
        yield
    finally:
        _is_urgent.set(before)


async def confirm_writes(connection: Connection, *, timeout_s: float) -> None:
    """Raise what a write would raise if the server takes none, for `Database.connection` to react to."""
    if await connection.fetchval(SQL.is_read_only, timeout=timeout_s):
        raise asyncpg.ReadOnlySQLTransactionError("The server is read-only.")


async def _skip_reset(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Leave the session as it is: no statement of ours changes it, and resetting costs every use a round trip."""
