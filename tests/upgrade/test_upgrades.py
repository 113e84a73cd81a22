"""A database that an earlier version left behind is brought up to this one, and every customer is who they were."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from service.access.keys import create_key
from service.context.maintenance import CacheFinding, compare_cache
from service.db.migrate import migrate
from service.model.vocabulary import Role
from tests.fixtures import NOW, StandingClock, url_of
from tests.upgrade.catalog import schema_of
from tests.upgrade.chain import KEPT, NEWEST, code_that_knows, connected, new_database, restore
from tests.upgrade.remembered import EVENTS_WITHOUT_RECEIPT, remembered

pytestmark = pytest.mark.slow

SENT_BY_KEYS = """
    SELECT s.name AS space, i.source, i.source_event_id, i.interaction_id
    FROM interaction i
    JOIN api_key k USING (key_id)
    JOIN source_space s USING (space_id)
    JOIN receipt r ON r.digest = event_digest(s.space_id, i.source, i.source_event_id)
    WHERE s.space_id = (
        SELECT space_id FROM api_key JOIN interaction USING (key_id) WHERE role = 'channel' AND space_id > 1 LIMIT 1
    ) AND i.source <> 'forms' AND i.source NOT LIKE '%:%'
"""


@pytest.fixture(scope="module")
async def empty(servers):
    """A function that names an empty database of a version, to be copied; it walks from one to the next."""
    async with AsyncExitStack() as databases:
        name, walked = "", NEWEST + 1

        async def at(number: int) -> str:
            nonlocal name, walked
            if number < walked:
                name = await databases.enter_async_context(new_database(servers))
            walked = number
            with code_that_knows(number):
                await migrate(url_of(servers, name))
            return name

        yield at


@pytest.fixture(scope="module", params=KEPT)
async def earlier(request, servers, empty):
    """The name of the database that this version left behind, and what it has of its customers."""
    async with new_database(servers, template=await empty(request.param)) as name:
        async with connected(servers, name) as connection:
            await restore(connection, request.param)
            before = await remembered(connection)
        yield name, before


@pytest.fixture(scope="module")
async def upgraded(servers, earlier):
    """The same, upgraded at once."""
    name, before = earlier
    await migrate(url_of(servers, name))
    yield name, before


@pytest.fixture
async def database_url(servers, upgraded):
    """A copy of it for a test alone."""
    async with new_database(servers, template=upgraded[0]) as name:
        yield url_of(servers, name)


@pytest.fixture
def clock():
    """Later than everything that the kept databases have."""
    clock = StandingClock()
    clock.advance(timedelta(days=10))
    return clock


async def test_an_upgraded_database_has_the_rows_and_the_schema_of_this_version(servers, upgraded, template):
    name, before = upgraded
    async with connected(servers, name) as connection, connected(servers, template) as fresh:
        assert await remembered(connection) == before
        assert await connection.fetch(EVENTS_WITHOUT_RECEIPT) == []
        assert await schema_of(connection) == await schema_of(fresh)


@pytest.fixture
async def people(upgraded, database):
    """Every identity of before as (kind, value), with the customer who speaks for it; restricted ones are not shown."""
    async with database.connection() as connection:
        restricted = {row[0] for row in await connection.fetch("SELECT customer_id FROM customer WHERE restricted")}
    known = {(kind, value): survivor for kind, value, _, survivor in upgraded[1]["identities"]}
    assert known
    return {identity: survivor for identity, survivor in known.items() if survivor not in restricted}


async def test_an_installation_that_took_every_upgrade_has_the_same_as_one_that_skipped_them(servers, empty, template):
    async with new_database(servers, template=await empty(KEPT[0])) as name:
        async with connected(servers, name) as connection:
            await restore(connection, KEPT[0])
            before = await remembered(connection)
            for number in range(KEPT[0] + 1, NEWEST + 1):
                with code_that_knows(number):
                    assert len(await migrate(url_of(servers, name))) == 1
            assert await remembered(connection) == before
        async with connected(servers, name) as connection, connected(servers, template) as fresh:
            assert await schema_of(connection) == await schema_of(fresh)


async def test_everybody_is_found_with_their_story_and_nothing_else_is_cached(upgraded, people, desk, rooms):
    owners = {customer: merged_into or customer for customer, _, merged_into in upgraded[1]["customers"]}
    for (kind, value), survivor in people.items():
        found = await desk.look_up(kind=kind, value=value)
        assert (found.status_code, found.json()["customer"]["id"]) == (200, str(survivor))
        assert await compare_cache(rooms.reader, survivor) is CacheFinding.EQUAL
    for survivor in set(people.values()):
        happened = {(str(one[1]), one[5]) for one in upgraded[1]["interactions"] if owners[one[0]] == survivor}
        story = (await desk("console", "GET", f"/v1/customers/{survivor}/timeline?limit=200")).json()
        assert {(one["id"], one.get("text")) for one in story["items"]} == happened
    await check_promises(upgraded[1], desk)


async def check_promises(before, desk) -> None:
    """Handoffs, callbacks and conditions are as they were."""
    asked = [(kind, one[1], one[2]) for kind in ("handoffs", "callbacks") for one in before[kind]]
    for kind, its_id, state in asked:
        found = await desk("admin", "GET", f"/v1/{kind}/{its_id}")
        assert (found.status_code, found.json().get("state")) == (200, state)
    people_of = {one[0] for one in before["conditions"]}
    held = [await desk("admin", "GET", f"/v1/customers/{one}/conditions?limit=200") for one in people_of]
    assert {str(one[1]) for one in before["conditions"]} <= {one["id"] for page in held for one in page.json()["items"]}


async def test_what_was_registered_counts_once_and_what_comes_next_is_added(database, people, desk):
    async with database.transaction() as connection:
        sent = await connection.fetch(SENT_BY_KEYS)
        key = await create_key(connection, role=Role.CHANNEL, name="again", now=NOW, space=sent[0]["space"])
    desk.keys[Role.CHANNEL] = key
    for one in sent:
        again = await desk.register(source=one["source"], id=one["source_event_id"])
        assert (again.status_code, again.json().get("interaction_id")) == (200, str(one["interaction_id"]))
    (kind, value), survivor = min(people.items())
    added = await desk.register(identities=[(kind, value, True)], text="After the upgrade")
    assert (added.status_code, added.json().get("customer_id")) == (201, str(survivor))
    assert "After the upgrade" in (await desk.look_up(kind=kind, value=value)).text
