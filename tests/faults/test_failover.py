"""A primary that is demoted, a standby that is promoted: the service finds the server that takes writes by itself."""

import asyncio
import time
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest

from service.access.keys import create_key
from service.embedded.supervisor import start_servers
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.faults.standby import Standby
from tests.fixtures import NOW
from tests.registration.events import event_json
from tests.wire import Wire

pytestmark = pytest.mark.slow

RECOVERY_S = 5.0
DEMOTE = ("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")


@pytest.fixture
def primary(new_data_dir):
    with start_servers(new_data_dir(), durable=False) as servers:
        yield servers


@asynccontextmanager
async def service(url: str, primary):
    """The service at this address of its database, and a caller who writes; the caller's answers are its statuses."""
    options = {"database_url": url, "redis_url": primary.endpoints.redis_url, "durable": "false"}
    running = serving(**options)
    here = await asyncio.to_thread(running.__enter__)
    direct = await asyncpg.connect(primary.endpoints.database_url)
    key = await create_key(direct, role=Role.ADMIN, name="faults", now=NOW)
    await direct.close()
    try:
        async with httpx.AsyncClient(base_url=here.url, headers={"authorization": f"Bearer {key}"}) as http:
            yield http
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def write(http: httpx.AsyncClient) -> httpx.Response:
    return await http.post("/v1/interactions", json=event_json(), timeout=10)


async def refused_and_recovered(http: httpx.AsyncClient, standby: Standby, switch=lambda: None) -> None:
    """D21: refused with 503 and not ready while nothing takes writes, then served within five seconds."""
    refused = await write(http)
    assert (refused.status_code, refused.headers.get("retry-after")) == (503, "1")
    ready = await http.get("/health/ready")
    assert (ready.status_code, ready.json()["degraded"]) == (503, ["database"])
    await standby.promote()
    switch()
    began = time.monotonic()
    while (answer := await write(http)).status_code != 201:
        assert answer.status_code == 503
        assert time.monotonic() - began < RECOVERY_S
        await asyncio.sleep(0.05)
    assert (await http.get("/health/ready")).status_code == 200


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.mark.promise("D21", "D11")
async def test_after_a_failover_the_server_that_takes_writes_is_found_among_several(primary, new_data_dir):
    """D21, D11."""
    async with (
        Standby(primary.endpoints.database_url, new_data_dir()) as standby,
        service(standby.both_urls, primary) as http,
    ):
        assert (await write(http)).status_code == 201
        await execute(primary.endpoints.database_url, *DEMOTE)
        await refused_and_recovered(http, standby)
        written = await asyncpg.connect(standby.url)
        assert await written.fetchval("SELECT count(*) FROM interaction") == 2
        await written.close()


@pytest.mark.promise("D21", "D11")
async def test_after_a_failover_behind_one_address_connections_to_the_former_primary_are_left(primary, new_data_dir):
    """D21, D11: open connections go on to the former primary, new ones lead to the promoted standby."""
    wire = Wire(primary.endpoints.database_url)
    await wire.mend()
    async with (
        Standby(primary.endpoints.database_url, new_data_dir()) as standby,
        service(wire.url, primary) as http,
    ):
        assert (await write(http)).status_code == 201
        await execute(primary.endpoints.database_url, *DEMOTE)
        await refused_and_recovered(http, standby, lambda: wire.lead_to(standby.url))
    await wire.remove()


@pytest.mark.promise("D21", "D11")
async def test_a_primary_that_takes_writes_again_is_used_again(primary):
    """D21: nothing was promoted; somebody has undone the demotion."""
    async with service(primary.endpoints.database_url, primary) as http:
        await execute(primary.endpoints.database_url, *DEMOTE)
        assert (await write(http)).status_code == 503
        undo = "ALTER SYSTEM RESET default_transaction_read_only"
        await execute(primary.endpoints.database_url, undo, DEMOTE[1])
        began = time.monotonic()
        while (await write(http)).status_code != 201:
            assert time.monotonic() - began < RECOVERY_S
