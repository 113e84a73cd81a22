"""A file of customers that are there already: read a chunk at a time, and stored as if each came alone."""

import json

import pytest

from service.db.change import SYSTEM_KEY_ID
from service.imports.customers import CustomerImporter
from service.imports.record import FileRecord
from tests.fixtures import NOW

PHONE = {"kind": "phone", "value": "0171 1234567"}


def number(one: int, **more: object) -> dict[str, object]:
    return {"kind": "customer_number", "value": f"K-{one}", **more}


async def bring(connection, *stated: dict):
    """What becomes of a chunk of these records."""
    chunk = [FileRecord(number=n, line=n, raw=json.dumps(one).encode()) for n, one in enumerate(stated, 1)]
    return await CustomerImporter(key_id=SYSTEM_KEY_ID, region="DE")(connection, chunk, NOW)


def people(count: int, **fields: object) -> list[dict]:
    return [{"identities": [number(one)], "name": f"Customer {one}"} | fields for one in range(count)]


@pytest.fixture
async def connection(database):
    async with database.transaction() as connection:
        yield connection


async def sent(connection, *stated: dict) -> tuple[object, int]:
    """What becomes of a chunk, and how many statements it takes."""
    statements = []
    with connection.query_logger(statements.append):
        result = await bring(connection, *stated)
    return result, len(statements)


async def test_a_file_that_comes_again_is_read_by_three_statements_and_changes_nothing(connection):
    await bring(connection, *people(50))
    result, statements = await sent(connection, *people(50))
    assert (result.known, result.stored, result.changed, statements) == (50, 0, {}, 3)


async def test_news_of_many_customers_take_as_many_statements_as_that_of_one(connection):
    await bring(connection, *people(50))
    news = people(50, language="de", segments=["vip, gold", "new"])
    await bring(connection, news[0])
    (_, alone), (result, together) = await sent(connection, news[1]), await sent(connection, *news[2:])
    assert (result.stored, together, alone) == (48, 6, 6)
    row = await connection.fetchrow("SELECT DISTINCT version, language, segments FROM customer")
    assert tuple(row) == (2, "de", ["vip, gold", "new"])


async def test_what_several_records_of_one_customer_say_counts_in_their_order(connection):
    await bring(connection, *people(1))
    names = [{"identities": [number(0)], "name": name} for name in ("Anna", "Berta", "Berta", "Cora")]
    result = await bring(connection, *names)
    assert (result.stored, result.known) == (3, 1)
    assert await connection.fetchrow("SELECT name, version FROM customer") == ("Cora", 4)


async def test_another_identity_and_a_proof_come_to_the_customers_that_are_there(connection):
    await bring(connection, *people(2))
    proven = {"identities": [number(1, verified=True)]}
    result = await bring(connection, {"identities": [number(0), PHONE]}, proven, {"identities": [PHONE], "name": "A"})
    assert (result.stored, list(result.changed.values())) == (3, [3, 2])
    rows = await connection.fetch("SELECT value, verified, link::text FROM identity ORDER BY value")
    assert list(map(tuple, rows)) == [
        ("+491711234567", False, "proven"),
        ("K0", False, "proven"),
        ("K1", True, "proven"),
    ]
    audit = await connection.fetch("SELECT action FROM change_audit WHERE version > 1 ORDER BY action")
    assert [row["action"] for row in audit] == ["customer.changed", "identity.added", "identity.added"]
