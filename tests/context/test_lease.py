"""What may be stored in the cache, and what a write drops: the races, one by one, on a real Redis."""

import pytest

from service.cache.client import Cache
from service.context.guidance.guide import NO_GUIDE, ViewGuide
from service.context.subject import query_by_customer_id
from service.context.views import ViewName
from service.errors import CacheUnavailable
from tests.context.records import context, customer, identity

pytestmark = pytest.mark.cache


@pytest.fixture
def views(company):
    """The room under test."""
    return company.reader.cache


ANNA_ID = customer().customer_id
NO_ADVICE = ViewGuide(NO_GUIDE)


def at(version: int):
    """Anna's context at a version."""
    return context(customers=(customer(customer_id=ANNA_ID, version=version),))


async def fill(views, lease, version: int) -> bool:
    return await views.fill(lease, at(version), dict.fromkeys(ViewName, f"version {version}".encode()), NO_ADVICE)


async def found(views) -> int | None:
    entry = await views.find_view(query_by_customer_id(ANNA_ID), ViewName.BOT)
    return entry and entry.version


async def test_a_lease_stores_once(views):
    lease = await views.acquire_lease(ANNA_ID)
    assert [await fill(views, lease, 1), await fill(views, lease, 2)] == [True, False]
    assert await found(views) == 1


async def test_one_reader_at_a_time_has_the_lease(views):
    assert await views.acquire_lease(ANNA_ID) is not None
    assert await views.acquire_lease(ANNA_ID) is None


async def test_a_write_ends_the_lease_of_who_read_before_it(views):
    lease = await views.acquire_lease(ANNA_ID)
    await views.drop([ANNA_ID])
    assert not await fill(views, lease, 1)
    assert await found(views) is None


async def test_who_reads_after_the_write_stores_and_who_read_before_does_not(views):
    early = await views.acquire_lease(ANNA_ID)
    await views.drop([ANNA_ID])
    late = await views.acquire_lease(ANNA_ID)
    assert [await fill(views, late, 2), await fill(views, early, 1)] == [True, False]
    assert await found(views) == 2


async def test_a_flush_ends_every_lease(views, cache):
    """With versions alone an old fill would get into an empty cache."""
    lease = await views.acquire_lease(ANNA_ID)
    await cache.send("FLUSHALL")
    assert not await fill(views, lease, 1)


async def test_an_older_version_never_replaces_a_newer_one(views):
    await fill(views, await views.acquire_lease(ANNA_ID), 5)
    assert not await fill(views, await views.acquire_lease(ANNA_ID), 4)
    assert await found(views) == 5


async def test_the_same_version_is_stored_anew_when_time_has_changed_its_content(views):
    await fill(views, await views.acquire_lease(ANNA_ID), 5)
    assert await fill(views, await views.acquire_lease(ANNA_ID), 5)


async def test_a_new_rendering_leaves_no_old_proof(views, cache):
    known = context(customers=(customer(customer_id=ANNA_ID, version=1),), identities=(identity(),))
    await views.fill(await views.acquire_lease(ANNA_ID), known, {ViewName.BOT: b"{}"}, NO_ADVICE)
    before = set(await views.read_all_fields(ANNA_ID))
    bare = context(customers=(customer(customer_id=ANNA_ID, version=2),), identities=())
    await views.fill(await views.acquire_lease(ANNA_ID), bare, {ViewName.BOT: b"{}"}, NO_ADVICE)
    assert set(await views.read_all_fields(ANNA_ID)) < before


async def test_everything_in_the_cache_ends(views, cache, settings):
    known = context(customers=(customer(customer_id=ANNA_ID),), identities=(identity(),))
    await views.fill(await views.acquire_lease(ANNA_ID), known, {ViewName.BOT: b"{}"}, NO_ADVICE)
    await views.acquire_lease(ANNA_ID)
    keys = await cache.send("KEYS", "*")
    assert {key.partition(b":")[0] for key in keys} == {b"ctx", b"idn", b"lease"}
    longest_ms = (settings.context_ttl_s + settings.context_stale_s) * 1000
    assert [key for key in keys if not 0 < await cache.send("PTTL", key) <= longest_ms] == []


async def test_a_view_of_an_earlier_run_of_redis_is_not_read(views, cache):
    await fill(views, await views.acquire_lease(ANNA_ID), 1)
    cache.run_id = b"restart1"
    assert await found(views) is None
    await views.drop([ANNA_ID])


async def test_a_fill_from_before_a_restart_is_not_stored_after_it(views, cache):
    lease = await views.acquire_lease(ANNA_ID)
    cache.run_id = b"restart2"
    assert not await fill(views, lease, 1)


async def test_the_hash_and_the_lease_of_a_customer_lie_on_one_shard(views, cache):
    await fill(views, await views.acquire_lease(ANNA_ID), 1)
    await views.acquire_lease(ANNA_ID)
    keys = await cache.send("KEYS", "*")
    assert {key.partition(b"{")[2].partition(b"}")[0] for key in keys} == {str(ANNA_ID).encode()}


@pytest.mark.promise("D7")
async def test_the_relay_drops_what_a_crashed_writer_left_and_nothing_newer(views):
    await fill(views, await views.acquire_lease(ANNA_ID), 5)
    await views.drop_older({ANNA_ID: 5})
    assert await found(views) == 5
    await views.drop_older({ANNA_ID: 6})
    assert await found(views) is None


async def test_the_relay_ends_the_lease_of_who_may_have_read_before_the_crashed_write(views):
    lease = await views.acquire_lease(ANNA_ID)
    await views.drop_older({ANNA_ID: 2})
    assert not await fill(views, lease, 1)


async def test_the_relay_is_told_when_it_cannot_drop(settings, company):
    views = company.reader.cache
    company.redis.close()
    with pytest.raises(CacheUnavailable):
        await views.drop_older({ANNA_ID: 2})


async def test_no_name_address_or_number_stands_in_a_key(company, cache):
    await company.register(
        identities=[("email", "anna@example.de"), ("phone", "0171 1234567")],
        participant={"role": "customer", "name": "Anna"},
    )
    for value in ("anna@example.de", "0171 1234567"):
        await company.lookup(value)
    keys = b" ".join(await cache.send("KEYS", "*")).lower()
    assert not [word for word in (b"anna", b"example", b"+49") if word in keys]


@pytest.mark.promise("D9")
async def test_a_reply_that_makes_no_sense_is_no_hit(views, cache: Cache):
    key = views._views_key(ANNA_ID)
    proof = query_by_customer_id(ANNA_ID)
    for lie in ({"ver": "x", "exp:": "1"}, {"ver": "1", "exp:": ""}, {"ver": "1"}):
        await cache.send("DEL", key)
        fields = {"bot": "{}", proof.proof_field: proof.owner, **lie}
        await cache.send("HSET", key, *(part for pair in fields.items() for part in pair))
        assert await found(views) is None


@pytest.mark.promise("D9")
async def test_a_view_of_another_customer_is_no_hit(views, cache: Cache):
    """As if replies had changed places on the connection."""
    proof = query_by_customer_id(ANNA_ID)
    await fill(views, await views.acquire_lease(ANNA_ID), 1)
    await cache.send("HSET", views._views_key(ANNA_ID), proof.proof_field, str(customer().customer_id))
    assert await found(views) is None


@pytest.mark.promise("D9")
async def test_a_key_of_another_type_is_no_hit(views, cache: Cache):
    await cache.send("SET", views._views_key(ANNA_ID), "a string")
    assert await found(views) is None
