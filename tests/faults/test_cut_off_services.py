"""D19 and D20 in real processes: two services share PostgreSQL and Redis, and one of them has lost Redis."""

import asyncio
import json
import time
from contextlib import ExitStack

import asyncpg
import pytest

from service.access.keys import create_key
from service.model.vocabulary import Role
from tests.cache.own_redis import OwnRedis
from tests.cli.conftest import serving
from tests.coherence.conftest import BOUND_S
from tests.faults.history import Caller
from tests.faults.proxy import TcpProxy
from tests.fixtures import NOW
from tests.patience import until
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

LOOKUP = {"identity": {"kind": "email", "value": "anna@example.de"}}


@pytest.fixture
async def proxy():
    redis = OwnRedis()
    proxy = TcpProxy(redis.socket)
    await proxy.start()
    yield proxy
    await proxy.remove()
    redis.remove()


@pytest.fixture(params=[(), ("--no-worker",)], ids=["two workers", "the worker of the first alone"])
async def services(request, database_url, database, proxy):
    """Callers of two services: the first reaches Redis through the proxy alone, the second has a way of its own."""
    async with database.connection() as connection:
        key = await create_key(connection, role=Role.ADMIN, name="faults", now=NOW)
    settings = {"database_url": database_url, "durable": "false"}
    ways = (((), f"redis://127.0.0.1:{proxy.port}"), (request.param, f"unix://{proxy.target}"))
    with ExitStack() as stack:
        callers = []
        for arguments, redis_url in ways:
            service = serving(*arguments, redis_url=redis_url, **settings)
            started = await asyncio.to_thread(stack.enter_context, service)  # the proxy runs in this thread
            callers.append(Caller(started.url, key))
        yield callers


async def seen(caller: Caller) -> tuple[int, str]:
    """The version that a look-up shows, and where it comes from."""
    status, headers, body = await caller.post("/v1/context/lookup", LOOKUP)
    assert status == 200
    assert int(headers["context-version"]) == json.loads(body)["version"]
    return int(headers["context-version"]), headers["context-source"]


@pytest.mark.promise("D19", "D20")
async def test_d19_d20_one_service_whose_redis_hangs_makes_nothing_old_and_nothing_late(services, proxy, database_url):
    writer, reader = services
    connection = await asyncpg.connect(database_url)
    await writer.post("/v1/interactions", event_json(id="1"))
    await until(lambda: _is_cached(reader))
    for version in range(2, 5):
        proxy.freeze()
        status, _, _ = await writer.post("/v1/interactions", event_json(id=f"{version}"))
        acknowledged = time.monotonic()
        assert status == 201

        async def all_see(version=version) -> bool:
            told = await connection.fetchval("SELECT max(version) FROM event")
            return told == version and {(await seen(one))[0] for one in services} == {version}

        await until(all_see)
        assert time.monotonic() - acknowledged < BOUND_S
        proxy.thaw()
        await until(lambda: _is_cached(reader))
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
    await connection.close()


async def _is_cached(caller: Caller) -> bool:
    return (await seen(caller))[1] == "cache"
