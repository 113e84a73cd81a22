"""Health: whether the process lives and what it can do, told at once whatever hangs."""

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import asyncpg
import pytest

from service.access.keys import create_key, revoke_key
from service.access.principals import Principals
from service.cache.client import Cache
from service.db import pool
from service.db.pool import Database
from service.errors import DatabaseBusy, DatabaseUnavailable
from service.model.clock import Clock
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.application import create_application
from service.web.http.route import routes_of
from service.web.routes.operations import health
from service.web.routes.operations.health import HealthRoutes
from tests.fixtures import NOW
from tests.patience import until
from tests.web.front import answering, application, caller, nothing


async def asked(database, cache, path: str = "/health/ready"):
    async with caller(application(*routes_of(HealthRoutes(database, cache))), None) as client:
        answer = await client.get(path)
    return answer.status_code, answer.json()


class BusyDatabase:
    """A database all of whose connections are at work."""

    available = True

    @asynccontextmanager
    async def connection(self):
        raise DatabaseBusy
        yield


class HungDatabase(BusyDatabase):
    """A database whose connection never answers."""

    @asynccontextmanager
    async def connection(self):
        await asyncio.Event().wait()
        yield


async def test_all_is_well_when_both_servers_answer(database, cache):
    assert await asked(database, cache) == (200, {"status": "ok", "degraded": []})


async def test_without_redis_the_service_is_slower_but_ready(database):
    nowhere = await Cache.connect("redis://127.0.0.1:1/0")
    assert await asked(database, nowhere) == (200, {"status": "degraded", "degraded": ["cache"]})
    nowhere.close()


async def test_without_postgresql_the_service_is_not_ready(database, cache):
    await database.close()
    assert await asked(database, cache) == (503, {"status": "unavailable", "degraded": ["database"]})
    assert await asked(database, cache, "/health/live") == (200, {"status": "ok"})


async def test_a_database_with_too_much_to_do_is_not_gone(cache):
    assert await asked(BusyDatabase(), cache) == (200, {"status": "degraded", "degraded": ["database"]})


async def test_a_database_that_stays_busy_is_as_good_as_gone(cache, monkeypatch):
    monkeypatch.setattr(health, "_UNAVAILABLE_AFTER_S", 0)
    assert (await asked(BusyDatabase(), cache))[0] == 503


async def test_a_database_that_hangs_does_not_make_health_hang(cache):
    started = monotonic()
    status, _ = await asked(HungDatabase(), cache)
    assert monotonic() - started < 0.2
    assert status == 200  # what was known before


@pytest.fixture
async def two_processes(database_url, database, cache):
    """Two applications on one database, as two workers are, and a bot's key."""
    async with database.connection() as connection:
        key = await create_key(connection, role=Role.BOT, name="bot", now=NOW)
    other = await Database.connect(database_url, connections=2)
    apps = [
        create_application(
            [answering(nothing, roles={Role.BOT}), *routes_of(HealthRoutes(pool, cache))],
            principals=Principals(pool, Clock()),
            settings=Settings(),
            clock=Clock(),
        )
        for pool in (database, other)
    ]
    yield apps, key
    await other.close()


@pytest.mark.promise("S5")
async def test_a_real_key_opens_what_its_role_may_until_it_is_revoked_everywhere(two_processes, database):
    apps, key = two_processes
    clients = [caller(app, None, authorization=f"Bearer {key}") for app in apps]
    assert [(await client.get("/v1/thing")).status_code for client in clients] == [200, 200]
    async with database.connection() as connection:
        await revoke_key(connection, "bot", NOW)
    revoked = monotonic()
    async with asyncio.timeout(2):
        while {(await client.get("/v1/thing")).status_code for client in clients} != {401}:
            await asyncio.sleep(0.01)
    assert monotonic() - revoked < 2


async def is_told(database, cache, expected) -> bool:
    return await asked(database, cache) == expected


@pytest.mark.promise("D21")
async def test_a_read_only_postgresql_is_not_ready_until_it_takes_writes_again(database, database_url, cache):
    """D21: what a demotion leaves on open connections."""
    operator = await asyncpg.connect(database_url, server_settings={"default_transaction_read_only": "off"})
    name = await operator.fetchval("SELECT current_database()")
    await operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    async with database.connection() as connection:
        await connection.execute("SET default_transaction_read_only = on")
    unavailable, ready = (
        (503, {"status": "unavailable", "degraded": ["database"]}),
        (200, {"status": "ok", "degraded": []}),
    )
    await until(lambda: is_told(database, cache, unavailable))  # asked within 100 ms, which a busy machine may miss
    await operator.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await until(lambda: is_told(database, cache, ready))  # a connection may be under way that began before
    await operator.close()


@pytest.mark.promise("D10")
async def test_a_postgresql_whose_disk_is_full_is_not_ready_until_it_has_room_again(database, cache, monkeypatch):
    """D10: a write that finds no room makes this process leave the load balancer until one would succeed."""
    with pytest.raises(DatabaseUnavailable):
        async with database.connection() as connection:
            await connection.execute("DO $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$")
    for _ in range(2):
        assert await asked(database, cache) == (503, {"status": "unavailable", "degraded": ["database"]})
    monkeypatch.setattr(pool, "EXHAUSTED_S", 0.0)
    assert await asked(database, cache) == (200, {"status": "ok", "degraded": []})
