"""The cache is filled ahead, and compared with the records."""

from uuid import uuid4

import pytest

from service.context.cache import pack_views, unpack_views
from service.context.maintenance import CacheFinding, compare_cache, rebuild_cache
from service.context.reader import ContextReader
from service.errors import CacheUnavailable
from tests.context.test_records import grant

pytestmark = pytest.mark.cache


async def field(company, customer_id, name: str, value: str | bytes) -> None:
    """Put something wrong into the cached hash."""
    await company.redis.send("HSET", company.reader.cache._views_key(customer_id), name, value)


async def test_after_a_rebuild_every_desk_is_answered_from_the_cache(company):
    customer_ids = [(await company.register(email=f"{name}@example.de")).customer_id for name in "abc"]
    assert await rebuild_cache(company.reader, [*customer_ids, uuid4()], now=company.clock.now()) == 3
    assert {(await company.read(customer_id)).source for customer_id in customer_ids} == {"cache"}


async def test_after_a_rebuild_a_caller_is_found_by_number_without_the_database(company):
    customer_id = (await company.register(identities=[("phone", "0171 1234567")])).customer_id
    await rebuild_cache(company.reader, [customer_id], now=company.clock.now())
    company.reader = ContextReader(company.database, company.redis, company.settings)
    assert (await company.lookup("+49 171 1234567")).source == "cache"


async def test_a_rebuild_without_redis_fills_nothing(company):
    customer_id = (await company.register()).customer_id
    company.redis.close()
    assert await rebuild_cache(company.reader, [customer_id], now=company.clock.now()) == 0


async def test_what_is_cached_equals_a_fresh_rendering_at_its_moment(company):
    customer_id = (await company.register(facts={"city": "Ulm"}, attempt=("Restart", "failed"), mood=0.1)).customer_id
    await grant(company, customer_id, max_uses=3, max_uses_per="month")
    await company.lookup()
    company.later(days=40)
    assert await compare_cache(company.reader, customer_id) is CacheFinding.EQUAL


async def test_what_is_not_cached_is_absent(company):
    assert await compare_cache(company.reader, (await company.register()).customer_id) is CacheFinding.ABSENT


@pytest.mark.parametrize("name", ["console", "bot", "store", "store_known"])
async def test_a_byte_that_differs_is_found_in_every_view(company, name):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    views = unpack_views((await company.reader.cache.read_all_fields(customer_id))[b"views"])
    await field(company, customer_id, "views", pack_views(views | {name: views[name] + b" "}))
    assert await compare_cache(company.reader, customer_id) is CacheFinding.DIFFERENT


async def test_a_proof_of_another_customer_is_found(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    await field(company, customer_id, "i:email:anna@example.de", str(uuid4()))
    assert await compare_cache(company.reader, customer_id) is CacheFinding.DIFFERENT


async def test_a_proof_too_many_is_found(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    await field(company, customer_id, "i:email:stranger@example.de", str(customer_id))
    assert await compare_cache(company.reader, customer_id) is CacheFinding.DIFFERENT


async def test_what_a_crashed_writer_left_behind_is_older(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    await company.change(
        customer_id, "UPDATE customer SET name = 'Anna' WHERE customer_id = $1", customer_id, drop=False
    )
    assert await compare_cache(company.reader, customer_id) is CacheFinding.OLDER


async def test_views_of_somebody_who_is_gone_are_different(company):
    survivor = (await company.register()).customer_id
    merged = (await company.register(email="b@example.de")).customer_id
    erased = (await company.register(email="c@example.de")).customer_id
    await rebuild_cache(company.reader, [merged, erased], now=company.clock.now())
    async with company.database.connection() as connection:
        await connection.execute("DELETE FROM customer WHERE customer_id = $1", erased)
        await connection.execute(
            "UPDATE customer SET merged_into = $1, merge_parent = $1 WHERE customer_id = $2", survivor, merged
        )
    assert await compare_cache(company.reader, merged) is CacheFinding.DIFFERENT
    assert await compare_cache(company.reader, erased) is CacheFinding.DIFFERENT


async def test_nothing_is_said_about_a_cache_that_cannot_be_reached(company):
    company.redis.close()
    with pytest.raises(CacheUnavailable):
        await compare_cache(company.reader, uuid4())
