"""PostgreSQL may end, hang or take too long: whoever waits is told in time, and nothing is left half done."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from service.db import pool
from service.db.pool import Database, urgent_work
from service.errors import DatabaseBusy, DatabaseUnavailable
from service.telemetry import queue_time
from tests.patience import until
from tests.wire import Wire


@pytest.fixture
async def wire(database_url):
    wire = Wire(database_url)
    await wire.mend()
    yield wire
    await wire.remove()


@pytest.fixture
async def database(wire):
    """A pool of two whose statements may take a third of a second."""
    database = await Database.connect(wire.url, connections=2, statement_ms=300)
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE note (text text)")
    yield database
    await database.close()


async def notes(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("SELECT count(*) FROM note")


async def write(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO note VALUES ('one')")


async def test_a_transaction_is_stored_as_a_whole_or_not_at_all(database):
    await write(database)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO note VALUES ('two')")
            raise ZeroDivisionError
    assert await notes(database) == 1


async def test_a_statement_that_takes_too_long_is_ended_by_the_database_and_its_transaction_with_it(database):
    with pytest.raises(DatabaseBusy):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO note VALUES ('one')")
            await connection.execute("SELECT pg_sleep(10)")
    assert await notes(database) == 0
    assert database.available


@pytest.mark.promise("D11")
async def test_a_database_that_is_cut_off_is_unavailable_until_it_can_be_reached_again(database, wire):
    await wire.cut()
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await write(database)
    assert not database.available
    await wire.mend()
    await write(database)
    assert database.available


@pytest.mark.promise("D10")
async def test_a_database_that_hangs_is_waited_for_a_little_longer_than_a_statement_may_take(database, wire):
    wire.freeze()
    began = time.monotonic()
    with pytest.raises(DatabaseBusy):
        await write(database)
    assert time.monotonic() - began < 1
    assert not database.available


@pytest.mark.promise("D10")
async def test_nothing_of_a_transaction_in_which_the_database_hung_is_stored(database, wire):
    with pytest.raises(DatabaseBusy):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO note VALUES ('one')")
            wire.freeze()
            await connection.execute("INSERT INTO note VALUES ('two')")
    wire.thaw()

    async def answers() -> bool:
        try:
            await write(database)
        except (DatabaseBusy, DatabaseUnavailable):
            return False
        return True

    await until(answers)
    assert await notes(database) == 1


async def test_who_finds_no_free_connection_is_told_within_a_second_or_so(database):
    async with database.connection(), database.connection():
        began = time.monotonic()
        with pytest.raises(DatabaseBusy):
            await notes(database)
        assert time.monotonic() - began < 2


@pytest.fixture
async def crowded(database_url):
    """A pool of four, of which ordinary work has all that it may have."""
    database = await Database.connect(database_url, connections=4)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(database.connection())
        yield database
    await database.close()


async def test_urgent_work_finds_a_connection_while_other_work_waits_for_one(crowded):
    waiting = asyncio.create_task(crowded.connection().__aenter__())
    await asyncio.sleep(0)
    with urgent_work():
        async with crowded.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1
    assert not waiting.done()
    waiting.cancel()


async def test_while_many_have_waited_for_long_the_others_are_told_at_once(crowded, monkeypatch):
    waiting = asyncio.create_task(crowded.connection().__aenter__())
    await asyncio.sleep(0)
    monkeypatch.setattr(queue_time, "MAX_WAIT_S", 0)
    monkeypatch.setattr(pool, "MANY_WAITING", 1)
    with pytest.raises(DatabaseBusy):
        await asyncio.wait_for(crowded.connection().__aenter__(), 0.1)
    assert not waiting.done()
    waiting.cancel()
