"""The migration that gives customers of an earlier version the name keys by which a till finds them now."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from service.db.migrate import migrate
from service.model.ids import new_id
from service.model.names import name_key
from tests.fixtures import NOW

KEYS_OF_AN_EARLIER_VERSION = {
    "Дмитрий Иванов": "дмитрии иванов",
    "李小龍": "李小龍",
    "Bay Mehmet Öztürk": "bai mehmet ozturk",
    "Anna Müller": "ana muler",
    "": None,
}


@pytest.fixture
async def connection(database_url) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_customers_of_an_earlier_version_are_found_by_their_names_after_the_migration(connection, database_url):
    rows = [(new_id(), name or None, key, NOW) for name, key in KEYS_OF_AN_EARLIER_VERSION.items()]
    await connection.copy_records_to_table(
        "customer", records=rows, columns=["customer_id", "name", "name_key", "since"]
    )
    await connection.execute("DROP INDEX customer_whole_name_key")
    await connection.execute("DELETE FROM schema_migration WHERE name = '0012_name_keys'")
    assert await migrate(database_url) == ["0012_name_keys"]
    known = await connection.fetch("SELECT name, name_key FROM customer")
    assert {row["name"]: row["name_key"] for row in known} == {
        name or None: name_key(name) if name else None for name in KEYS_OF_AN_EARLIER_VERSION
    }
    assert await migrate(database_url) == []


async def test_a_customer_who_needs_no_other_key_is_not_written(connection, database_url):
    await connection.execute(
        "INSERT INTO customer (customer_id, name, name_key, since) VALUES ($1, 'Anna Müller', 'ana muler', $2)",
        new_id(),
        NOW,
    )
    before = await connection.fetchval("SELECT xmin::text FROM customer")
    await connection.execute("DROP INDEX customer_whole_name_key")
    await connection.execute("DELETE FROM schema_migration WHERE name = '0012_name_keys'")
    await migrate(database_url)
    assert await connection.fetchval("SELECT xmin::text FROM customer") == before
