"""The data map names all that the schema has, and finds what belongs to a customer."""

from collections.abc import Iterable

import pytest

from service.db.pool import Connection, Database
from service.privacy.map.model import MappedTable, OnErase
from service.privacy.map.tables import TABLES

ADVICE = (
    "Say what it holds: add the column to its table in service/privacy/map/rooms/ (category, whether an export shows it,"
    " which views may), a new table also with what an erasure does to its rows."
)
COLUMNS = """
SELECT c.relname || '.' || a.attname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""


async def columns_of(connection: Connection) -> set[str]:
    """Every column of the schema, as table.column; a partition is its parent."""
    return {row[0] for row in await connection.fetch(COLUMNS)}


def mapped_columns(tables: Iterable[MappedTable]) -> set[str]:
    """Every column of the map, as table.column."""
    return {f"{table.name}.{column}" for table in tables for column in table.columns}


def check_mapped(found: set[str]) -> None:
    """Fail with advice if the schema has what the map does not name, or the other way round."""
    mapped = mapped_columns(TABLES)
    assert not (new := found - mapped), f"The data map does not know {sorted(new)}. {ADVICE}"
    assert not (gone := mapped - found), f"The data map names what the schema has not: {sorted(gone)}."


@pytest.mark.promise("G1")
async def test_every_column_says_what_it_holds(database: Database):
    async with database.connection() as connection:
        check_mapped(await columns_of(connection))


@pytest.mark.promise("G1")
async def test_a_new_column_that_says_nothing_fails_with_advice(database: Database):
    async with database.transaction() as connection:
        await connection.execute("ALTER TABLE customer ADD COLUMN shoe_size integer")
        with pytest.raises(AssertionError, match=r"customer\.shoe_size.*Say what it holds"):
            check_mapped(await columns_of(connection))


async def test_what_belongs_to_customers_is_found_and_erased_by_statements_that_run(database: Database):
    customers = "'{01900000-0000-7000-8000-000000000001}'"
    async with database.transaction() as connection:
        for table in (one for one in TABLES if one.rows_of is not None):
            await connection.execute(erasing(table).replace("$1", customers))


def erasing(table: MappedTable) -> str:
    """What an erasure does to the customer's rows."""
    match table.on_erase:
        case OnErase.DELETE:
            return f"DELETE FROM {table.name} WHERE {table.rows_of}"
        case OnErase.PSEUDONYMISE:
            return f"UPDATE {table.name} SET {table.pseudonymised} WHERE {table.rows_of}"
        case OnErase.KEEP:
            return f"SELECT count(*) FROM {table.name} WHERE {table.rows_of}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_with_a_customer_tells_which_rows_are_whose(table: MappedTable):
    if table.columns.keys() & {"customer_id", "customer_ids", "conversation_id", "handoff_id", "interaction_id"}:
        assert table.rows_of
    if table.on_erase is not OnErase.DELETE and table.rows_of:
        assert table.reason
    assert (table.pseudonymised is not None) == (table.on_erase is OnErase.PSEUDONYMISE)


def test_a_table_is_mapped_once():
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))


def test_rows_are_found_through_tables_that_are_erased_later():
    for place, table in enumerate(TABLES):
        for earlier in TABLES[:place]:
            if earlier.on_erase is OnErase.DELETE and earlier.rows_of:
                assert f"FROM {earlier.name} " not in (table.rows_of or ""), (earlier.name, table.name)
