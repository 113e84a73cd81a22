"""D19: a failover by a real Sentinel brings no old view, and the service goes to the new primary by itself."""

import pytest

from service.cache.sentinel import Sentinels, sentinels_of
from service.errors import CacheUnavailable
from tests.coherence.conftest import BOUND_S
from tests.coherence.crowd import Crowd
from tests.docs.shell import free_port
from tests.faults.sentinel import SentinelPair
from tests.patience import until


@pytest.fixture
async def pair():
    pair = SentinelPair()
    try:
        await pair.is_ready()
        yield pair
    finally:
        pair.remove()


@pytest.mark.slow
@pytest.mark.promise("D19")
async def test_d19_after_a_failover_no_process_shows_what_the_old_primary_holds(process, pair):
    """One process knows the old primary alone, and two ask the Sentinel; for seconds both servers take writes."""
    bound, asking = await process(pair.servers[0].url), await process(pair.url)
    await bound.register()
    await bound.relay()
    for one in (bound, asking):
        assert [(await one.lookup()).source for _ in range(2)][1] == "cache"
    await pair.fail_over()
    writer = await process(pair.url)
    await writer.register(text="again")
    for one in (writer, bound, asking):
        await one.sees_in_time(2)
    await until(lambda: not bound.redis.available, seconds=30)  # the Sentinel takes its time to demote the old one
    await writer.relay()
    for one in (writer, asking):
        await until(lambda one=one: one.reader.cache.is_trusted, seconds=20)
        assert [(await one.lookup()).source for _ in range(2)][1] == "cache"
    assert await bound.sees(2)


@pytest.mark.slow
async def test_the_first_sentinel_that_answers_names_the_primary(pair):
    found = sentinels_of(pair.url)
    assert found is not None
    dead = ("127.0.0.1", free_port())
    several = Sentinels(addresses=(dead, *found[0].addresses), primary=found[0].primary)
    assert await several.find_primary() == ("127.0.0.1", pair.ports[0])
    for unknown in (
        Sentinels(addresses=(dead,), primary="askonce"),
        Sentinels(addresses=several.addresses, primary="x"),
    ):
        with pytest.raises(CacheUnavailable):
            await unknown.find_primary()


def test_an_address_names_sentinels_the_primary_and_who_asks():
    found = sentinels_of("redis+sentinel://user:secret@one:1,two,[::1]:3/askonce/5")
    addresses = (("one", 1), ("two", 26379), ("::1", 3))
    assert found == (Sentinels(addresses=addresses, primary="askonce"), "redis://user:secret@primary:6379/5")
    assert sentinels_of("redis://host:6379/0") is None


@pytest.mark.slow
@pytest.mark.promise("D19")
async def test_d19_a_killed_primary_is_replaced_by_the_sentinel_and_shows_nothing_old(process, pair):
    crowd = Crowd(await process(pair.url), await process(pair.url))
    await crowd.write_all()
    await crowd.is_cached()
    async with crowd.at_work():
        pair.servers[0].kill()
        await pair.is_failed_over()
        await crowd.works_for(4)
    await crowd.is_cached()
    assert crowd.errors == []
    assert [age for age in crowd.old_s if age > BOUND_S] == []
