"""The cache client of one process: it reconnects by itself, and reads nothing while the content may be outdated."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence

import structlog

from service.cache.address import confirm_rights, login_of, parse_address, reason_of, tell_of_memory, tls_context
from service.cache.connection import PipelinedConnection, Redirect, Reply, SentCommand
from service.cache.sentinel import sentinels_of
from service.cache.slots import field_of, group_by_slot
from service.errors import CacheUnavailable

log = structlog.get_logger()

TIMEOUT_S = 0.2
CONNECT_S = 1.0
"""No request waits for a connection, so a busy process may take its time."""
BREAKER_FAILURES = 3
BREAKER_OPEN_S = 2.0
PROBATION_S = 2.0
"""After an outage other processes' drops may be missing for as long as the outbox needs to repeat them."""
_MAX_PENDING_DROPS = 100_000
_NODE_LINES = frozenset({b"redis_mode:cluster", b"server_mode:cluster"})
"""By one of these a node of a cluster is known, in Redis and in Valkey."""
_ID_CHARACTERS = 8
"""So much of an id tells servers apart."""
MAX_LIFETIME_S = 90_000.0
"""No cached view lives longer (settings: context_ttl_s and context_stale_s together)."""


class Cache:
    """One Redis as the rooms see it; every failure is CacheUnavailable, at once while the breaker is open."""

    def __init__(self, url: str, *, redirect: Redirect | None = None) -> None:
        self._redirect = redirect
        """Where refused commands go; none unless it is a node of a cluster."""
        by_sentinel = sentinels_of(url)
        self._sentinels = by_sentinel[0] if by_sentinel else None
        self._address = parse_address(by_sentinel[1] if by_sentinel else url)
        self._tls = tls_context(self._address)
        self._connection: PipelinedConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._failures = 0
        self._open_until = 0.0
        self._trusted_from = 0.0
        self._pending_drops: dict[str, None] = {}
        """In the order in which they are deleted where that cannot happen at once."""
        self.has_lost_drops = False
        """Whether too much could not be dropped to be remembered: what is cached is never to be believed again."""
        self.failure = ""
        """Why Redis was away the last time, in words for an operator."""
        self.run_id = b""
        """This run of the Redis server as a primary: it changes with a restart and with every failover."""

    @classmethod
    async def connect(cls, url: str) -> "Cache":
        """A cache that is connected if Redis answers now, and connects later if it does not."""
        cache = cls(url)
        await cache._reconnect()
        cache.believe_at_once()
        return cache

    def believe_at_once(self) -> None:
        """The process begins: it has dropped nothing, and no other's drop is missing for its sake."""
        self._trusted_from = 0.0

    def close(self) -> None:
        """End the connection for good."""
        self._open_until = float("inf")
        if self._connecting is not None:
            self._connecting.cancel()
        if (connection := self._connection) is not None:
            self._connection = None
            connection.close()

    @property
    def available(self) -> bool:
        """Whether Redis answered last time."""
        return self._connection is not None

    @property
    def is_trusted(self) -> bool:
        """Whether what is cached may be served without a look at the database: not for a while after an outage."""
        return not self.has_lost_drops and asyncio.get_running_loop().time() >= self._trusted_from

    @property
    def nodes(self) -> tuple["Cache", ...]:
        """The primaries: this one."""
        return (self,)

    def locate(self, tag: bytes) -> tuple["Cache", int]:  # noqa: ARG002 (the same for every hash tag)
        """The primary that has the keys of this hash tag, and the part of the cache that they belong to."""
        return self, 0

    def parts_at(self, node: "Cache") -> frozenset[int]:  # noqa: ARG002 (there is only one)
        """The parts that this primary has."""
        return frozenset({0})

    def send(self, *command: bytes | str | float) -> asyncio.Future[Reply]:
        """The reply to one command; commands sent in one iteration of the event loop share one round trip."""
        if self._connection is None:
            self.start_connecting()
            raise CacheUnavailable
        return self._connection.send(*command)

    async def connection(self) -> PipelinedConnection:
        """The connection, after a try to make one if there is none. CacheUnavailable if that fails."""
        if self._connection is None:
            self.start_connecting()
            if self._connecting is not None:
                await asyncio.wait({self._connecting})
        if self._connection is None:
            raise CacheUnavailable
        return self._connection

    def send_redirected(self, command: SentCommand, *, asking: bool) -> None:
        """Send a command that another node of the cluster refused. CacheUnavailable."""
        if self._connection is None:
            raise CacheUnavailable
        self._connection.send_redirected(command, asking=asking)

    async def ping(self) -> None:
        """Return if the server answers; asking also makes the cache connect again. CacheUnavailable."""
        await self.send("PING")

    async def confirm(self) -> tuple["Cache", ...]:
        """The server, if it says that it is a primary still. CacheUnavailable if it is none, or does not answer."""
        connection = self._connection
        replication = await self.send("INFO", "replication")
        try:
            run_id = self.run_id[:_ID_CHARACTERS] + _primary_id_of(replication)
        except CacheUnavailable:
            if connection is not None:
                connection.close()
            raise
        if connection is self._connection:
            self.run_id = run_id
        return (self,)

    def renew_connection(self) -> None:
        """End the connection, so that the next one goes where the address leads now."""
        if self._connection is not None:
            self._connection.close()

    async def drop(self, keys: Iterable[str]) -> None:
        """Delete these keys; what cannot be deleted now is deleted before anything is read from Redis again.

        A server that answers but refuses to delete (a replica, after a failover) is not believed any longer either.
        """
        key_list = list(keys)
        if not key_list:
            return
        try:
            await self.delete(key_list)
        except CacheUnavailable:
            self.drop_later(key_list)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete these keys: of one slot at once, or in this order while it moves. CacheUnavailable if that fails."""
        if self._connection is None:
            self.start_connecting()
            raise CacheUnavailable
        await self._delete(self._connection, keys)

    def drop_later(self, keys: Sequence[str]) -> None:
        """Delete these keys before anything is read from this server again: its connection ends, for another one."""
        self._queue_drops(keys)
        if self._connection is not None:
            self._connection.close()

    def take_pending_drops(self) -> list[str]:
        """The keys that are to be deleted yet, for the servers that have them now; they are forgotten here."""
        taken, self._pending_drops = list(self._pending_drops), {}
        return taken

    async def _delete(self, connection: PipelinedConnection, keys: Sequence[str]) -> None:
        if self._redirect is None:
            await connection.send("DEL", *keys)
            return
        deletions = [_delete_group(connection, group) for group in group_by_slot(keys)]
        for result in await asyncio.gather(*deletions, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    def _queue_drops(self, keys: Sequence[str]) -> None:
        """Keep them for the next connection; too many, and nothing that is cached is believed any more."""
        if len(self._pending_drops) + len(keys) <= _MAX_PENDING_DROPS:
            self._pending_drops.update(dict.fromkeys(keys))
        else:
            self._pending_drops.clear()
            self.has_lost_drops = True

    def start_connecting(self) -> None:
        """Try to connect, unless a try is under way, or the last ones failed just now."""
        if self._connecting is None and asyncio.get_running_loop().time() >= self._open_until:
            self._connecting = asyncio.create_task(self._reconnect())

    async def _reconnect(self) -> None:
        """One try to connect."""
        try:
            await asyncio.wait_for(self._open_connection(), CONNECT_S)
        except (OSError, TimeoutError, CacheUnavailable, ssl.SSLError) as error:
            self._record_failure(reason_of(error))
            return
        finally:
            self._connecting = None
        log.info("cache_connected")

    async def _open_connection(self) -> None:
        """Connect; others use the connection from the moment it has caught up with the drops they missed."""
        connection = await self._connect_socket()
        try:
            for login in login_of(self._address):
                await connection.send(*login)
            if database := self._address.get("db"):
                await connection.send("SELECT", database)
            self.run_id = await self._read_run_id(connection)
            await confirm_rights(connection, is_node=self._redirect is not None)
            await tell_of_memory(connection)
            connection.redirect = self._redirect
            while self._pending_drops:
                await self._send_pending_drops(connection)
        except BaseException:
            connection.close()
            raise
        self._failures = 0
        self._trusted_from = asyncio.get_running_loop().time() + PROBATION_S
        self._connection = connection

    async def _read_run_id(self, connection: PipelinedConnection) -> bytes:
        """The id of this run. CacheUnavailable for a replica, and for a server of another kind than the address."""
        server, replication = await connection.send("INFO", "server"), await connection.send("INFO", "replication")
        is_node = isinstance(server, bytes) and any(line in _NODE_LINES for line in server.splitlines())
        if is_node != (self._redirect is not None):
            raise CacheUnavailable("CLUSTER" if is_node else "NOCLUSTER")
        return field_of(server, b"run_id")[:_ID_CHARACTERS] + _primary_id_of(replication)

    async def _connect_socket(self) -> PipelinedConnection:
        loop = asyncio.get_running_loop()

        def make() -> PipelinedConnection:
            return PipelinedConnection(timeout_s=TIMEOUT_S, on_lost=self._on_connection_lost)

        if path := self._address.get("path"):
            _, connection = await loop.create_unix_connection(make, path)
            return connection
        host, port = self._address.get("host", "127.0.0.1"), self._address.get("port", 6379)
        if self._sentinels is not None:
            host, port = await self._sentinels.find_primary(tls=self._tls)
        _, connection = await loop.create_connection(make, host, port, ssl=self._tls)
        return connection

    async def _send_pending_drops(self, connection: PipelinedConnection) -> None:
        missed, self._pending_drops = self._pending_drops, {}
        try:
            await self._delete(connection, list(missed))
        except BaseException:
            self._pending_drops = missed | self._pending_drops
            raise

    def _on_connection_lost(self, connection: PipelinedConnection) -> None:
        if connection is self._connection:
            self._connection = None
            self._record_failure("the connection ended, or nothing was answered in time")

    def _record_failure(self, reason: str) -> None:
        self._failures += 1
        self.failure = reason
        loop = asyncio.get_running_loop()
        self._trusted_from = float("inf")
        if self._failures >= BREAKER_FAILURES:
            self._open_until = loop.time() + BREAKER_OPEN_S
        log.warning("cache_unavailable", failures=self._failures, reason=reason)


async def _delete_group(connection: PipelinedConnection, keys: Sequence[str]) -> None:
    """Delete keys of one slot: one after the other if some of them have moved to another node already."""
    try:
        await connection.send("DEL", *keys)
    except CacheUnavailable as error:
        if error.detail != "TRYAGAIN":
            raise
        for key in keys:
            await connection.send("DEL", key)


def _primary_id_of(replication: Reply) -> bytes:
    """The id of the history that a primary writes. CacheUnavailable for a replica: drops do not reach it in time."""
    if field_of(replication, b"role") != b"master":
        raise CacheUnavailable("REPLICA")
    return field_of(replication, b"master_replid")[:_ID_CHARACTERS]
