import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from service.db import timers
from service.db.migrate import migrate
from service.db.pool import Database
from service.embedded.supervisor import start_servers
from service.model.clock import Clock
from service.model.ids import new_id
from service.settings.model import Settings
from service.worker.model import WorkerConfig
from service.worker.run import run_worker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@contextmanager
def ringing(database_url):
    """A worker process that rings; what is still running at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.worker.ringing", database_url], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until(condition, seconds=20):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


async def plan_many(database, number):
    now = Clock().now()
    async with database.transaction() as connection:
        for _ in range(number):
            await timers.schedule_timer(connection, kind="ring", due_at=now, subject_id=new_id())


@pytest.mark.promise("D12")
async def test_killed_workers_lose_no_timer_and_fire_none_twice(database, database_url, count):
    await plan_many(database, 300)

    async def some_more_fired(already):
        return await count("fired") >= already + 20

    for _ in range(2):
        fired = await count("fired")
        with ringing(database_url) as worker:
            await until(lambda already=fired: some_more_fired(already))
            worker.send_signal(signal.SIGKILL)
    assert await count("timer") > 0

    async def nothing_left():
        return await count("timer") == 0

    with ringing(database_url), ringing(database_url):
        await until(nothing_left)
    assert await count("fired") == 300
    assert await count("(SELECT DISTINCT timer_id FROM fired)") == 300


async def test_a_worker_told_to_stop_ends_what_it_began_and_no_more(database, database_url, count):
    await plan_many(database, 400)

    async def begun():
        return await count("fired") > 0

    with ringing(database_url) as worker:
        await until(begun)
        worker.terminate()
        assert await asyncio.to_thread(worker.wait, 5) == 0
    assert await count("timer") + await count("fired") == 400


@pytest.mark.promise("D12")
async def test_what_falls_due_is_done_within_a_second_while_the_worker_runs(duties, diary, plan):
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(duties, stop))
    subject_id = await plan(seconds=0.3)

    async def fired():
        return diary.fired == [subject_id]

    await until(fired, seconds=1.3)
    stop.set()
    await asyncio.wait_for(working, 5)


@pytest.fixture
def own_servers(new_data_dir):
    with start_servers(new_data_dir()) as servers:
        yield servers


@pytest.mark.promise("D12")
async def test_a_worker_outlives_the_death_of_the_database(own_servers, diary):
    url = own_servers.endpoints.database_url
    await migrate(url)
    database = await Database.connect(url, connections=4)
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE fired (timer_id uuid NOT NULL)")
        postmaster = await connection.fetchval("SELECT pg_read_file('postmaster.pid')")
        await timers.schedule_timer(connection, kind="ring", due_at=Clock().now() + timedelta(seconds=1))
    duties = WorkerConfig(
        database=database,
        clock=Clock(),
        settings=Settings(),
        drop_views=diary.drop,
        drop_outdated_views=diary.drop_older,
        timer_handlers={"ring": diary.effect},
    )
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(duties, stop))
    os.kill(int(postmaster.splitlines()[0]), signal.SIGKILL)

    async def fired():
        return len(diary.fired) == 1

    await until(fired)
    stop.set()
    await asyncio.wait_for(working, 5)
    await database.close()
