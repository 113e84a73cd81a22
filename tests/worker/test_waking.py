import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from service.db.change_bell import ChangeBell
from service.db.pool import Database
from service.model.clock import Clock
from service.model.ids import new_id
from service.settings.model import Settings
from service.worker.due import RUNG, DueWatch
from service.worker.listening import ChangeListener
from service.worker.run import run_worker

HOUR_MS = 3_600_000


@pytest.fixture
def alarms():
    return {name: asyncio.Event() for name in RUNG}


@pytest.fixture
def watch(database, alarms):
    return DueWatch(ChangeListener("", database, []), Clock(), alarms, poll_s=10)


@asynccontextmanager
async def listening(database_url, database):
    """A listener that is connected, and its alarm, which has not rung since."""
    alarm, stop = asyncio.Event(), asyncio.Event()
    listener = ChangeListener(database_url, database, [alarm])
    task = asyncio.create_task(listener.listen(stop))
    try:
        await asyncio.wait_for(alarm.wait(), 10)
        alarm.clear()
        yield listener, alarm
    finally:
        stop.set()
        await task


async def test_a_worker_that_sleeps_is_woken_by_a_change(duties, diary, database_url, change):
    seldom = Settings(timer_poll_ms=HOUR_MS, outbox_poll_ms=HOUR_MS)
    told, stop = asyncio.Event(), asyncio.Event()

    async def tell(connection, rows):
        told.set()

    sleeping = msgspec.structs.replace(duties, settings=seldom, listen_url=database_url, subscribers=[tell])
    async with listening(database_url, duties.database):
        working = asyncio.create_task(run_worker(sleeping, stop))
        await change(new_id(), 1)
        while not told.is_set():  # a ring from before the worker listens is not heard
            ChangeBell(duties.database).ring()
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), 0.1)
        stop.set()
        await asyncio.wait_for(working, 10)


async def test_a_process_that_writes_all_the_time_rings_seldom(database, database_url):
    async with listening(database_url, database) as (_, alarm):
        bell = ChangeBell(database)
        bell.ring()
        await asyncio.wait_for(alarm.wait(), 10)
        alarm.clear()
        for _ in range(100):
            bell.ring()
        await database_says(database)
        assert not alarm.is_set()


async def database_says(database):
    """A round trip: what was notified before it has been sent."""
    async with database.connection() as connection:
        await connection.fetchval("SELECT 1")


async def test_changes_are_heard_again_after_the_connection_was_lost(database, database_url):
    async with listening(database_url, database) as (_, alarm):
        async with database.connection() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'askonce worker' AND datname = current_database()"
            )
        await asyncio.wait_for(alarm.wait(), 10)  # it looks for what it may have missed


async def test_a_worker_sleeps_only_while_it_would_hear_a_ring(database, database_url):
    assert ChangeListener("", database, []).is_awake
    async with listening(database_url, database) as (listener, _):
        assert listener.is_awake  # for a while after it was woken
        listener._awake_until = 0
        assert not listener.is_awake


async def test_a_worker_that_sleeps_looks_seldom(database, database_url, alarms):
    async with listening(database_url, database) as (listener, _):
        watch = DueWatch(listener, Clock(), alarms, poll_s=0.25)
        assert watch.interval_s() == 0.25
        listener._awake_until = 0
        assert watch.interval_s() == 0.75


async def test_a_change_in_the_outbox_is_found_without_a_ring(watch, alarms, change):
    await change(new_id(), 1)
    await watch.look()
    assert alarms["relay"].is_set()


async def test_nothing_is_woken_where_nothing_waits(watch, alarms):
    await watch.look()
    assert not {"relay", "drops", "timers", "webhooks", "reports", "playback"} & {
        name for name, alarm in alarms.items() if alarm.is_set()
    }


async def test_what_is_due_before_the_next_look_is_rung_for_in_time(watch, alarms, plan):
    begun = Clock().now()
    await plan(seconds=0.2)
    await watch.look()
    assert not alarms["timers"].is_set()
    await asyncio.wait_for(alarms["timers"].wait(), 10)
    assert Clock().now() - begun >= timedelta(seconds=0.2)


async def test_what_is_overdue_is_rung_for_at_once(watch, alarms, plan):
    await plan(seconds=-5)
    await watch.look()
    assert alarms["timers"].is_set()


async def test_a_follower_that_has_not_seen_the_newest_event_is_woken(watch, alarms, database):
    async with database.transaction() as connection:
        await connection.execute("UPDATE search_position SET event_id = 0, sweep = NULL")
        await connection.execute("UPDATE match_state SET event_id = events, sweep = NULL FROM event_count")
        await connection.execute("UPDATE event_count SET events = events + 1")
        await connection.execute("UPDATE match_state SET event_id = events FROM event_count")
    await watch.look()
    assert (alarms["search"].is_set(), alarms["matches"].is_set()) == (True, False)


async def test_a_bell_that_cannot_reach_the_database_disturbs_no_write():
    pool = await asyncpg.create_pool("postgresql://127.0.0.1:1/none", min_size=0, max_size=1)
    bell = ChangeBell(Database(pool))
    bell.ring()
    await bell._ringing
