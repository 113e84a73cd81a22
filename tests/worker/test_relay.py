import asyncio

import msgspec
import pytest

from service.errors import CacheUnavailable
from service.model.ids import new_id
from service.worker import relay as relay_module
from service.worker.relay import drop_undropped_views, relay_outbox


async def test_each_customer_of_a_batch_has_views_older_than_the_newest_change_dropped(duties, diary, change, count):
    anna, ben = new_id(), new_id()
    for customer_id, version in ((anna, 1), (ben, 7), (anna, 2)):
        await change(customer_id, version)

    assert await relay_outbox(duties) is False

    assert diary.dropped_older == [{anna: 2, ben: 7}]
    assert len(diary.told) == 3
    assert await count("outbox") == 0


async def test_a_full_batch_says_that_more_may_wait(duties, diary, change, monkeypatch):
    monkeypatch.setattr(relay_module, "RELAY_BATCH", 2)
    for version in (1, 2, 3):
        await change(new_id(), version)

    assert [await relay_outbox(duties), await relay_outbox(duties)] == [True, False]

    assert diary.told == sorted(diary.told)
    assert len(diary.told) == 3


async def unreachable(versions):
    raise CacheUnavailable


@pytest.mark.promise("D20")
async def test_subscribers_are_told_while_the_cache_cannot_be_reached(duties, diary, change, count):
    """D20: what cannot be dropped is kept apart, and delays nobody."""
    anna = new_id()
    await change(anna, 1)
    await change(anna, 2)

    assert await relay_outbox(msgspec.structs.replace(duties, drop_outdated_views=unreachable)) is False

    assert len(diary.told) == 2
    assert (await count("outbox"), await count("undropped_view")) == (0, 1)


@pytest.mark.promise("D20")
async def test_what_was_kept_apart_is_dropped_when_the_cache_is_back(duties, diary, change, count):
    without_cache = msgspec.structs.replace(duties, drop_outdated_views=unreachable)
    anna, ben = new_id(), new_id()
    for customer_id, version in ((anna, 2), (ben, 7), (anna, 1)):
        await change(customer_id, version)
        await relay_outbox(without_cache)
    assert await drop_undropped_views(without_cache) is False
    assert await count("undropped_view") == 2

    assert await drop_undropped_views(duties) is False

    assert diary.dropped_older == [{anna: 2, ben: 7}]
    assert await count("undropped_view") == 0


async def test_a_subscriber_that_fails_is_told_again(duties, diary, change, count):
    async def failing(connection, rows):
        raise ValueError("a defect")

    await change(new_id(), 1)

    with pytest.raises(ValueError, match="a defect"):
        await relay_outbox(msgspec.structs.replace(duties, subscribers=[failing]))
    assert await count("outbox") == 1


async def test_workers_side_by_side_tell_of_every_change_once(duties, diary, change, count, monkeypatch):
    monkeypatch.setattr(relay_module, "RELAY_BATCH", 5)
    for version in range(50):
        await change(new_id(), version)

    async def worker():
        while await relay_outbox(duties):
            pass

    await asyncio.gather(worker(), worker(), worker())
    await worker()

    assert sorted(diary.told) == sorted(set(diary.told))
    assert len(diary.told) == 50
    assert await count("outbox") == 0


async def test_a_change_that_commits_after_a_later_one_is_told_of_too(duties, diary, change, database):
    async with database.transaction() as slow_writer:
        await slow_writer.execute(
            "INSERT INTO outbox (customer_id, version, type, created_at) VALUES ($1, 1, 'context.changed', $2)",
            new_id(),
            duties.clock.now(),
        )
        await change(new_id(), 1)
        await relay_outbox(duties)
        assert len(diary.told) == 1

    await relay_outbox(duties)
    assert diary.told[1] < diary.told[0]
