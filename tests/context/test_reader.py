"""Who asks for a context gets the right one, from the cache where that is right."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from service.context import records
from service.context.reader import ContextAnswer, ContextReader
from service.context.records import PendingRead, RecordsQuery
from service.context.subject import QueryHints, query_by_identity
from service.context.views import ViewName
from service.errors import CustomerUnknown, InvalidInput
from service.model.vocabulary import IdentityKind
from tests.context.test_records import grant

pytestmark = pytest.mark.cache


async def sources(company, *values: str, **wanted) -> list[str]:
    return [(await company.lookup(value, **wanted)).source for value in values]


async def test_the_second_desk_is_answered_from_the_cache(company):
    registered = await company.register(text="My router is broken")
    first, second = await company.lookup(), await company.lookup()
    assert (first.source, second.source) == ("database", "cache")
    assert (first.body, first.version, first.customer_id) == (second.body, second.version, second.customer_id)
    assert (second.version, second.customer_id, second.stale) == (registered.version, registered.customer_id, False)


@pytest.mark.parametrize("view", ViewName)
async def test_every_view_is_cached_with_the_first_one_asked_for(company, view):
    await company.register()
    await company.lookup(view=ViewName.BOT)
    assert (await company.lookup(view=view)).source == "cache"


async def test_a_phone_number_is_the_same_in_every_spelling(company):
    await company.register(identities=[("phone", "+491711234567")])
    spellings = ("0171/1234567", "+49 171 1234567", "tel:+491711234567", "0171/1234567")
    assert await sources(company, *spellings) == ["database", "cache", "cache", "cache"]


async def test_another_process_is_answered_from_the_same_cache(company):
    await company.register()
    await company.lookup()
    company.reader = ContextReader(company.database, company.redis, company.settings)
    assert (await company.lookup()).source == "cache"


async def test_what_is_read_by_id_is_what_is_looked_up(company):
    customer_id = (await company.register()).customer_id
    looked_up, read = await company.lookup(), await company.read(customer_id)
    assert (read.body, read.source) == (looked_up.body, "cache")


async def test_nobody_is_unknown_by_value_and_by_id(company):
    for _ in range(2):
        with pytest.raises(CustomerUnknown):
            await company.lookup("nobody@example.de")
        with pytest.raises(CustomerUnknown):
            await company.read(uuid4())


async def test_what_is_no_phone_number_is_refused(company):
    with pytest.raises(InvalidInput):
        await company.lookup("12")


async def test_a_customer_who_was_unknown_is_found_once_registered(company):
    with pytest.raises(CustomerUnknown):
        await company.lookup()
    await company.register()
    assert (await company.lookup()).version == 1


@pytest.mark.promise("D7")
async def test_what_was_acknowledged_is_seen_at_once(company):
    for number in range(1, 6):
        await company.register(text=str(number))
        assert (await company.see())["recent"][0]["text"] == str(number)
        assert (await company.lookup()).version == number


@pytest.mark.promise("D7")
async def test_a_reader_who_wrote_sees_its_version_though_the_drop_was_lost(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    version = await company.change(
        customer_id, "UPDATE customer SET name = 'Anna' WHERE customer_id = $1", customer_id, drop=False
    )
    assert (await company.lookup()).version == 1, "the older version is cached"
    assert (await company.lookup(min_version=version)).version == version
    assert (await company.lookup()).source == "cache"


async def test_a_version_that_is_not_yet_is_answered_with_the_present_one(company):
    await company.register()
    assert (await company.lookup(min_version=99)).version == 1


@pytest.mark.promise("D7")
async def test_who_trusts_no_cache_has_the_version_compared(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    assert (await company.lookup(validate=True)).source == "cache"
    version = await company.change(
        customer_id, "UPDATE customer SET name = 'Anna' WHERE customer_id = $1", customer_id, drop=False
    )
    validated = await company.lookup(validate=True)
    assert (validated.source, validated.version) == ("database", version)


async def test_a_condition_is_gone_at_the_moment_it_ends(company):
    customer_id = (await company.register()).customer_id
    await grant(company, customer_id, valid_until=company.clock.now() + timedelta(seconds=60))
    assert len((await company.see(view=ViewName.STORE))["conditions"]) == 1
    company.later(seconds=59)
    assert (await company.lookup(view=ViewName.STORE)).source == "cache"
    company.later(seconds=1)
    assert (await company.see(view=ViewName.STORE))["conditions"] == []


async def test_content_is_read_anew_after_its_time_to_live(company):
    await company.register()
    await company.lookup()
    company.later(seconds=company.settings.context_ttl_s)
    assert await sources(company, "anna@example.de", "anna@example.de") == ["database", "cache"]


async def test_content_that_nothing_changes_is_read_once_in_a_working_day(company):
    await company.register()
    first = await company.lookup()
    for _ in range(20):
        company.later(seconds=3600)
        assert ((await company.lookup()).source, (await company.lookup()).body) == ("cache", first.body)


async def test_views_that_were_made_by_other_settings_are_not_shown(company):
    await company.register(facts={"shoe_size": "42"})
    for facts in ("", "shoe_size"):
        other = replace(company.settings, contact_facts=facts)
        company.reader = ContextReader(company.database, company.redis, other)
        assert await sources(company, "anna@example.de", "anna@example.de") == ["database", "cache"]


@pytest.mark.parametrize("damaged", [b"", b"\xff" * 8, b'{"schema":5}', b"\x01\x00\x00\x00\x10\x81"])
async def test_a_block_of_views_that_cannot_be_read_is_read_anew(company, damaged):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    await company.redis.send("HSET", company.reader.cache._views_key(customer_id), "views", damaged)
    assert await sources(company, "anna@example.de", "anna@example.de") == ["database", "cache"]


async def test_a_merged_id_leads_to_the_survivor_and_is_cached_with_them(company):
    survivor = (await company.register()).customer_id
    other = (await company.register(email="b@example.de")).customer_id
    await company.read(other)
    await company.merge(survivor, other)
    first, second = await company.read(other), await company.read(other)
    assert (first.customer_id, first.source, second.customer_id, second.source) == (
        survivor,
        "database",
        survivor,
        "cache",
    )
    assert (await company.lookup("b@example.de")).customer_id == survivor


async def test_an_undone_merge_is_undone_for_everybody_who_remembered_it(company):
    survivor = (await company.register()).customer_id
    other = (await company.register(email="b@example.de")).customer_id
    await company.merge(survivor, other)
    assert {(await company.read(other)).customer_id, (await company.lookup("b@example.de")).customer_id} == {survivor}
    await company.change(
        survivor, "UPDATE customer SET merged_into = NULL, merge_parent = NULL WHERE customer_id = $1", other
    )
    assert {(await company.read(other)).customer_id, (await company.lookup("b@example.de")).customer_id} == {other}


async def test_a_removed_identity_finds_nobody_though_its_customer_is_cached(company):
    registered = await company.register(identities=[("email", "anna@example.de"), ("phone", "0171 1234567")])
    await company.lookup("0171 1234567")
    await company.change(registered.customer_id, "DELETE FROM identity WHERE kind = 'phone'")
    await company.lookup()
    with pytest.raises(CustomerUnknown):
        await company.lookup("0171 1234567")


async def test_an_identity_that_moved_finds_its_new_owner(company):
    before = (await company.register(identities=[("email", "anna@example.de"), ("phone", "0171 1234567")])).customer_id
    after = (await company.register(email="b@example.de")).customer_id
    await company.lookup("0171 1234567")
    await company.change(before, "UPDATE identity SET customer_id = $1 WHERE kind = 'phone'", after)
    await company.lookup()
    assert [(await company.lookup("0171 1234567")).customer_id for _ in range(2)] == [after, after]


async def test_an_erased_customer_is_unknown_to_everybody_who_remembered_them(company):
    customer_id = (await company.register()).customer_id
    await company.lookup()
    async with company.database.connection() as connection:
        await connection.execute("DELETE FROM identity")
        await connection.execute("DELETE FROM customer")
    await company.reader.cache.drop([customer_id])
    for ask in (company.lookup(), company.read(customer_id)):
        with pytest.raises(CustomerUnknown):
            await ask
    assert company.reader._hints.get((IdentityKind.EMAIL, "anna@example.de")) is None


def counted_statements(monkeypatch) -> list[int]:
    """For how many customers each statement reads, from now on."""
    sizes, read = [], records.load_all_records

    async def counted(connection, queries, **given):
        sizes.append(len(queries))
        return await read(connection, queries, **given)

    monkeypatch.setattr(records, "load_all_records", counted)
    return sizes


async def test_desks_that_ask_at_once_share_one_reading(company, monkeypatch):
    await company.register()
    readings = counted_statements(monkeypatch)
    answers = await asyncio.gather(*(company.lookup(view=view) for view in ViewName for _ in range(15)))
    assert (len(answers), readings) == (15 * len(ViewName), [1])


async def test_desks_that_ask_for_many_customers_at_once_share_statements(company, monkeypatch):
    asked = [f"c{number}@example.de" for number in range(20)]
    for one in asked:
        await company.register(email=one)
    readings = counted_statements(monkeypatch)
    answers = await asyncio.gather(*(company.see(one) for one in asked))
    assert [one["identities"][0]["value"] for one in answers] == asked
    assert (sum(readings), len(readings) <= 3) == (20, True)


async def test_a_customer_that_cannot_be_read_fails_alone_among_many(company, monkeypatch):
    read = records.load_all_records
    asked = [f"c{number}@example.de" for number in range(5)]
    for one in asked:
        await company.register(email=one)

    async def with_a_broken_one(connection, queries, **given):
        if any(one.value == asked[2] for one in queries):
            raise asyncpg.DataError
        return await read(connection, queries, **given)

    monkeypatch.setattr(records, "load_all_records", with_a_broken_one)
    answers = await asyncio.gather(*(company.lookup(one) for one in asked), return_exceptions=True)
    assert [isinstance(one, ContextAnswer) for one in answers] == [True, True, False, True, True]


async def test_a_view_is_as_of_the_time_of_the_statement_that_many_share(company):
    customer_id, now = (await company.register()).customer_id, company.clock.now()
    early, late = (
        PendingRead(query=RecordsQuery(customer_id=customer_id), now=now + timedelta(seconds=one)) for one in (0, 1)
    )
    await asyncio.gather(*(company.reader.loader.reads.load_records(one) for one in (early, late)))
    assert (early.now, early.begun) == (late.now, True)


@pytest.mark.promise("D7")
async def test_a_desk_never_gets_what_was_read_before_it_asked(company):
    """A reader who comes while another's statement is under way reads for itself."""
    await company.register()
    reading = company.reader.loader
    began, go_on = asyncio.Event(), asyncio.Event()
    read = reading._read_context

    async def slow_read(*given):
        context = await read(*given)
        began.set()
        await go_on.wait()
        return context

    reading._read_context = slow_read
    early = asyncio.create_task(company.lookup())
    await began.wait()
    reading._read_context = read
    await company.register(text="meanwhile")
    assert (await company.lookup()).version == 2
    go_on.set()
    assert (await early).version == 1, "it asked before the write"
    assert (await company.lookup()).version == 2, "and what it read is not cached"


async def test_what_was_read_before_a_write_is_not_cached_though_the_lease_was_taken_after_it(company, monkeypatch):
    """Whose identity it is shows only in what was read, so the lease comes afterwards; a write may come between."""
    customer_id = (await company.register()).customer_id
    lease = company.reader.cache.acquire_lease

    async def late_lease(*given):
        monkeypatch.undo()
        await company.change(customer_id, "UPDATE customer SET name = 'Anna' WHERE customer_id = $1", customer_id)
        return await lease(*given)

    monkeypatch.setattr(company.reader.cache, "acquire_lease", late_lease)
    assert (await company.lookup()).version == 1
    assert (await company.lookup()).version == 2


@pytest.mark.promise("D7")
async def test_versions_read_under_concurrent_writes_never_go_back(company):
    await company.register()
    acknowledged = 1

    async def write() -> None:
        nonlocal acknowledged
        for _ in range(40):
            acknowledged = max(acknowledged, (await company.register()).version)

    async def read() -> None:
        while acknowledged < 81:
            before = acknowledged
            assert (await company.lookup()).version >= before

    await asyncio.gather(write(), write(), *(read() for _ in range(6)))


def test_who_asked_first_is_forgotten_first_when_too_many_asked():
    hints = QueryHints(2)
    for letter in "abc":
        hints.remember((IdentityKind.EMAIL, letter), query_by_identity(IdentityKind.EMAIL, letter))
    assert [hints.get((IdentityKind.EMAIL, letter)) is None for letter in "abc"] == [True, False, False]
