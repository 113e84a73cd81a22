"""Which instances this process listens for: PostgreSQL's session locks decide, so that of many workers one does."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from service.db.statements import Statements
from service.errors import DatabaseUnavailable

SQL = Statements("service.listeners", "locks")

TIMEOUT_S = 3.0
_SESSION = {
    "application_name": "askonce listeners",
    "tcp_keepalives_idle": "10",  # PostgreSQL frees the locks of a machine that vanished after 25 s
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class ListenerLocks:
    """The locks of one process, on a connection of their own: they end with it, and it with the process."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._locked: set[int] = set()

    async def lock_accounts(self, account_ids: Collection[UUID]) -> set[UUID]:
        """Those of these instances that this process has locked, until it releases them; its other locks are released.

        DatabaseUnavailable if that cannot be known at the moment.
        """
        account_by_key = {_lock_key(account_id): account_id for account_id in account_ids}
        try:
            connection = await self._connect()
            await connection.execute(SQL.unlock, list(self._locked - account_by_key.keys()))
            newly_locked = await connection.fetch(SQL.try_lock, list(account_by_key.keys() - self._locked))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.release_all()
            raise DatabaseUnavailable from error
        self._locked = (self._locked & account_by_key.keys()) | {row["number"] for row in newly_locked}
        return {account_by_key[number] for number in self._locked}

    def release_all(self) -> None:
        """Release every lock at once."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
        self._locked = set()

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._locked = set()
            self._connection = await asyncpg.connect(
                self._database_url,
                timeout=TIMEOUT_S,
                command_timeout=TIMEOUT_S,
                server_settings=_SESSION,
            )
        return self._connection


def _lock_key(account_id: UUID) -> int:
    """The number of an instance's lock: the random half of its id."""
    return int.from_bytes(account_id.bytes[8:], signed=True)
