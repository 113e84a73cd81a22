"""Redis may hang, die, fill up or refuse, and nobody waits for it twice or believes it too early."""

import asyncio
import time

import pytest

from service.cache import client
from service.cache.client import Cache
from service.errors import CacheUnavailable
from tests.patience import until


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The breaker stays open, and the doubt lasts, a tenth of a second."""
    monkeypatch.setattr(client, "BREAKER_OPEN_S", 0.1)
    monkeypatch.setattr(client, "PROBATION_S", 0.1)


@pytest.fixture
async def own_cache(own_redis):
    cache = await Cache.connect(own_redis.url)
    yield cache
    cache.close()


async def refused(cache: Cache) -> float:
    """How long a command takes to fail, in seconds."""
    began = time.monotonic()
    with pytest.raises(CacheUnavailable):
        await cache.send("PING")
    return time.monotonic() - began


async def back(cache: Cache) -> None:
    """Wait until Redis answers again; asking is what makes the cache try."""

    async def answers() -> bool:
        try:
            return await cache.send("PING") == b"PONG"
        except CacheUnavailable:
            return False

    await until(answers)


async def test_a_redis_that_hangs_is_waited_for_once_and_for_all_who_wait(own_redis, own_cache):
    own_redis.hang()
    waits = await asyncio.gather(*(refused(own_cache) for _ in range(20)))
    assert max(waits) < 0.4
    assert await refused(own_cache) < 0.05
    own_redis.go_on()
    await back(own_cache)


@pytest.mark.promise("D11", "D9")
async def test_a_redis_that_died_is_found_when_it_is_back(own_redis, own_cache):
    run = own_cache.run_id
    own_redis.kill()
    await refused(own_cache)
    assert not own_cache.available
    own_redis.start()
    await back(own_cache)
    assert own_cache.run_id != run


@pytest.mark.promise("D9", "D11")
async def test_a_service_starts_without_redis_and_finds_it_later(own_redis):
    own_redis.kill()
    cache = await Cache.connect(own_redis.url)
    assert not cache.available
    own_redis.start()
    await back(cache)
    cache.close()


async def test_after_three_failures_nobody_tries_for_a_while(own_redis, own_cache, monkeypatch):
    tries = []
    connect = own_cache._connect_socket

    async def counted():
        tries.append(time.monotonic())
        return await connect()

    monkeypatch.setattr(own_cache, "_connect_socket", counted)
    monkeypatch.setattr(client, "BREAKER_OPEN_S", 60.0)
    own_redis.kill()
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        await refused(own_cache)
        await asyncio.sleep(0)
    assert len(tries) == client.BREAKER_FAILURES - 1, "the lost connection was the first failure"


async def test_what_is_cached_is_doubted_for_a_while_after_an_outage(own_redis, own_cache):
    assert own_cache.is_trusted
    own_redis.hang()
    await refused(own_cache)
    assert not own_cache.is_trusted
    own_redis.go_on()
    await back(own_cache)
    assert not own_cache.is_trusted, "others' drops may be missing"
    await until(lambda: own_cache.is_trusted)


@pytest.mark.promise("D9")
async def test_what_could_not_be_dropped_is_dropped_before_anything_is_read_again(own_redis, own_cache):
    await own_cache.send("SET", "view", "old")
    own_redis.hang()
    await own_cache.drop(["view"])
    own_redis.go_on()
    seen = []

    async def read() -> bool:
        try:
            seen.append(await own_cache.send("GET", "view"))
        except CacheUnavailable:
            return False
        return True

    await until(read)
    assert seen == [None]


async def test_a_drop_that_comes_while_the_connection_is_being_made_is_not_forgotten(own_redis, own_cache, monkeypatch):
    await own_cache.send("SET", "view", "old")
    own_redis.hang()
    await refused(own_cache)
    catch_up = own_cache._send_pending_drops

    async def overtaken(connection):
        await catch_up(connection)
        if "view" not in dropped:
            dropped.append("view")
            await own_cache.drop(["view"])

    dropped: list[str] = []
    monkeypatch.setattr(own_cache, "_send_pending_drops", overtaken)
    await own_cache.drop(["something else"])
    own_redis.go_on()
    await back(own_cache)
    assert await own_cache.send("GET", "view") is None


async def test_a_redis_that_refuses_to_delete_is_not_believed(own_redis, own_cache):
    """As a replica does after a failover."""
    await own_cache.send("SET", "view", "old")
    await own_cache.send("REPLICAOF", "127.0.0.1", "1")
    await own_cache.drop(["view"])
    assert not own_cache.is_trusted
    assert not own_cache.available


async def test_when_too_much_could_not_be_dropped_nothing_is_believed_any_more(own_redis, own_cache, monkeypatch):
    monkeypatch.setattr(client, "_MAX_PENDING_DROPS", 2)
    own_redis.kill()
    await own_cache.drop(["a", "b"])
    await own_cache.drop(["c"])
    own_redis.start()
    await back(own_cache)
    assert own_cache.has_lost_drops
    assert not own_cache.is_trusted


async def test_a_full_redis_still_drops(own_redis):
    own_redis.remove()
    full = type(own_redis)("--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
    cache = await Cache.connect(full.url)
    try:
        with pytest.raises(CacheUnavailable, match="OOM"):
            for number in range(1000):
                await cache.send("SET", f"view {number}", "x" * 100_000)
        await cache.drop(["view 0"])
        assert cache.available
        assert await cache.send("EXISTS", "view 0") == 0
    finally:
        cache.close()
        full.remove()
