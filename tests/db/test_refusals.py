"""A PostgreSQL that answers and stores nothing: a former primary, a full disk. Callers come back, and nothing is restarted."""

import asyncpg
import pytest
from structlog.testing import capture_logs

from service.db import pool
from service.db.pool import Database, confirm_writes
from service.errors import DatabaseUnavailable

FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON note EXECUTE FUNCTION refuse();
"""
NO_TABLES = """
CREATE FUNCTION refuse_table() RETURNS event_trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE 'no' USING ERRCODE = '{sqlstate}'; END $$;
CREATE EVENT TRIGGER full_disk ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS') EXECUTE FUNCTION refuse_table();
"""


@pytest.fixture
async def database(database_url):
    database = await Database.connect(database_url, connections=2)
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE note (text text)")
    yield database
    await database.close()


@pytest.fixture
async def operator(database_url):
    """A connection that may write whatever the others may."""
    connection = await asyncpg.connect(database_url, server_settings={"default_transaction_read_only": "off"})
    yield connection
    await connection.close()


async def write(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO note VALUES ('one')")


async def demote(operator: asyncpg.Connection) -> None:
    """Every new session is read-only."""
    name = await operator.fetchval("SELECT current_database()")
    await operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")


async def promote(operator: asyncpg.Connection) -> None:
    name = await operator.fetchval("SELECT current_database()")
    await operator.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@pytest.mark.promise("D21")
async def test_a_write_that_meets_a_read_only_server_is_to_be_repeated_and_its_connection_is_left(database):
    with capture_logs() as logs, pytest.raises(DatabaseUnavailable, match="takes no writes"):
        async with database.transaction() as connection:
            left = await connection.fetchval("SELECT pg_backend_pid()")
            await connection.execute("SET LOCAL transaction_read_only = on")
            await connection.execute("INSERT INTO note VALUES ('one')")
    assert not database.available
    assert [(one["event"], one["sqlstate"]) for one in logs] == [("database_failed", "25006")]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") != left
    assert database.available


@pytest.mark.promise("D21")
async def test_a_session_that_hears_of_a_demotion_serves_no_second_read(database, operator):
    await demote(operator)
    async with database.connection() as connection:
        await connection.execute("SET default_transaction_read_only = on")
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            async with database.connection() as connection:
                await connection.fetchval("SELECT count(*) FROM note")
    assert not database.available
    await promote(operator)
    await write(database)
    assert database.available


@pytest.mark.promise("D21")
async def test_a_server_that_became_read_only_is_not_ready_though_it_answers(database):
    async with database.connection() as connection:
        await confirm_writes(connection, timeout_s=1)
    with pytest.raises(DatabaseUnavailable, match="takes no writes"):
        async with database.transaction() as connection:
            await connection.execute("SET LOCAL transaction_read_only = on")
            await confirm_writes(connection, timeout_s=1)


async def test_a_full_disk_is_to_be_waited_for_and_reads_go_on(database, operator, monkeypatch):
    await operator.execute(FULL)
    with pytest.raises(DatabaseUnavailable, match="can store nothing"):
        await write(database)
    with pytest.raises(DatabaseUnavailable, match="can store nothing"):
        await database.confirm_room()
    assert database.available
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM note") == 0
    monkeypatch.setattr(pool, "EXHAUSTED_S", 0.0)
    await operator.execute("DROP TRIGGER full_disk ON note")
    await database.confirm_room()
    await write(database)


async def test_a_disk_stays_full_until_a_page_can_be_stored(database, operator, monkeypatch):
    await operator.execute(FULL)
    await operator.execute(NO_TABLES.replace("{sqlstate}", "53100"))
    monkeypatch.setattr(pool, "EXHAUSTED_S", 0.0)
    with pytest.raises(DatabaseUnavailable):
        await write(database)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="can store nothing"):
            await database.confirm_room()
    await operator.execute("DROP EVENT TRIGGER full_disk")
    await database.confirm_room()


async def test_a_user_without_the_right_to_temporary_tables_is_ready_again_until_the_next_refused_write(
    database, operator, monkeypatch
):
    await operator.execute(FULL)
    await operator.execute(NO_TABLES.replace("{sqlstate}", "42501"))
    monkeypatch.setattr(pool, "EXHAUSTED_S", 0.0)
    with pytest.raises(DatabaseUnavailable):
        await write(database)
    await database.confirm_room()
    with pytest.raises(DatabaseUnavailable):
        await write(database)


async def test_a_database_that_lets_no_new_session_in_is_away_until_it_does(database, operator, servers):
    name = await operator.fetchval("SELECT current_database()")
    elsewhere = await asyncpg.connect(servers.endpoints.database_url)
    await elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await elsewhere.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await write(database)
    await elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await elsewhere.close()
    await write(database)
