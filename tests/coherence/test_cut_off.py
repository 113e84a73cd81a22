"""D19: no view is old although one process, a proxy or a demoted Redis alone is cut off."""

import pytest

from service.coherence import trust
from tests.coherence.conftest import BOUND_S
from tests.docs.shell import free_port
from tests.patience import until
from tests.wire import Wire

pytestmark = pytest.mark.slow


async def cached_everywhere(*processes) -> None:
    """Return when every process shows Anna from the cache, as it believes."""
    for one in processes:
        await one.is_trusting()
        assert [(await one.lookup()).source for _ in range(2)][1] == "cache"


@pytest.mark.promise("D19")
async def test_d19_a_writer_whose_proxy_hangs_leaves_no_old_view_to_others(process, way):
    redis, proxy = way
    writer, reader = await process(f"redis://127.0.0.1:{proxy.port}"), await process(redis.url)
    await writer.register()
    await writer.relay()
    await cached_everywhere(writer, reader)
    proxy.freeze()
    await writer.register(text="again")
    await writer.relay()
    await reader.sees_in_time(2)

    proxy.thaw()

    async def dropped() -> bool:
        await writer.relay()
        return await writer.database._pool.fetchval("SELECT count(*) FROM undropped_view") == 0

    await until(dropped)
    await reader.is_trusting()
    assert await reader.sees(2)


@pytest.mark.promise("D19")
async def test_d19_a_change_that_no_relay_takes_is_noticed_by_every_process(process, new_redis):
    redis = new_redis()
    writer, reader = await process(redis.url), await process(redis.url)
    registered = await writer.register()
    await writer.relay()
    await cached_everywhere(writer, reader)
    sql = "UPDATE customer SET name = 'A' WHERE customer_id = $1"
    version = await writer.change(registered.customer_id, sql, registered.customer_id, drop=False)
    await reader.sees_in_time(version)
    assert not reader.reader.cache.is_trusted


@pytest.mark.promise("D19")
async def test_d19_a_demoted_primary_is_not_believed(process, new_redis):
    """Its connections stand, and it answers reads; the new primary has its views, and drops others."""
    ports = free_port(), free_port()
    old, new = (new_redis("--port", str(port)) for port in ports)
    reader = await process(old.url)
    await reader.register()
    await reader.relay()
    await cached_everywhere(reader)
    await reader.redis.send("REPLICAOF", "127.0.0.1", ports[1])
    writer = await process(new.url)
    await writer.register(text="again")
    await reader.sees_in_time(2)
    assert not reader.redis.available


@pytest.mark.promise("D19")
async def test_d19_a_replica_is_not_used(process, new_redis):
    port = free_port()
    new_redis("--port", str(port))
    replica = new_redis("--replicaof", f"127.0.0.1 {port}")
    one = await process(replica.url)
    await one.register()
    assert [(await one.lookup()).source for _ in range(2)] == ["database", "database"]
    assert not one.redis.available


@pytest.mark.promise("D19")
async def test_d19_an_isolated_primary_is_not_believed_once_another_is_used(process, new_redis):
    """Both take writes: nobody has told the old one."""
    reader = await process(new_redis().url)
    await reader.register()
    await reader.relay()
    await cached_everywhere(reader)
    writer = await process(new_redis().url)
    await writer.register(text="again")
    await reader.sees_in_time(2)
    await reader.relay()
    assert await reader.database._pool.fetchval("SELECT count(*) FROM undropped_view") == 1
    await writer.relay()
    await writer.is_trusting()
    assert not reader.reader.cache.is_trusted


async def test_a_server_that_one_stray_process_recorded_is_replaced_after_a_while(process, new_redis, monkeypatch):
    monkeypatch.setattr(trust, "RECLAIM_AFTER_S", 0.5)
    reader = await process(new_redis().url)
    await reader.register()
    await reader.relay()
    stray = await process(new_redis().url)
    await stray.reader.trust.stop()
    await until(lambda: not reader.reader.cache.is_trusted)
    await cached_everywhere(reader)


@pytest.mark.promise("D19")
async def test_d19_a_redis_address_changed_and_changed_back_brings_no_old_view_back(process, new_redis):
    first, second = new_redis(), new_redis()
    before = await process(first.url)
    await before.register()
    await before.relay()
    await cached_everywhere(before)
    await before.close()
    meanwhile = await process(second.url)
    await meanwhile.register(text="again")
    await meanwhile.relay()
    await meanwhile.close()
    assert await (await process(first.url)).sees(2)


@pytest.mark.promise("D19")
async def test_d19_a_primary_that_was_a_replica_for_a_moment_brings_no_old_view_back(process, new_redis):
    """The server is the same run; its content came from another."""
    port = free_port()
    new_redis("--port", str(port))
    redis = new_redis()
    one = await process(redis.url)
    space = one.reader.trust.space
    demoted, promoted = one.redis.send("REPLICAOF", "127.0.0.1", port), one.redis.send("REPLICAOF", "NO", "ONE")
    assert [await demoted, await promoted] == [b"OK", b"OK"]
    await until(lambda: one.reader.trust.space not in {space, None})


async def test_views_are_believed_again_when_the_way_is_open_again(process, way):
    _, proxy = way
    one = await process(f"redis://127.0.0.1:{proxy.port}")
    await one.register()
    await one.relay()
    await cached_everywhere(one)
    proxy.end_connections()
    await until(lambda: not one.reader.cache.is_trusted)
    await cached_everywhere(one)


@pytest.mark.promise("D20")
async def test_d20_subscribers_are_told_while_redis_hangs(process, way):
    _, proxy = way
    one = await process(f"redis://127.0.0.1:{proxy.port}")
    proxy.freeze()
    await one.register()
    await one.relay()
    assert await one.database._pool.fetchval("SELECT count(*) FROM event") > 0
    assert await one.database._pool.fetchval("SELECT count(*) FROM outbox") == 0


@pytest.mark.promise("D19")
async def test_d19_a_process_that_cannot_look_at_the_database_says_that_views_may_be_old(
    process, new_redis, database_url
):
    wire = Wire(database_url)
    await wire.mend()
    reader = await process(new_redis().url, wire.url)
    await reader.register()
    await reader.relay()
    await cached_everywhere(reader)
    wire.freeze()

    async def flagged() -> bool:
        return (await reader.lookup()).stale

    await until(flagged, seconds=BOUND_S)
    wire.thaw()
    await until(lambda: reader.sees(1))
    await wire.remove()
