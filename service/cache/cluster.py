"""A Redis Cluster as the rooms see it: each primary is a server with a connection and failures of its own.

A command goes to the node that has the slot of its first key, by the table that `CLUSTER SLOTS` gave last. A node that
has handed the slot over says so (MOVED), or that this key has moved already (ASK): the command goes on to the node that
it names, behind the same future (docs/adr/0026-redis-cluster.md).
"""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from functools import partial

import structlog

from service.cache.address import login_of, parse_address, reason_of, tls_context
from service.cache.client import Cache
from service.cache.connection import Reply, SentCommand, fail
from service.cache.hosts import CLUSTER, HostList, ask_once, parse_hosts
from service.cache.slots import (
    SLOTS,
    Address,
    epoch_of,
    key_of,
    parse_redirection,
    parse_slots,
    part_of,
    parts_of,
    slot_of,
    slot_of_tag,
)
from service.errors import CacheUnavailable

log = structlog.get_logger()

SEED_S = 0.3
"""A host of the address that takes longer is passed over."""
_MAX_REDIRECTS = 4
_KEPT_S = 60.0
"""A node without slots keeps its connection for so long after another has named it: slots are on their way to it."""


class ClusterCache:
    """The nodes of a cluster; every failure is CacheUnavailable, of the node that the command belongs to alone."""

    def __init__(self, listed: HostList) -> None:
        self._listed = listed
        self._seed_address = parse_address(listed.url_of(*listed.hosts[0]))
        self._tls = tls_context(self._seed_address)
        self._node_by_address: dict[Address, Cache] = {}
        self._named_at: dict[Address, float] = {}
        self._owners: list[Cache | None] = [None] * SLOTS
        self._table: Reply = None
        """What `CLUSTER SLOTS` said last; None once a node has said otherwise."""
        self._healthy: tuple[Cache, ...] = ()
        self._unplaced: list[str] = []
        self._following: set[asyncio.Task[None]] = set()
        self._failure = self._told = ""
        self.nodes: tuple[Cache, ...] = ()
        """The primaries that have slots."""

    @classmethod
    async def connect(cls, listed: HostList) -> "ClusterCache":
        """A cache that is connected to the nodes that answer now, and to others later."""
        cluster = cls(listed)
        await cluster.refresh()
        await asyncio.gather(*(node.connection() for node in cluster.nodes), return_exceptions=True)
        for node in cluster.nodes:
            node.believe_at_once()
        return cluster

    def close(self) -> None:
        """End all connections for good."""
        for task in self._following:
            task.cancel()
        for node in self._node_by_address.values():
            node.close()

    @property
    def available(self) -> bool:
        """Whether every slot has a primary that answered last time."""
        return None not in self._owners and all(node.available for node in self.nodes)

    @property
    def failure(self) -> str:
        """Why the cluster, or the first of its nodes, was away the last time, in words for an operator."""
        return next((node.failure for node in self.nodes if not node.available), self._failure) or reason_of(
            CacheUnavailable("CLUSTERDOWN")
        )

    @property
    def is_trusted(self) -> bool:
        """Whether no node has been away lately."""
        return all(node.is_trusted for node in self.nodes)

    @property
    def has_lost_drops(self) -> bool:
        """Whether a node could not drop too much to be remembered."""
        return any(node.has_lost_drops for node in self._node_by_address.values())

    @has_lost_drops.setter
    def has_lost_drops(self, lost: bool) -> None:
        for node in self._node_by_address.values():
            node.has_lost_drops = lost

    def locate(self, tag: bytes) -> tuple[Cache | None, int]:
        """The primary that has the keys of this hash tag, if any has, and the part of the cache that they belong to."""
        slot = slot_of_tag(tag)
        return self._owners[slot], part_of(slot)

    def parts_at(self, node: Cache) -> frozenset[int]:
        """The parts of the cache of which this primary has slots."""
        return parts_of(slot for slot, owner in enumerate(self._owners) if owner is node)

    def send(self, *command: bytes | str | float) -> asyncio.Future[Reply]:
        """The reply to a command whose keys share a slot; commands of one turn to one node share one round trip."""
        if (node := self._owners[slot_of(key_of(command))]) is None:
            raise CacheUnavailable
        return node.send(*command)

    async def ping(self) -> None:
        """Return if every node answers. CacheUnavailable."""
        if None in self._owners:
            raise CacheUnavailable
        for result in await asyncio.gather(*(node.ping() for node in self.nodes), return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def drop(self, keys: Iterable[str]) -> None:
        """Delete these keys; what a node cannot delete now is deleted before anything is read from it again."""
        groups = self._group_by_owner(keys)
        self._unplaced += groups.pop(None, [])
        await asyncio.gather(*(node.drop(group) for node, group in groups.items() if node is not None))

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete these keys. CacheUnavailable if one cannot be deleted now."""
        groups = self._group_by_owner(keys)
        if None in groups:
            raise CacheUnavailable
        deletions = (node.delete(group) for node, group in groups.items() if node is not None)
        for result in await asyncio.gather(*deletions, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def confirm(self) -> tuple[Cache, ...]:
        """The nodes that say that they are primaries still, of a cluster that works. CacheUnavailable if none does."""
        await self.refresh()
        asked = (node.confirm() for node in self._healthy if node in self.nodes)
        replies = await asyncio.gather(*asked, return_exceptions=True)
        confirmed = tuple(node for nodes in replies if isinstance(nodes, tuple) for node in nodes)
        if not confirmed:
            raise CacheUnavailable
        return confirmed

    async def refresh(self) -> None:
        """Learn which node has which slots, from the node with the newest epoch of those that find the cluster well."""
        nodes = tuple(self._node_by_address.items())
        states = await asyncio.gather(*(_epoch_at(node) for _, node in nodes))
        known = [
            (epoch, address, node) for epoch, (address, node) in zip(states, nodes, strict=True) if epoch is not None
        ]
        self._healthy = tuple(node for _, _, node in known)
        if not known:
            await self._ask_seeds()
            return
        _, (host, _), node = max(known, key=lambda one: one[0])
        try:
            self._use(await node.send("CLUSTER", "SLOTS"), asked=host)
        except CacheUnavailable as error:
            self._failure = reason_of(error)

    async def _ask_seeds(self) -> None:
        """Learn the slots from the hosts of the address, while no node that is known knows them."""
        found = await asyncio.gather(*(self._ask_seed(*host) for host in self._listed.hosts))
        tables = [one for one in found if one is not None]
        if tables:
            _, table, host = max(tables, key=lambda one: one[0])
            self._use(table, asked=host)
        elif self._failure != self._told:
            self._told = self._failure
            log.warning("cache_cluster_unavailable", reason=self._failure)

    async def _ask_seed(self, host: str, port: int) -> tuple[int, Reply, str] | None:
        """The epoch and the table of slots that this host knows, and the host; None if it does not answer."""
        commands = (*login_of(self._seed_address), ("CLUSTER", "INFO"), ("CLUSTER", "SLOTS"))
        try:
            *_, state, table = await ask_once(host, port, *commands, limit_s=SEED_S, tls=self._tls)
            return epoch_of(state), table, host
        except (OSError, TimeoutError, CacheUnavailable, ssl.SSLError) as error:
            is_single = isinstance(error, CacheUnavailable) and error.detail == "ERR"
            self._failure = reason_of(CacheUnavailable("NOCLUSTER") if is_single else error)
            return None

    def _use(self, table: Reply, *, asked: str) -> None:
        """Send commands by this table from now on, and what is to be dropped yet to the nodes that have it now."""
        self._told = ""
        if table == self._table and self.nodes:
            return
        self._owners = [None] * SLOTS
        for address, slots in parse_slots(table, asked=asked):
            self._owners[slots.start : slots.stop] = [self._node_at(address)] * len(slots)
        self._table = table
        self._list_nodes()
        self._forget_nodes()
        self._move_pending_drops()

    def _list_nodes(self) -> None:
        self.nodes = tuple({id(node): node for node in self._owners if node is not None}.values())

    def _forget_nodes(self) -> None:
        """End the connections of nodes that have no slots and get none."""
        now = asyncio.get_running_loop().time()
        for address, node in list(self._node_by_address.items()):
            is_named = now - self._named_at.get(address, 0.0) < _KEPT_S
            if not (node in self.nodes or is_named or node.has_lost_drops):
                self._unplaced += node.take_pending_drops()
                node.close()
                del self._node_by_address[address]

    def _move_pending_drops(self) -> None:
        """A slot may have been moved with keys that were to be dropped: its new node is read from after that."""
        waiting, self._unplaced = self._unplaced, []
        for node in self._node_by_address.values():
            waiting += node.take_pending_drops()
        for owner, keys in self._group_by_owner(waiting).items():
            if owner is None:
                self._unplaced += keys
            else:
                owner.drop_later(keys)

    def _group_by_owner(self, keys: Iterable[str]) -> dict[Cache | None, list[str]]:
        groups: dict[Cache | None, list[str]] = {}
        for key in keys:
            groups.setdefault(self._owners[slot_of(key)], []).append(key)
        return groups

    def _node_at(self, address: Address) -> Cache:
        if (node := self._node_by_address.get(address)) is None:
            node = Cache(self._listed.url_of(*address), redirect=partial(self._follow, address[0]))
            node.start_connecting()
            self._node_by_address[address] = node
        return node

    def _follow(self, asked: str, command: SentCommand, error: str) -> None:
        """Send a command where the node `asked` says that its key is."""
        reply, _, redirects = command
        try:
            asking, slot, address = parse_redirection(error, asked=asked)
        except ValueError:
            fail(reply)
            return
        if redirects >= _MAX_REDIRECTS:
            fail(reply, "MOVED")
            return
        node = self._node_at(address)
        self._named_at[address] = asyncio.get_running_loop().time()
        if not asking:
            self._owners[slot] = node
            self._table = None
            if node not in self.nodes:
                self._list_nodes()
        if node.available:
            node.send_redirected(command, asking=asking)
        else:
            task = asyncio.create_task(_send_later(node, command, asking=asking))
            self._following.add(task)
            task.add_done_callback(self._following.discard)


async def connect_cache(url: str) -> "CacheClient":
    """The cache at this address, connected if it answers now; it connects later if it does not."""
    listed = parse_hosts(url)
    if listed is not None and listed.kind == CLUSTER:
        return await ClusterCache.connect(listed)
    return await Cache.connect(url)


async def _send_later(node: Cache, command: SentCommand, *, asking: bool) -> None:
    """Send a command once the node is connected; it fails if it cannot be."""
    try:
        await node.connection()
        node.send_redirected(command, asking=asking)
    except CacheUnavailable:
        fail(command[0])


async def _epoch_at(node: Cache) -> int | None:
    """The epoch of the cluster as this node knows it; None if it does not answer, or finds the cluster broken."""
    try:
        return epoch_of(await node.send("CLUSTER", "INFO"))
    except CacheUnavailable:
        return None


CacheClient = Cache | ClusterCache
"""One server, or the nodes of a cluster."""
