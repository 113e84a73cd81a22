"""Whether cached views may be served without a look at the database: what one process knows, renewed all the time.

Redis alone cannot tell. It may have become a replica, another process may use another server, a writer may be cut off
from it, and the database may have been restored. So a process looks at both servers every `WATCH_INTERVAL_S`, and
believes cached views for `VALID_S` after a look that found all well (docs/adr/0012-spaces-of-the-cache.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from math import inf

import structlog
from prometheus_client import Gauge

from service.cache.client import MAX_LIFETIME_S, Cache
from service.cache.cluster import CacheClient
from service.cache.connection import Reply
from service.cache.slots import PARTS
from service.coherence.installation import (
    PROBATION,
    Installation,
    claim_space,
    read_installation,
    read_space,
    record_servers,
    renew_history,
)
from service.coherence.placement import Placement, parse_placement
from service.coherence.restrictions import RestrictionKnowledge
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
        cache: CacheClient,
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
        self._servers = ""
        """The servers of the space, as they are recorded."""
        self._placement = Placement()
        self._recorded: frozenset[bytes] = frozenset()
        self._adopted: frozenset[bytes] = frozenset()
        """Servers of this process that were recorded once, whatever is recorded now."""
        self._position = 0
        self._superseded_at: float | None = None
        self._trusted_until: dict[bytes, float] = {}
        """Until when what is on a server is believed."""
        self._doubted_until: dict[int, float] = {}
        """Until when other processes may drop views of a part by the name that it had before."""
        self._is_watching = False
        self._watching: asyncio.Task[None] | None = None
        self.restrictions = RestrictionKnowledge()
        self.history = ""
        """The history of the database: part of every ETag."""

    @property
    def space(self) -> str | None:
        """The part of every key that names the installation; None while no server that is used is recorded."""
        return self._space if any(node.run_id in self._recorded for node in self._cache.nodes) else None

    def space_of(self, tag: bytes) -> str | None:
        """What the keys of the views with this hash tag end in; None while their server is not recorded."""
        node, part = self._cache.locate(tag)
        if self._space is None or node is None or node.run_id not in self._recorded:
            return None
        return self._placement.space_of(self._space, part) if self._placement.epochs else self._space

    @property
    def is_trusted(self) -> bool:
        """Whether all that is cached may be served without a look at the database."""
        now = asyncio.get_running_loop().time()
        nodes = self._cache.nodes
        settled = all(until <= now for until in self._doubted_until.values())
        return settled and bool(nodes) and all(self._trusts_server(node, now) for node in nodes)

    def trusts(self, tag: bytes) -> bool:
        """Whether cached views with this hash tag may be served without a look at the database."""
        node, part = self._cache.locate(tag)
        now = asyncio.get_running_loop().time()
        return node is not None and self._trusts_server(node, now) and self._doubted_until.get(part, 0.0) <= now

    def _trusts_server(self, node: Cache, now: float) -> bool:
        return node.is_trusted and now < self._trusted_until.get(node.run_id, 0.0)

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
                if await read_space(connection) == (space, self._servers):
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
        nodes, found = await asyncio.gather(self._confirmed_nodes(), read_installation(connection))
        if not found.genuine or await self._has_gone_back(found, nodes):
            await renew_history(connection, instead_of=found.space)
            found = await read_installation(connection)
        if nodes and (self._cache.has_lost_drops or self._may_claim(nodes, found, began)):
            await self._claim(connection, nodes, found)
            found = await read_installation(connection)
        await self._follow_guidance(connection, found.guidance)
        self._apply(found, nodes, began)

    async def _follow_guidance(self, connection: Connection, version: int) -> None:
        """Have the guidance renewed if it has another version; if that fails, the look has failed."""
        if version != self._guidance and self._renew_guidance is not None:
            await self._renew_guidance(connection, version)
            self._guidance = version

    async def _confirmed_nodes(self) -> tuple[Cache, ...]:
        """The servers that are there as primaries; empty if none is.

        For as long as any view lives, one of them keeps how far the database was, for processes that come later.
        """
        try:
            noted = []
            if self._is_watching and (space := self.space) is not None:
                noted.append(self._ask("SET", _position_key(space), self._position, "EX", int(MAX_LIFETIME_S)))
            confirmed, _ = await asyncio.gather(self._cache.confirm(), asyncio.gather(*noted))
        except CacheUnavailable:
            return ()
        return confirmed

    async def _ask(self, *command: str | float) -> Reply:
        """The reply. In a cluster the node of the key may be away: None then, since the others are used."""
        try:
            return await self._cache.send(*command)
        except CacheUnavailable:
            if len(self._cache.nodes) > 1:
                return None
            raise

    async def _has_gone_back(self, found: Installation, nodes: Sequence[Cache]) -> bool:
        """Whether the database is an earlier state of what it was, as after a restored copy of its files."""
        if found.space == self._space:
            return found.position < self._position
        seen = await self._ask("GET", _position_key(found.space)) if nodes else None
        return isinstance(seen, bytes) and found.position < int(seen)

    def _may_claim(self, nodes: Sequence[Cache], found: Installation, now: float) -> bool:
        """Whether to record servers of this process: the first, those it has just come to, or its own after a while.

        Two groups of processes on different servers would else take the record from each other all the time.
        """
        recorded = parse_placement(found.server).servers
        unknown = [node for node in nodes if node.run_id.decode() not in recorded]
        if not unknown:
            return False
        if not found.server or any(node.run_id not in self._adopted for node in unknown):
            return True
        if self._superseded_at is None:
            self._superseded_at = now
            log.warning("cache_superseded")  # another process uses another server
            for node in unknown:
                node.renew_connection()
        return now - self._superseded_at > RECLAIM_AFTER_S

    async def _claim(self, connection: Connection, nodes: Sequence[Cache], found: Installation) -> None:
        """Record the servers of this process: in the same space if it is on one of them, else in a new one."""
        placement, confirmed = parse_placement(found.server), {node.run_id.decode(): node for node in nodes}
        kept = placement.servers & {node.run_id.decode() for node in self._cache.nodes}
        if kept and not self._cache.has_lost_drops:
            parts = {server: self._cache.parts_at(node) for server, node in confirmed.items()}
            await record_servers(connection, placement.after_takeover(parts, kept).text(), instead_of=found)
        else:
            servers = Placement(servers=frozenset(confirmed))
            await claim_space(connection, servers.text(), instead_of=found.space)
            self._cache.has_lost_drops = False  # nothing is read any more of what should have been dropped

    def _apply(self, found: Installation, nodes: Sequence[Cache], began: float) -> None:
        """Take note of what was found by a look that began then."""
        self.history, self._position = found.history, found.position
        self.restrictions.note_look(found_any=found.any_restricted, began=began, valid_until=began + VALID_S)
        _UNDROPPED_SECONDS.set(found.undropped_s)
        used, placement = {node.run_id for node in self._cache.nodes}, parse_placement(found.server)
        recorded = frozenset(server.encode() for server in placement.servers)
        if used & recorded:
            self._note_doubts(found, placement)
            self._space, self._servers, self._placement, self._recorded = found.space, found.server, placement, recorded
        if used <= recorded:
            self._superseded_at = None
        self._adopted = (self._adopted | recorded) & used
        is_good = found.undropped_s < UNDROPPED_LIMIT_S
        believed = [node.run_id for node in nodes if is_good and node.run_id in recorded]
        self._trusted_until = dict.fromkeys(believed, began + VALID_S)
        if not self._is_watching:
            self._trusted_until, self._doubted_until = dict.fromkeys(used, inf), {}

    def _note_doubts(self, found: Installation, placement: Placement) -> None:
        """Doubt parts that have got another name, as long as a process may not know of it."""
        until = asyncio.get_running_loop().time() + PROBATION.total_seconds()
        if found.settled:
            self._doubted_until = {}
        elif found.space != self._space:
            self._doubted_until = dict.fromkeys(range(PARTS), until)
        else:
            known = self._placement.epochs
            renamed = (part for part, epoch in placement.epochs.items() if epoch != known.get(part))
            self._doubted_until |= dict.fromkeys(renamed, until)


def _position_key(space: str) -> str:
    """The key that holds how far the database was."""
    return f"wal:{space}"
