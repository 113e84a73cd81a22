"""`askonce retention`."""

import asyncio

import asyncpg
import pytest

pytestmark = pytest.mark.slow

OLD_FACT = """
    WITH old AS (
        INSERT INTO customer (customer_id, version, since, interactions, last_registered_at)
        VALUES (gen_random_uuid(), 1, '2010-01-01', 0, '2010-01-01')
        RETURNING customer_id
    )
    INSERT INTO fact (customer_id, name, value, source, at, verified, version, vouched)
    SELECT customer_id, 'color', '"red"', 'crm', '2010-01-01T12:00Z', false, 1, false FROM old
"""


async def know_something_old(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(OLD_FACT)
    await connection.close()


def test_a_dry_run_says_what_would_go_and_the_run_what_went(askonce, own_database):
    askonce("migrate", **own_database)
    asyncio.run(know_something_old(own_database["database_url"]))
    told = askonce("retention", "--dry-run", **own_database).stdout.splitlines()
    assert "facts\tfact_days\t2190\t1\t2010-01-01T12:00:00+00:00\t0" in told
    assert askonce("retention", **own_database).stdout.splitlines() == ["category\tdeleted", "facts\t1"]
    assert "facts\tfact_days\t2190\t0\t-\t0" in askonce("retention", "--dry-run", **own_database).stdout
