"""PostgreSQL may end, hang or take too long: whoever waits is told in time, and nothing is left half done."""

import time

import pytest

from service.db.pool import Database
from service.errors import DatabaseBusy, DatabaseUnavailable
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
