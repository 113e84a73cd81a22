"""D19: a Redis Cluster shows no old view, whatever happens to one of its nodes, and goes on without errors."""

import asyncio

import pytest

from service.cache.slots import SLOTS, slot_of_tag
from tests.coherence.conftest import BOUND_S
from tests.coherence.crowd import SIZE, Crowd
from tests.faults.cluster import OwnCluster, move_keys
from tests.patience import until

pytestmark = [pytest.mark.slow, pytest.mark.promise("D19")]


@pytest.fixture
async def cluster():
    cluster = OwnCluster()
    try:
        await cluster.form()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
async def crowd(process, cluster):
    """Two processes of the service, and customers whose views are cached and believed by both."""
    crowd = Crowd(await process(cluster.url), await process(cluster.url))
    await crowd.write_all()
    await crowd.is_cached()
    return crowd


async def all_is_well(crowd: Crowd) -> None:
    """Return when every customer is shown from the cache again; nothing old was shown for longer than the bound."""
    await crowd.is_cached()
    assert crowd.errors == []
    assert [age for age in crowd.old_s if age > BOUND_S] == []


async def test_a_cluster_that_works_shows_nothing_old(crowd, measured):
    async with crowd.at_work():
        await crowd.works_for(3)
    measured("D19", "old look-ups of a cluster that works", len(crowd.old_s), f"of {crowd.lookups}")
    assert (crowd.errors, crowd.old_s) == ([], [])


async def test_a_killed_primary_costs_no_error_and_shows_nothing_old(crowd, cluster, measured):
    async with crowd.at_work():
        cluster.primaries[0].server.kill()
        await cluster.is_failed_over(0)
        await crowd.works_for(4)
    await all_is_well(crowd)
    measured("D19", "old look-ups while a primary is killed", len(crowd.old_s), f"of {crowd.lookups}")


async def test_a_hung_primary_that_comes_back_after_its_failover_shows_nothing_old(crowd, cluster, measured):
    async with crowd.at_work():
        cluster.primaries[1].server.hang()
        await cluster.is_failed_over(1)
        await crowd.works_for(2)
        cluster.primaries[1].server.go_on()
        await crowd.works_for(3)
    await all_is_well(crowd)
    measured("D19", "old look-ups while a primary hangs", len(crowd.old_s), f"of {crowd.lookups}")


async def test_a_primary_that_hangs_for_less_than_a_failover_takes_shows_nothing_old(crowd, cluster):
    async with crowd.at_work():
        cluster.primaries[1].server.hang()
        await crowd.works_for(0.5)
        cluster.primaries[1].server.go_on()
        await crowd.works_for(3)
    await all_is_well(crowd)


async def test_a_planned_failover_shows_nothing_old(crowd, cluster):
    async with crowd.at_work():
        cluster.replicas[2].ask("CLUSTER", "FAILOVER")
        await cluster.is_failed_over(2)
        await crowd.works_for(4)
    await all_is_well(crowd)


async def test_a_replica_that_has_missed_drops_shows_nothing_old_when_it_takes_over(crowd, cluster):
    primary, replica = cluster.primaries[0], cluster.replicas[0]
    replica.server.hang()
    primary.ask("CLIENT", "KILL", "TYPE", "replica")
    await crowd.write_all()
    primary.server.kill()
    replica.server.go_on()
    await cluster.is_failed_over(0)
    await all_is_well(crowd)
    assert crowd.old_s == []


async def test_slots_that_move_one_key_after_the_other_show_nothing_old(crowd, cluster):
    """Every customer's slot moves to the next node, with keys on both of them for a while."""
    slots = {slot_of_tag(await crowd.tag(number)) for number in range(SIZE)}
    async with crowd.at_work():
        for slot in sorted(slots):
            source = cluster.primary_of(slot)
            target = cluster.primaries[(cluster.primaries.index(source) + 1) % 3]
            with cluster.moving(slot, target):
                await crowd.works_for(0.05)
                await asyncio.to_thread(move_keys, source, target, slot)
                await crowd.works_for(0.05)
                await until(lambda s=source, t=target, slot=slot: move_keys(s, t, slot) == 0)
        await crowd.works_for(1)
    assert (crowd.errors, crowd.old_s) == ([], [])
    await all_is_well(crowd)


async def test_the_views_of_other_nodes_are_believed_while_one_is_away_and_after_its_failover(crowd, cluster):
    first_third = [number for number in range(SIZE) if slot_of_tag(await crowd.tag(number)) < SLOTS // 3]
    others = [number for number in range(SIZE) if number not in first_third]
    reader = crowd.readers[1]
    cluster.primaries[0].server.kill()
    await until(lambda: not reader.reader.cache.is_trusted)
    await until(lambda: all_cached(crowd, others))
    await cluster.is_failed_over(0)
    for number in others:
        assert await crowd.read(reader, number) == "cache"
    assert (reader.reader.cache.is_trusted, crowd.old_s) == (False, [])
    await all_is_well(crowd)


async def all_cached(crowd: Crowd, numbers: list[int]) -> bool:
    """Whether these customers are shown from the cache."""
    return all([await crowd.read(crowd.readers[1], number) == "cache" for number in numbers])
