"""The tests' own databases: what one test wrote, the next does not find."""

import asyncpg
import pytest

from tests.databases import Databases

READ = (
    "SELECT (SELECT count(*) FROM queue), (SELECT array_agg(g::text) FROM guidance AS g), "
    "(SELECT last_value || ' ' || is_called FROM outbox_outbox_id_seq), (SELECT count(*) FROM schema_migration)"
)
WRITE = (
    "INSERT INTO customer (customer_id, since) VALUES (gen_random_uuid(), now())",
    "INSERT INTO read_audit SELECT * FROM read_audit",
    "DELETE FROM guidance",
    "DELETE FROM schema_migration WHERE number > 3",
    "SELECT nextval('outbox_outbox_id_seq')",
)
CHANGE = {
    "a table": "CREATE TABLE note (text text)",
    "a column": "ALTER TABLE customer ADD COLUMN shoe_size integer",
    "a trigger": "CREATE TRIGGER noted AFTER INSERT ON queue EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "a function": "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "an index": "DROP INDEX customer_name_words",
    "a statistic": "ANALYZE schema_migration",
}


@pytest.fixture
async def given(database_copies: Databases):
    """What a test does to its database, and which address the next one gets."""

    async def use(*statements: str) -> tuple[str, asyncpg.Record]:
        url = await database_copies.lend()
        connection = await asyncpg.connect(url)
        found = await connection.fetchrow(READ)
        for statement in statements:
            await connection.execute(statement)
        await database_copies.take_back(url)
        connection.terminate()
        return url, found

    return use


async def test_rows_that_a_test_writes_and_removes_are_as_before_in_the_next(given):
    url, first = await given(*WRITE)
    assert await given() == (url, first)


@pytest.mark.parametrize("change", CHANGE)
async def test_a_database_whose_shape_a_test_changed_is_lent_to_no_other(given, change):
    url, first = await given(CHANGE[change])
    other, found = await given()
    assert other != url
    assert found == first
