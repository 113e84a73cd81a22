"""A Redis Cluster as the rooms see it: where drops go that nodes could not take, and what an operator is told."""

import asyncio

import pytest

from service.cache.cluster import ClusterCache, connect_cache
from service.cache.hosts import parse_hosts
from service.cache.slots import SLOTS, slot_of
from service.errors import CacheUnavailable
from tests.cache.own_redis import OwnRedis
from tests.docs.shell import free_port

KEYS = "lease:{foo}:s", "ctx:{foo}:7:s"


@pytest.fixture
async def cluster():
    """A cluster that has nodes at two ports where nothing listens."""
    listed = parse_hosts(f"redis+cluster://127.0.0.1:{free_port()}")
    assert listed is not None
    cluster = ClusterCache(listed)
    yield cluster
    cluster.close()


def table(*ports: int) -> list:
    """What CLUSTER SLOTS says if each of these ports has as many slots, in their order."""
    size = SLOTS // len(ports)
    return [[at * size, (at + 1) * size - 1, [b"127.0.0.1", port, b"id", []]] for at, port in enumerate(ports)]


async def test_what_a_node_could_not_drop_is_dropped_where_its_slot_has_gone(cluster):
    first, second = free_port(), free_port()
    cluster._use(table(first, second), asked="")
    (before, _), (other, _) = cluster.locate(b"foo"), cluster.locate(b"bar")
    await cluster.drop([*KEYS, "ctx:{bar}:7:s"])
    cluster._use(table(second, first), asked="")
    after, _ = cluster.locate(b"foo")
    assert (after, slot_of("foo") // (SLOTS // 2)) == (other, 1)
    assert after.take_pending_drops() == list(KEYS)
    assert before.take_pending_drops() == ["ctx:{bar}:7:s"]


async def test_what_no_node_has_is_dropped_when_one_has_it(cluster):
    await cluster.drop(KEYS)
    cluster._use(table(free_port()), asked="")
    node, _ = cluster.locate(b"foo")
    assert node.take_pending_drops() == list(KEYS)


async def test_a_slot_without_a_node_fails_at_once(cluster):
    for attempt in (lambda: cluster.send("GET", "foo"), lambda: cluster.delete(KEYS), cluster.ping, cluster.confirm):
        with pytest.raises(CacheUnavailable):
            await asyncio.ensure_future(attempt())
    assert not cluster.available


async def failure(url: str) -> str:
    """Why a cache does not come about."""
    cache = await connect_cache(url)
    cache.close()
    assert not cache.available
    return cache.failure


async def test_an_address_of_the_wrong_kind_is_told_what_to_write():
    plain_port, node_port = free_port(), free_port()
    plain = OwnRedis("--port", str(plain_port))
    bus = "--cluster-port", str(free_port())
    node = OwnRedis("--port", str(node_port), "--cluster-enabled", "yes", *bus)
    try:
        assert "write redis://" in await failure(f"redis+cluster://127.0.0.1:{plain_port}")
        assert "write redis+cluster://" in await failure(f"redis://127.0.0.1:{node_port}")
        assert "have no node for some slots" in await failure(f"redis+cluster://127.0.0.1:{node_port}")
    finally:
        plain.remove()
        node.remove()


async def test_a_replica_is_told_from_a_primary_by_name():
    port = free_port()
    primary, replica = OwnRedis("--port", str(port)), OwnRedis("--replicaof", f"127.0.0.1 {port}")
    try:
        assert "is a replica: name the primary" in await failure(replica.url)
    finally:
        primary.remove()
        replica.remove()


async def test_sentinels_that_do_not_answer_are_named():
    assert "no Sentinel in ASKONCE_REDIS_URL" in await failure(f"redis+sentinel://127.0.0.1:{free_port()}/name")
