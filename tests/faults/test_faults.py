"""What breaks under load, and what nobody notices of it; on real servers that are really killed."""

import asyncio
import json
import os
import signal
import time

import pytest
from redis.asyncio import Redis

from tests.faults.site import acknowledged, reconnect, site, under_load
from tests.registration.events import event_json

pytestmark = pytest.mark.slow


@pytest.mark.promise("D1", "D5", "D7")
async def test_whatever_was_acknowledged_survives_killed_server_processes(new_data_dir):
    async with site(new_data_dir()) as here:
        history = here.history()
        async with under_load(history):
            for _ in range(3):
                await acknowledged(history, 40)
                for pid in here.server_workers():
                    os.kill(pid, signal.SIGKILL)
        await history.resolve()
        await history.judge(here.database)
        assert not history.stale


@pytest.mark.promise("D2")
async def test_fifty_copies_of_one_event_through_two_processes_are_one(new_data_dir):
    async with site(new_data_dir(), "--workers", "2") as here:
        event = event_json(id="the-one")
        answers = await asyncio.gather(*(here.caller.post("/v1/interactions", event) for _ in range(50)))
        assert sorted(status for status, _, _ in answers) == [200] * 49 + [201]
        told = [json.loads(body) | {"duplicate": None} for _, _, body in answers]
        assert all(one == told[0] for one in told)
        assert await here.database.fetchval("SELECT count(*) FROM interaction") == 1


@pytest.mark.promise("D9", "D7")
async def test_nobody_notices_when_redis_is_killed_hung_flushed_or_full(new_data_dir):
    async with site(new_data_dir()) as here:
        history = here.history()
        async with under_load(history):
            await acknowledged(history, 40)
            os.kill(await here.valkey(), signal.SIGKILL)
            await acknowledged(history, 40)
            hung = await here.valkey_again()
            os.kill(hung, signal.SIGSTOP)
            try:
                await acknowledged(history, 40)
            finally:
                os.kill(hung, signal.SIGCONT)
            await acknowledged(history, 40)
            async with Redis.from_url(here.redis_url) as redis:
                await redis.flushall()
                await acknowledged(history, 40)
                await redis.config_set("maxmemory-policy", "noeviction")
                await redis.config_set("maxmemory", "1mb")
                await acknowledged(history, 40)
        assert set(history.statuses) == {200, 201}
        assert not history.unknown
        assert not history.stale
        await history.judge(here.database)


@pytest.mark.promise("D1", "D10", "D11")
async def test_while_postgresql_is_away_writers_are_told_to_come_back_and_soon_served_again(new_data_dir, measured):
    data_dir = new_data_dir()
    async with site(data_dir) as here:
        history = here.history()
        async with under_load(history):
            await acknowledged(history, 40)
            for _ in range(3):
                os.kill(here.postgres(), signal.SIGKILL)
                (await reconnect(data_dir)).terminate()
                back_at = time.monotonic()
                await acknowledged(history, 1)
                measured("D11", "first write after PostgreSQL is back", time.monotonic() - back_at, "s")
                await acknowledged(history, 40)
        assert set(history.statuses) <= {200, 201, 503}
        assert all(headers["retry-after"] and b"database" in body for headers, body in history.refused)
        await history.resolve()
        measured("D10", "slowest refusal while PostgreSQL is away", history.slowest_refusal_s, "s")
        judge = await reconnect(data_dir)
        await history.judge(judge)
        judge.terminate()
        assert not history.stale
