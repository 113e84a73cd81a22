"""After the story that calls every operation, each customer of it is erased: a dump of the database holds none of them."""

import re
from datetime import timedelta

import pytest

from service.search.indexing import index_changes
from tests.fixtures import NOW

pytestmark = pytest.mark.slow
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname"""
CANARIES = """SELECT customer_id::text FROM customer
UNION SELECT value FROM identity WHERE length(value) > 5
UNION SELECT name FROM customer WHERE name IS NOT NULL
UNION SELECT text FROM interaction WHERE length(text) > 5"""
KEPT_IDS = {"receipt", "event", "erased_customer", "erasure", "idempotency"}
COUNTED = {"name_frequency", "channel_instance"}
"""How many have a common name, and what operators set."""


def _is_id(canary: str) -> bool:
    return bool(UUID_TEXT.fullmatch(canary))


async def _lines(connection) -> dict[str, list[str]]:
    tables = [row["relname"] for row in await connection.fetch(TABLES)]
    return {
        table: [row["line"] for row in await connection.fetch(f"SELECT t::text AS line FROM {table} t")]
        for table in tables
    }


async def _erase_all(rooms, erasures, clock) -> set[str]:
    async with rooms.database.connection() as connection:
        canaries = {row[0] for row in await connection.fetch(CANARIES)}
        customers = await connection.fetch("SELECT customer_id FROM customer WHERE merged_into IS NULL")
    for row in customers:
        await erasures.erase(row["customer_id"], by="privacy", now=NOW)
    while await index_changes(rooms.database):
        pass
    clock.offset = timedelta(minutes=2)
    while await erasures.finish_due(clock.now()):
        pass
    return canaries


async def test_a_dump_of_the_database_holds_nothing_of_the_erased(story, rooms, erasures, clock):
    canaries = await _erase_all(rooms, erasures, clock)
    assert len(canaries) > 40
    async with rooms.database.connection() as connection:
        dumped = await _lines(connection)
    left = [
        (table, canary, line[:200])
        for table, lines in dumped.items()
        for line in lines
        for canary in canaries
        if canary.lower() in line.lower() and table not in COUNTED and not (table in KEPT_IDS and _is_id(canary))
    ]
    assert left == [], "\n".join(map(str, left))
