"""Who is calling, how soon a revoked key is refused, and what an outage of the database changes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from service.access import principals as module
from service.access.keys import create_key, revoke_key
from service.access.principals import Principals
from service.db.pool import Database
from service.errors import DatabaseUnavailable, Unauthenticated
from service.model.vocabulary import Role
from tests.fixtures import NOW, StandingClock

REVOKED_WITHIN_S = 2.0
UNKNOWN = b"Bearer ask_bot_" + b"x" * 43


class Watch:
    """A stop watch in place of the process' monotonic clock."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(module, "monotonic", watch)
    return watch


class CountingDatabase:
    """The database, and how often it was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked = 0

    @asynccontextmanager
    async def connection(self):
        self.asked += 1
        async with self._database.connection() as connection:
            yield connection


class HungDatabase:
    """A database that takes questions and never answers."""

    @asynccontextmanager
    async def connection(self):
        await asyncio.Event().wait()
        yield


@pytest.fixture
def counted(database) -> CountingDatabase:
    return CountingDatabase(database)


@pytest.fixture
def ring(counted, clock, watch) -> Principals:
    return Principals(counted, clock)


async def create(database: Database, role: Role = Role.BOT, **narrowing) -> bytes:
    async with database.connection() as connection:
        key = await create_key(connection, role=role, name="desk", now=NOW, **narrowing)
    return b"Bearer " + key.encode()


async def revoke(database: Database) -> None:
    async with database.connection() as connection:
        await revoke_key(connection, "desk", NOW)


async def test_a_caller_is_what_its_key_says(database, ring):
    caller = await ring.authenticate(await create(database, Role.PARTNER, queue="overflow"))
    assert (caller.role, caller.name, caller.queue, caller.store) == (Role.PARTNER, "desk", "overflow", None)


async def test_a_caller_is_known_from_its_second_request_on(database, ring, counted):
    authorization = await create(database)
    assert ring.find_cached(authorization) is None
    caller = await ring.authenticate(authorization)
    assert ring.find_cached(authorization) == caller
    assert counted.asked == 1


@pytest.mark.parametrize(
    "authorization", [b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"Bearer ask_bot_short", b"Bearer \xff\xfe", UNKNOWN]
)
async def test_who_has_no_key_of_ours_is_nobody(ring, authorization):
    assert ring.find_cached(authorization) is None
    with pytest.raises(Unauthenticated):
        await ring.authenticate(authorization)


async def test_what_is_no_key_does_not_reach_the_database(ring, counted):
    with pytest.raises(Unauthenticated):
        await ring.authenticate(b"Bearer ask_bot_short")
    assert counted.asked == 0


async def test_a_known_key_behind_another_scheme_is_refused(database, ring):
    authorization = await create(database)
    await ring.authenticate(authorization)
    forged = b"Secret " + authorization.removeprefix(b"Bearer ")
    assert ring.find_cached(forged) is None
    with pytest.raises(Unauthenticated):
        await ring.authenticate(forged)


async def test_the_scheme_may_be_written_in_any_case(database, ring):
    authorization = await create(database)
    assert await ring.authenticate(authorization.replace(b"Bearer", b"bearer")) == await ring.authenticate(
        authorization
    )


@pytest.mark.promise("S5")
async def test_a_revoked_key_is_refused_after_two_seconds_at_the_latest(database, ring, watch):
    authorization = await create(database)
    await ring.authenticate(authorization)
    await revoke(database)
    watch.seconds += REVOKED_WITHIN_S
    assert ring.find_cached(authorization) is None
    with pytest.raises(Unauthenticated):
        await ring.authenticate(authorization)


async def test_a_busy_caller_does_not_wait_while_its_key_is_read_again(database, ring, watch, counted):
    authorization = await create(database)
    caller = await ring.authenticate(authorization)
    await revoke(database)
    watch.seconds += module.REFRESH_S
    assert await asyncio.wait_for(ring.authenticate(authorization), 0.001) == caller
    async with asyncio.timeout(5):
        while ring._entries:
            await asyncio.sleep(0)
    with pytest.raises(Unauthenticated):
        await ring.authenticate(authorization)
    assert counted.asked == 2


@pytest.mark.promise("S5")
async def test_a_key_ends_at_its_expiry_without_being_read_again(database, ring, watch, clock):
    authorization = await create(database, expires_at=NOW + timedelta(seconds=1))
    await ring.authenticate(authorization)
    watch.seconds += 1
    clock.advance(timedelta(seconds=1))
    assert ring.find_cached(authorization) is None
    with pytest.raises(Unauthenticated):
        await ring.authenticate(authorization)


async def test_fifty_first_requests_at_once_cost_one_look_up(database, ring, counted):
    authorization = await create(database)
    callers = await asyncio.gather(*(ring.authenticate(authorization) for _ in range(50)))
    assert len({caller.key_id for caller in callers}) == 1
    assert counted.asked == 1


async def test_a_cancelled_request_does_not_take_the_others_with_it(database, ring):
    authorization = await create(database)
    first, second = (asyncio.create_task(ring.authenticate(authorization)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).name == "desk"


async def test_guessed_keys_are_remembered_for_a_moment_and_never_fill_the_memory(ring, counted, watch, monkeypatch):
    monkeypatch.setattr(module, "_MAX_REJECTED", 10)
    for guess in range(25):
        with pytest.raises(Unauthenticated):
            await ring.authenticate(b"Bearer ask_bot_%043d" % (guess // 2))
    assert counted.asked == 13
    assert len(ring._rejected_until) <= 10
    assert ring._entries == {}


async def test_a_key_created_after_it_was_tried_works_a_second_later(database, ring, watch):
    with pytest.raises(Unauthenticated):
        await ring.authenticate(UNKNOWN)
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO api_key (key_id, key_hash, role, name, created_at)"
            " VALUES (gen_random_uuid(), sha256($1), 'bot', 'late', $2)",
            UNKNOWN.removeprefix(b"Bearer "),
            NOW,
        )
    watch.seconds += 1
    assert (await ring.authenticate(UNKNOWN)).name == "late"


async def test_while_the_database_is_away_a_known_key_works_for_15_minutes_and_no_longer(database, ring, watch):
    authorization = await create(database)
    caller = await ring.authenticate(authorization)
    await database.close()
    for _ in range(10):
        watch.seconds += 89.9
        assert await ring.authenticate(authorization) == caller
    watch.seconds += 1.1
    with pytest.raises(DatabaseUnavailable):
        await ring.authenticate(authorization)


async def test_while_the_database_is_away_an_unknown_key_is_told_so(database, ring):
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await ring.authenticate(UNKNOWN)


async def test_an_outage_does_not_prolong_a_key_beyond_its_expiry(database, ring, watch):
    authorization = await create(database, expires_at=NOW + timedelta(seconds=30))
    await ring.authenticate(authorization)
    await database.close()
    watch.seconds += 30
    with pytest.raises(DatabaseUnavailable):
        await ring.authenticate(authorization)


async def test_a_database_that_hangs_counts_as_away(clock: StandingClock, monkeypatch):
    monkeypatch.setattr(module, "_LOOKUP_TIMEOUT_S", 0.01)
    with pytest.raises(DatabaseUnavailable):
        await Principals(HungDatabase(), clock).authenticate(UNKNOWN)


async def test_a_service_for_customers_takes_no_key_of_a_sandbox_even_if_its_records_have_it(database):
    async with database.connection() as connection:
        key = await create_key(connection, role=Role.BOT, name="bot", now=NOW, sandbox=True)
    header = f"Bearer {key}".encode()
    assert (await Principals(database, StandingClock(), sandbox=True).authenticate(header)).role is Role.BOT
    with pytest.raises(Unauthenticated, match="of a sandbox"):
        await Principals(database, StandingClock()).authenticate(header)
