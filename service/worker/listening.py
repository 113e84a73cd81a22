"""Hears over a connection of its own that something was written, and says whether to look often or seldom."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import asyncpg
import structlog

from service.db.change_bell import AWAKE_S, CHANNEL
from service.db.pool import Database
from service.db.servers import DirectConnection, ServerFinder
from service.errors import DatabaseUnavailable

log = structlog.get_logger()

RECONNECT_S = 1.0
TIMEOUT_S = 3.0
_ERRORS = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class ChangeListener:
    """Rings the alarms at every change that it hears of; without a connection it takes changes to come all the time."""

    def __init__(self, url: str, database: Database, alarms: Collection[asyncio.Event]) -> None:
        self._servers = ServerFinder(url) if url else None
        self._database = database
        self._alarms = alarms
        self._awake_until = 0.0
        self._connection: DirectConnection | None = None

    @property
    def is_awake(self) -> bool:
        """Whether something may be written at any moment without a ring."""
        return self._connection is None or asyncio.get_running_loop().time() < self._awake_until

    def wake(self) -> None:
        """Have the worker look now, and often for a while."""
        self._awake_until = asyncio.get_running_loop().time() + AWAKE_S
        for alarm in self._alarms:
            alarm.set()

    async def fetch_row(self, statement: str) -> asyncpg.Record:
        """The one row of a statement, over the connection that listens: to get one of the pool costs as much again."""
        if (listening := self._connection) is None:
            async with self._database.connection() as pooled:
                row = await pooled.fetchrow(statement)
        else:
            try:
                row = await listening.fetchrow(statement)
            except _ERRORS as error:
                listening.terminate()
                raise DatabaseUnavailable from error
        assert row is not None  # for statements that give one row
        return row

    async def listen(self, stop: asyncio.Event) -> None:
        """Listen until `stop`, through outages of PostgreSQL."""
        while self._servers is not None and not stop.is_set():
            with suppress(*_ERRORS):
                await self._listen_once(self._servers, stop)
            with suppress(TimeoutError):
                async with asyncio.timeout(RECONNECT_S):
                    await stop.wait()

    async def _listen_once(self, servers: ServerFinder, stop: asyncio.Event) -> None:
        """Listen until the connection ends, or `stop`."""
        ended = asyncio.Event()
        connection = await servers.connect(
            timeout=TIMEOUT_S, command_timeout=TIMEOUT_S, server_settings={"application_name": "askonce worker"}
        )
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, lambda *_: self.wake())
            self._connection = connection
            self.wake()  # for what was written before
            await _wait_for_either(ended, stop)
        finally:
            self._connection = None
            connection.terminate()


async def _wait_for_either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = {asyncio.create_task(one.wait()), asyncio.create_task(other.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
