"""Reads that take long: they end in time, let others wait, and stop when nobody waits for them."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
import pytest

from service.db.migrate import migrate
from service.demo.processes import run_command, running_service
from service.embedded.supervisor import start_servers
from service.errors import DatabaseBusy, Overloaded, PeerUnavailable
from service.insight import long_reads
from service.insight.long_reads import AT_ONCE, LongReads
from service.web.http.metrics import RouteMeter
from service.web.http.scope import SCOPE_KEY, RequestScope, while_connected
from tests.patience import until

SLOW_SEGMENTS = """
    CREATE OR REPLACE FUNCTION segment_survivors(wanted_segments text[]) RETURNS TABLE (segment text, customer_id uuid)
    LANGUAGE sql AS $$ SELECT 'new', gen_random_uuid() FROM pg_sleep(60) $$
"""
ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%segment_matters%' AND wait_event = 'PgSleep'"


async def test_a_read_that_takes_too_long_says_how_long_it_may_take(database):
    with pytest.raises(DatabaseBusy, match=r"longer than 0\.05 s and was stopped"):
        async with LongReads(database, limit_s=0.05).transaction() as connection:
            await connection.execute("SELECT pg_sleep(5)")


async def test_only_so_many_read_at_once(database, monkeypatch):
    monkeypatch.setattr(long_reads, "WAIT_S", 0.01)
    reads = LongReads(database, limit_s=5)
    async with reads.transaction(), reads.transaction():
        with pytest.raises(Overloaded, match=f"{AT_ONCE} long evaluations"):
            async with reads.transaction():
                pass
    async with reads.transaction() as connection:
        assert await connection.fetchval("SELECT 1") == 1


def request_scope(receive) -> dict:
    scope = {"headers": []}
    return {SCOPE_KEY: RequestScope(scope, receive, None, RouteMeter("GET", "/v1/journeys/flow"))}


async def test_work_ends_when_its_caller_leaves():
    left, ended = asyncio.Event(), asyncio.Event()

    async def receive():
        await left.wait()
        return {"type": "http.disconnect"}

    async def work():
        left.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(PeerUnavailable):
        await while_connected(request_scope(receive), work(), limit_s=20)
    assert ended.is_set()


async def test_a_caller_who_stays_gets_the_answer_or_the_error():
    async def receive():
        await asyncio.Event().wait()

    async def fail():
        raise Overloaded

    assert await while_connected(request_scope(receive), asyncio.sleep(0, "done"), limit_s=20) == "done"
    with pytest.raises(Overloaded):
        await while_connected(request_scope(receive), fail(), limit_s=20)


@pytest.mark.slow
async def test_postgresql_stops_when_the_reader_of_a_flow_hangs_up(new_data_dir):
    folder = new_data_dir()
    with start_servers(folder) as running:
        url = running.endpoints.database_url
        await migrate(url)
        key = run_command(folder, "keys", "create", "--role", "admin", "--name", "reader")
        connection = await asyncpg.connect(url)
        await connection.execute(SLOW_SEGMENTS)
        with running_service(folder) as address:
            _, writer = await asyncio.open_connection(urlsplit(address).hostname, urlsplit(address).port)
            request = f"GET /v1/journeys/flow?segment=new HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n"
            writer.write(request.encode())
            await until(lambda: is_active(connection), seconds=20)
            writer.close()
            await until(lambda: is_idle(connection), seconds=15)
        await connection.close()


async def is_active(connection) -> bool:
    return await connection.fetchval(ACTIVE) > 0


async def is_idle(connection) -> bool:
    return not await is_active(connection)
