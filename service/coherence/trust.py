"""Whether cached views may be served without a look at the database: what one process knows, renewed all the time.

Redis alone cannot tell. It may have become a replica, another process may use another server, a writer may be cut off
from it, and the database may have been restored. So a process looks at both servers every `WATCH_INTERVAL_S`, and
believes cached views for `VALID_S` after a look that found all well (docs/adr/0012-spaces-of-the-cache.md).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf

import structlog
from prometheus_client import Gauge

from service.cache.client import MAX_LIFETIME_S, Cache
from service.coherence.installation import Installation, claim_space, read_installation, read_space, renew_history
from service.db.pool import Connection, Database
from service.errors import CacheUnavailable, Unavailable

log = structlog.get_logger()

WATCH_INTERVAL_S = 0.4
WRITER_INTERVAL_S = 1.0
"""Between two looks of a process that serves no views: it must know of another space within `PROBATION`."""
VALID_S = 1.0
"""A look is believed for so long, counted from its beginning."""
UNDROPPED_LIMIT_S = 1.0
"""A change that has waited for longer may have old views: a relay takes far less."""
RECLAIM_AFTER_S = 30.0
"""So long after another process has recorded another server, this process records its own again."""

RenewGuidance = Callable[[Connection, int], Awaitable[None]]
"""Told of another version of the guidance, before views are found by it."""

_UNDROPPED_SECONDS = Gauge(
    "askonce_undropped_seconds",
    "How long the oldest change has waited for the drop of its cached views; 0 if none waits.",
    multiprocess_mode="livemax",
)
_CACHE_TRUSTED = Gauge(
    "askonce_cache_trusted",
    "1 while cached views are served without a look at the database, else 0.",
    multiprocess_mode="livemin",
)


class CacheTrust:
    """The space that a process reads and writes in Redis, and whether what it holds is believed."""

    def __init__(
        self,
        cache: Cache,
        database: Database,
        *,
        watch: Database | None = None,
        renew_guidance: RenewGuidance | None = None,
    ) -> None:
        self._interval_s = WATCH_INTERVAL_S
        self._cache = cache
        self._database = database
        self._renew_guidance = renew_guidance
        self._guidance: int | None = None
        self._watch = watch or database
        """The connection of the looks; one of its own does not wait for those of requests."""
        self._space: str | None = None
        self._server = b""
        self._position = 0
        self._superseded_at: float | None = None
        self._trusted_until = 0.0
        self._is_watching = False
        self._watching: asyncio.Task[None] | None = None
        self.history = ""
        """The history of the database: part of every ETag."""

    @property
    def space(self) -> str | None:
        """The part of every key that names the installation; None while it is not known for the server that answers."""
        return self._space if self._server == self._cache.run_id else None

    @property
    def is_trusted(self) -> bool:
        """Whether what is cached may be served without a look at the database."""
        return self._cache.is_trusted and asyncio.get_running_loop().time() < self._trusted_until

    async def start(self, *, interval_s: float = WATCH_INTERVAL_S) -> None:
        """Look now, and go on looking until `stop`."""
        self._interval_s = interval_s
        self._is_watching = True
        with suppress(Unavailable):
            await self.check()
        self._watching = asyncio.create_task(self._keep_watching())

    async def stop(self) -> None:
        """Look no more."""
        self._is_watching = False  # a connection that breaks while it is given back hides the cancellation
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None

    async def adopt_space(self) -> None:
        """Look once where no watch does, as in a command: then the space is known if Redis answers."""
        if not self._is_watching and self.space is None:
            with suppress(Unavailable):
                await self.check()

    async def ensure_recorded(self) -> None:
        """Give back if the space is also the one recorded now: a drop in it is one for all. Else CacheUnavailable."""
        await self.adopt_space()
        if (space := self.space) is not None:
            async with self._database.connection() as connection:
                if await read_space(connection) == space:
                    return
        raise CacheUnavailable

    async def check(self) -> None:
        """Look at both servers. Unavailable without PostgreSQL."""
        async with self._watch.connection() as connection:
            await self._look(connection)

    async def _keep_watching(self) -> None:
        while self._is_watching:
            try:
                async with self._watch.connection() as connection:
                    await self._look_repeatedly(connection)
            except Unavailable:
                if not self._watch.available:
                    self._database.available = False  # cached views say that they may be old, until it answers
            except Exception as error:  # a watch that ended would leave views without trust for ever
                log.exception("coherence_unwatched", exc_info=error)
            _CACHE_TRUSTED.set(self.is_trusted)
            await asyncio.sleep(self._interval_s)

    async def _look_repeatedly(self, connection: Connection) -> None:
        """Keep the connection: a busy process would take longer to get one than to use it."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self._look(connection)
            _CACHE_TRUSTED.set(self.is_trusted)
            await asyncio.sleep(began + self._interval_s - loop.time())

    async def _look(self, connection: Connection) -> None:
        began = asyncio.get_running_loop().time()
        server, found = await asyncio.gather(self._confirmed_server(), read_installation(connection))
        if not found.genuine or await self._has_gone_back(found, server):
            await renew_history(connection, instead_of=found.space)
            found = await read_installation(connection)
        if server and (self._cache.has_lost_drops or self._may_claim(server, found, began)):
            await claim_space(connection, server.decode(), instead_of=found.space)
            self._cache.has_lost_drops = False  # nothing is read any more of what should have been dropped
            found = await read_installation(connection)
        await self._follow_guidance(connection, found.guidance)
        self._apply(found, server, began)

    async def _follow_guidance(self, connection: Connection, version: int) -> None:
        """Have the guidance renewed if it has another version; if that fails, the look has failed."""
        if version != self._guidance and self._renew_guidance is not None:
            await self._renew_guidance(connection, version)
            self._guidance = version

    async def _confirmed_server(self) -> bytes:
        """The server that is there as a primary; empty if none is.

        For as long as any view lives, it keeps how far the database was, for processes that come later.
        """
        try:
            noted = []
            if self._is_watching and self.space is not None:
                key = _position_key(self.space)
                noted.append(self._cache.send("SET", key, self._position, "EX", int(MAX_LIFETIME_S)))
            await asyncio.gather(self._cache.confirm(), *noted)
        except CacheUnavailable:
            return b""
        return self._cache.run_id

    async def _has_gone_back(self, found: Installation, server: bytes) -> bool:
        """Whether the database is an earlier state of what it was, as after a restored copy of its files."""
        if found.space == self._space:
            return found.position < self._position
        seen = await self._cache.send("GET", _position_key(found.space)) if server else None
        return isinstance(seen, bytes) and found.position < int(seen)

    def _may_claim(self, server: bytes, found: Installation, now: float) -> bool:
        """Whether to record the server of this process: the first, one it has just come to, or its own after a while.

        Two groups of processes on two servers would else take the record from each other all the time.
        """
        if found.server == server.decode():
            return False
        if not found.server or server != self._server:
            return True
        if self._superseded_at is None:
            self._superseded_at = now
            log.warning("cache_superseded")  # another process uses another server
            self._cache.renew_connection()
        return now - self._superseded_at > RECLAIM_AFTER_S

    def _apply(self, found: Installation, server: bytes, began: float) -> None:
        """Take note of what was found by a look that began then."""
        self.history, self._position = found.history, found.position
        _UNDROPPED_SECONDS.set(found.undropped_s)
        is_recorded = found.server.encode() == server != b""
        if is_recorded:
            self._space, self._server, self._superseded_at = found.space, server, None
        if not self._is_watching:
            self._trusted_until = inf
        elif is_recorded and found.settled and found.undropped_s < UNDROPPED_LIMIT_S:
            self._trusted_until = began + VALID_S
        else:
            self._trusted_until = 0.0


def _position_key(space: str) -> str:
    """The key that holds how far the database was."""
    return f"wal:{space}"
