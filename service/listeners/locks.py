"""Which instances this process listens for: PostgreSQL's session locks decide, so that of many workers one does."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from service.db.statements import Statements
from service.errors import DatabaseUnavailable

SQL = Statements("service.listeners", "locks")

PATIENCE_S = 3.0
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
        self._held: set[int] = set()

    async def hold(self, wanted: Collection[UUID]) -> set[UUID]:
        """Those of these instances that are this process's until it gives them up; all others it held are given up.

        DatabaseUnavailable if that cannot be known at the moment.
        """
        numbers = {_number(instance_id): instance_id for instance_id in wanted}
        try:
            connection = await self._connected()
            await connection.execute(SQL.release, list(self._held - numbers.keys()))
            taken = await connection.fetch(SQL.take, list(numbers.keys() - self._held))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.close()
            raise DatabaseUnavailable from error
        self._held = (self._held & numbers.keys()) | {row["number"] for row in taken}
        return {numbers[number] for number in self._held}

    def close(self) -> None:
        """Give up everything, at once."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
        self._held = set()

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._held = set()
            self._connection = await asyncpg.connect(
                self._database_url,
                timeout=PATIENCE_S,
                command_timeout=PATIENCE_S,
                server_settings=_SESSION,
            )
        return self._connection


def _number(instance_id: UUID) -> int:
    """The number of an instance's lock: the random half of its id."""
    return int.from_bytes(instance_id.bytes[8:], signed=True)
