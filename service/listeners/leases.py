"""Which instances this process listens for: leases in PostgreSQL decide, so that of many workers one does."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import asyncpg

from service.db.servers import DirectConnection, ServerFinder
from service.db.statements import Statements
from service.errors import DatabaseUnavailable
from service.model.ids import new_id

SQL = Statements("service.listeners", "leases")

TIMEOUT_S = 3.0
_ERRORS = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class ListenerLeases:
    """The leases of one process, renewed over a connection of their own; without the process they end by themselves."""

    def __init__(self, database_url: str, *, lease_s: float) -> None:
        self._servers = ServerFinder(database_url)
        self._lease = timedelta(seconds=lease_s)
        self._owner = new_id()
        self._connection: DirectConnection | None = None
        self._held: set[UUID] = set()

    async def renew(self, account_ids: Collection[UUID]) -> set[UUID]:
        """Those of these instances that are this process's from now on, for the length of a lease; others are given up.

        DatabaseUnavailable if that cannot be known at the moment. Without instances there is nothing to ask.
        """
        if not account_ids and not self._held:
            return set()
        try:
            connection = await self._connect()
            await connection.execute(SQL.give_up, self._owner, account_ids)
            rows = await connection.fetch(SQL.renew, self._owner, account_ids, self._lease)
        except _ERRORS as error:
            self._disconnect()
            raise DatabaseUnavailable from error
        self._held = {row["instance_id"] for row in rows}
        return self._held.copy()

    async def give_up_all(self) -> None:
        """Let another process take over at once; if PostgreSQL is away, it does when the leases have expired."""
        if self._connection is None and not self._held:
            return
        with suppress(*_ERRORS):
            connection = await self._connect()
            await connection.execute(SQL.give_up, self._owner, [])
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None

    async def _connect(self) -> DirectConnection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._servers.connect(
                timeout=TIMEOUT_S,
                command_timeout=TIMEOUT_S,
                statement_cache_size=0,
                server_settings={"application_name": "askonce listeners"},
            )
        return self._connection
