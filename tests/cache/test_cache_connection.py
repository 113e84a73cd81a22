"""One connection that every request of a process shares."""

import asyncio

import pytest

from service.cache.client import Cache
from service.errors import CacheUnavailable


async def test_every_command_gets_its_own_reply(cache):
    await asyncio.gather(*(cache.send("SET", f"key {number}", number) for number in range(500)))
    replies = await asyncio.gather(*(cache.send("GET", f"key {number}") for number in range(500)))
    assert replies == [b"%d" % number for number in range(500)]


async def test_commands_of_one_turn_leave_in_one_write(cache, monkeypatch):
    connection = cache._connection
    writes = []
    write = connection._transport.write
    monkeypatch.setattr(
        connection, "_transport", type("Wire", (), {"write": lambda self, data: (writes.append(data), write(data))})()
    )
    await asyncio.gather(*(cache.send("PING") for _ in range(50)))
    assert len(writes) == 1


async def test_a_request_that_goes_away_moves_nobody_elses_reply(cache):
    """The fault by which a service once showed people other people's chats."""
    await cache.send("MSET", "a", "of a", "b", "of b")
    gone, kept = cache.send("GET", "a"), cache.send("GET", "b")
    gone.cancel()
    assert await kept == b"of b"
    assert await cache.send("GET", "a") == b"of a"


async def test_a_command_that_redis_refuses_fails_alone(cache):
    await cache.send("SET", "text", "no list")
    refused, fine = cache.send("LPUSH", "text", "x"), cache.send("GET", "text")
    with pytest.raises(CacheUnavailable, match=r"^WRONGTYPE$"):
        await refused
    assert await fine == b"no list"
    assert cache.available


async def test_large_values_come_back_whole(cache):
    value = bytes(range(256)) * 8192
    await cache.send("SET", "large", value)
    assert await cache.send("GET", "large") == value


async def test_a_password_and_a_database_are_used(own_redis):
    own_redis.remove()
    guarded = type(own_redis)("--requirepass", "secret")
    try:
        assert not (await Cache.connect(guarded.url)).available
        cache = await Cache.connect(f"{guarded.url.replace('unix://', 'unix://:secret@')}?db=3")
        await cache.send("SET", "here", 1)
        assert b"db3:keys=1" in await cache.send("INFO", "keyspace")
        cache.close()
    finally:
        guarded.remove()
