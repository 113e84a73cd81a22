"""Three Redis primaries and a replica of each, as one cluster; nodes may be killed or hung, and slots moved."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis
from redis.exceptions import RedisError

from tests.cache.own_redis import OwnRedis
from tests.docs.shell import free_port
from tests.patience import until

NODE_TIMEOUT_MS = 1000
_SLOTS = 16384
_OPTIONS = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": str(NODE_TIMEOUT_MS),
    "cluster-replica-validity-factor": "0",
    "cluster-allow-replica-migration": "no",
    "cluster-require-full-coverage": "no",
    "repl-diskless-sync-delay": "0",
}


class ClusterNode:
    """A server of the cluster."""

    def __init__(self, options: dict[str, str]) -> None:
        self.port, self.bus_port = free_port(), free_port()
        own = {"port": str(self.port), "cluster-port": str(self.bus_port)}
        self.server = OwnRedis(*(word for name, value in (options | own).items() for word in (f"--{name}", value)))

    def ask(self, *command: str | int) -> object:
        """The reply of this very node, as text."""
        with Redis(port=self.port, decode_responses=True, socket_timeout=5) as client:
            client.response_callbacks.clear()
            return client.execute_command(*command)

    @property
    def id(self) -> str:
        """The name that the cluster knows it by."""
        return str(self.ask("CLUSTER", "MYID"))


class OwnCluster:
    """`primaries` and `replicas`, each of the primary in the same place at first; `url` is the address for a service."""

    def __init__(self, **options: str) -> None:
        settings = _OPTIONS | {name.replace("_", "-"): value for name, value in options.items()}
        self.nodes = [ClusterNode(settings) for _ in range(6)]
        self.primaries, self.replicas = self.nodes[:3], self.nodes[3:]
        self.url = f"redis+cluster://{','.join(f'127.0.0.1:{node.port}' for node in self.primaries[:2])}"

    async def form(self) -> None:
        """Return when all nodes agree, and every primary has its replica."""
        bounds = [0, _SLOTS // 3, 2 * _SLOTS // 3, _SLOTS]
        for number, node in enumerate(self.nodes):
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for number, node in enumerate(self.primaries):
            node.ask("CLUSTER", "ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
        for node in self.nodes[1:]:
            self.nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus_port)
        await until(lambda: all(self._knows_all(node) for node in self.nodes), seconds=30)
        for replica, primary in zip(self.replicas, self.primaries, strict=True):
            replica.ask("CLUSTER", "REPLICATE", primary.id)
        await until(lambda: all(self._is_linked(replica) for replica in self.replicas), seconds=30)
        await until(lambda: all(self.primaries[0].id in self._slots_text(node) for node in self.nodes), seconds=30)

    async def is_failed_over(self, number: int) -> None:
        """Return when the replica in this place has become a primary."""
        await until(lambda: "role:master" in str(self.replicas[number].ask("INFO", "replication")), seconds=30)

    def primary_of(self, slot: int) -> ClusterNode:
        """The node that has a slot."""
        for first, last, (_, port, *_), *_ in self.replicas[0].ask("CLUSTER", "SLOTS"):  # type: ignore[attr-defined]
            if first <= slot <= last:
                return next(node for node in self.nodes if node.port == port)
        raise AssertionError(slot)

    @contextmanager
    def moving(self, slot: int, target: ClusterNode) -> Iterator[ClusterNode]:
        """The slot is on its way from the node it gives: keys are moved within, and it is handed over at the end."""
        source = self.primary_of(slot)
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.id)
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.id)
        yield source
        for one in (target, source):
            one.ask("CLUSTER", "SETSLOT", slot, "NODE", target.id)

    def remove(self) -> None:
        """End all of them."""
        for node in self.nodes:
            node.server.remove()

    def _knows_all(self, node: ClusterNode) -> bool:
        state = str(node.ask("CLUSTER", "INFO"))
        return "cluster_state:ok" in state and "cluster_known_nodes:6" in state

    def _is_linked(self, replica: ClusterNode) -> bool:
        with suppress(RedisError):
            return "master_link_status:up" in str(replica.ask("INFO", "replication"))
        return False

    def _slots_text(self, node: ClusterNode) -> str:
        return str(node.ask("CLUSTER", "SLOTS"))


def move_keys(source: ClusterNode, target: ClusterNode, slot: int) -> int:
    """Move the keys of a slot that is on its way; gives how many."""
    keys = source.ask("CLUSTER", "GETKEYSINSLOT", slot, 1000)
    assert isinstance(keys, list)
    if keys:
        source.ask("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
    return len(keys)
