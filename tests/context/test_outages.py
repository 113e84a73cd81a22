"""Redis or PostgreSQL is down, hung, full or flushed: what the desks see."""

import time
from datetime import timedelta

import msgspec
import pytest

from service.cache import client
from service.cache.client import Cache
from service.context import reader
from service.context.handed_over import ENTITLEMENT_DURATION
from service.context.reader import ContextReader
from service.context.views import ViewName, view_name_for
from service.db.pool import Database
from service.errors import CustomerUnknown, DatabaseUnavailable, Unavailable
from service.model.vocabulary import Audience
from service.web.routes.customers.context import AskingConversation
from tests.cache.own_redis import OwnRedis
from tests.context.conftest import Company
from tests.context.test_records import grant
from tests.fixtures import NOW
from tests.patience import until
from tests.wire import Wire

pytestmark = pytest.mark.cache


@pytest.fixture
def own_redis():
    redis = OwnRedis()
    yield redis
    redis.remove()


@pytest.fixture
async def wire(database_url):
    wire = Wire(database_url)
    await wire.mend()
    yield wire
    await wire.remove()


@pytest.fixture
async def company(wire, own_redis, settings, clock, monkeypatch) -> Company:
    """The company with a Redis and a wire to PostgreSQL that a test may break; outages are got over quickly."""
    monkeypatch.setattr(client, "BREAKER_OPEN_S", 0.05)
    monkeypatch.setattr(client, "PROBATION_S", 0.05)
    monkeypatch.setattr(reader, "DATABASE_PROBE_INTERVAL_S", 0.05)
    database = await Database.connect(wire.url, connections=4, statement_ms=600)
    cache = await Cache.connect(own_redis.url)
    yield Company(database, cache, settings, clock)
    cache.close()
    await database.close()


async def cached_again(company) -> bool:
    return (await company.lookup()).source == "cache"


@pytest.mark.promise("D9")
async def test_while_redis_is_dead_every_desk_is_answered_from_the_database(company, own_redis):
    await company.register()
    await company.lookup()
    own_redis.kill()
    for number in range(2, 5):
        await company.register(text=str(number))
        answer = await company.lookup()
        assert (answer.source, answer.version, answer.stale) == ("database", number, False)
    own_redis.start()
    await until(lambda: cached_again(company))
    assert (await company.lookup()).version == 4


@pytest.mark.promise("D9")
async def test_while_redis_hangs_one_desk_waits_a_little_and_nobody_gets_anything_old(company, own_redis):
    await company.register()
    await company.lookup()
    own_redis.hang()
    began = time.monotonic()
    assert (await company.register()).version == 2
    assert (await company.lookup()).version == 2
    assert time.monotonic() - began < 1
    own_redis.go_on()
    await until(lambda: cached_again(company))
    assert (await company.lookup()).version == 2


async def test_after_an_outage_nothing_is_believed_that_another_process_may_have_changed(company, monkeypatch):
    """This process lost its connection and has it back; another one, which has not, writes."""
    monkeypatch.setattr(client, "PROBATION_S", 60.0)
    customer_id = (await company.register()).customer_id
    company.redis._connection.close()
    await until(lambda: cached_again(company))
    version = await company.change(
        customer_id, "UPDATE customer SET name = 'A' WHERE customer_id = $1", customer_id, drop=False
    )
    assert (await company.lookup()).version == version


@pytest.mark.promise("D9")
async def test_a_flushed_redis_is_filled_again(company):
    await company.register()
    await company.lookup()
    await company.redis.send("FLUSHALL")
    assert [(await company.lookup()).source for _ in range(2)] == ["database", "cache"]


@pytest.mark.promise("D9")
async def test_a_full_redis_is_noticed_by_nobody(wire, settings, clock):
    full = OwnRedis("--maxmemory", "1mb", "--maxmemory-policy", "noeviction")
    database, cache = await Database.connect(wire.url, connections=4), await Cache.connect(full.url)
    try:
        company = Company(database, cache, settings, clock)
        for number in range(1, 4):
            assert (await company.register()).version == number
            answer = await company.lookup()
            assert (answer.source, answer.version) == ("database", number)
        assert cache.available
    finally:
        cache.close()
        await database.close()
        full.remove()


@pytest.mark.promise("D10")
async def test_while_postgres_is_down_what_is_cached_is_shown_and_says_that_it_may_be_old(company, wire):
    registered = await company.register()
    cached = await company.lookup()
    await wire.cut()
    company.later(seconds=company.settings.context_ttl_s * 2)
    for ask in (company.lookup(), company.read(registered.customer_id)):
        answer = await ask
        assert (answer.stale, answer.source, answer.version) == (True, "cache", 1)
        assert answer.body == b'{"stale":true,' + cached.body[1:]
    view = await company.see()
    assert (next(iter(view)), view["stale"]) == ("stale", True)


@pytest.mark.promise("D10")
async def test_fresh_content_is_flagged_too_from_the_moment_that_postgres_is_known_to_be_down(company, wire):
    await company.register()
    await company.lookup()
    await wire.cut()
    assert not (await company.lookup()).stale, "nobody knows yet"
    with pytest.raises(Unavailable):
        await company.register()
    assert (await company.lookup()).stale


async def test_desks_alone_find_out_that_postgres_is_back(company, wire):
    await company.register()
    await company.lookup()
    await wire.cut()
    with pytest.raises(Unavailable):
        await company.register()
    await wire.mend()

    async def fresh() -> bool:
        return not (await company.lookup()).stale

    await until(fresh)


@pytest.mark.promise("D10")
async def test_while_postgres_is_down_what_is_not_cached_is_unavailable_and_not_unknown(company, wire):
    customer_id = (await company.register()).customer_id
    await wire.cut()
    for ask in (company.lookup(), company.read(customer_id), company.lookup("nobody@example.de")):
        with pytest.raises(DatabaseUnavailable):
            await ask


@pytest.mark.promise("D10")
async def test_when_postgres_has_been_down_for_long_nothing_cached_is_shown(company, wire):
    await company.register()
    await company.lookup()
    await wire.cut()
    company.later(seconds=company.settings.context_ttl_s)
    assert (await company.lookup()).stale
    company.database._unavailable_since -= company.settings.context_stale_s
    with pytest.raises(DatabaseUnavailable):
        await company.lookup()


@pytest.mark.promise("D10")
async def test_while_postgres_is_down_who_wants_it_checked_gets_nothing_unchecked(company, wire):
    await company.register()
    await company.lookup()
    await wire.cut()
    for wanted in ({"validate": True}, {"min_version": 2}):
        with pytest.raises(DatabaseUnavailable):
            await company.lookup(**wanted)
    company.later(seconds=company.settings.context_ttl_s * 2)
    assert (await company.lookup(min_version=1)).stale


async def test_while_postgres_is_down_a_partner_sees_nobody_for_longer_than_it_may(company, wire):
    registered = await company.register()
    await company.change(
        registered.customer_id,
        """INSERT INTO handoff (
            customer_id, handoff_id, conversation_id, state, mode, key_id, given_by, queue, asked_queue, priority, created_at,
            offers, ended_at, packet, version
        ) VALUES ($1, $2, $2, 'completed', 'offer', $2, '{}', 'repairs', 'repairs', 0, $3, '[]', $3, '{}', 1)""",
        registered.customer_id,
        registered.conversation_id,
        NOW - ENTITLEMENT_DURATION + timedelta(seconds=60),
    )
    view = view_name_for(Audience.PARTNER, queue="repairs")
    await company.lookup(view=view)
    await wire.cut()
    company.later(seconds=59)
    assert (await company.lookup(view=view)).source == "cache"
    company.later(seconds=1)
    with pytest.raises(DatabaseUnavailable):
        await company.lookup(view=view)
    assert (await company.lookup()).stale


@pytest.mark.promise("D10")
async def test_while_postgres_hangs_a_desk_waits_for_a_statement_and_not_for_ever(company, wire):
    await company.register()
    await company.lookup()
    wire.freeze()
    company.later(seconds=company.settings.context_ttl_s * 2)
    began = time.monotonic()
    assert (await company.lookup()).stale
    assert time.monotonic() - began < 3


async def test_a_view_is_kept_for_an_outage_of_fifteen_minutes_after_its_end(company):
    customer_id = (await company.register()).customer_id
    await grant(company, customer_id, valid_until=company.clock.now() + timedelta(seconds=60))
    await company.lookup()
    key = (await company.redis.send("KEYS", "ctx:*"))[0]
    assert 959_000 < await company.redis.send("PTTL", key) <= 960_000


async def test_both_down_is_an_error_and_both_back_is_none(company, wire, own_redis):
    await company.register()
    own_redis.kill()
    await wire.cut()
    with pytest.raises(DatabaseUnavailable):
        await company.lookup()
    own_redis.start()
    await wire.mend()
    assert (await company.lookup()).version == 1


async def test_a_process_that_never_reached_redis_reads_from_the_database(company, own_redis):
    await company.register()
    own_redis.kill()
    cache = await Cache.connect(own_redis.url)
    company.reader = ContextReader(company.database, cache, company.settings)
    assert (await company.lookup(view=ViewName.BOT)).source == "database"
    with pytest.raises(CustomerUnknown):
        await company.lookup("nobody@example.de")
    cache.close()


async def test_content_that_time_ended_is_shown_as_old_while_nothing_newer_can_be_read(company, wire):
    customer_id = (await company.register()).customer_id
    await grant(company, customer_id, valid_until=company.clock.now() + timedelta(seconds=60))
    await company.lookup(view=ViewName.STORE)
    await wire.cut()
    company.later(hours=1)
    assert msgspec.json.decode((await company.lookup(view=ViewName.STORE)).body)["stale"]


async def test_a_bot_that_names_its_conversation_is_answered_from_the_cache_while_postgresql_is_away(company, wire):
    await company.register(ref="4711", facts={"order_number": "A-1"})
    await company.lookup(view=ViewName.BOT)
    await wire.cut()
    asking = AskingConversation(ref="4711")
    answer = await company.lookup(view=ViewName.BOT, conversation=asking)
    assert (answer.source, answer.stale) == ("cache", True)
    with pytest.raises(DatabaseUnavailable):
        await company.lookup(view=ViewName.BOT, conversation=asking, validate=True)
