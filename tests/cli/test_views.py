"""`askonce rebuild` and `askonce verify`."""

import asyncpg
import pytest
import redis

from service.context.cache import pack_views, unpack_views
from service.model.ids import new_id

pytestmark = pytest.mark.slow


@pytest.fixture
async def customers(askonce, own_database):
    """Three customers, whose views are not cached."""
    askonce("migrate", **own_database)
    made = [new_id() for _ in range(3)]
    connection = await asyncpg.connect(own_database["database_url"])
    await connection.executemany(
        "INSERT INTO customer (customer_id, version, since) VALUES ($1, 1, now())", [(made_id,) for made_id in made]
    )
    await connection.close()
    return made


@pytest.fixture
def cached(own_database):
    with redis.Redis.from_url(own_database["redis_url"]) as client:
        yield lambda customer_id: (client, next(client.scan_iter(f"ctx:{{{customer_id}}}:*")))


@pytest.mark.promise("D6")
def test_every_customers_views_are_cached_by_a_rebuild_and_equal_the_records(askonce, own_database, customers):
    assert askonce("verify", **own_database).stdout == "3 customers: 3 absent, 0 equal, 0 older, 0 different\n"
    assert askonce("rebuild", customers[0], **own_database).stdout == "1 customers cached\n"
    assert askonce("rebuild", **own_database).stdout == "3 customers cached\n"

    verified = askonce("verify", **own_database)
    assert verified.stdout == "3 customers: 0 absent, 3 equal, 0 older, 0 different\n"
    assert (verified.returncode, verified.stderr) == (0, "")


async def test_identities_of_an_earlier_version_are_brought_to_the_spelling_of_this_one(
    askonce, own_database, customers
):
    connection = await asyncpg.connect(own_database["database_url"])
    numbers = ("+551187654321", "+5511987654321", "+576012281260")
    await connection.executemany(
        "INSERT INTO identity VALUES ('phone', $1, $2, false, 'import', now())", zip(numbers, customers, strict=True)
    )
    await connection.execute("UPDATE identity SET value = '+5712281260' WHERE value = '+576012281260'")
    ended = askonce("rebuild", "--identities", **own_database)
    assert ended.stdout == "1 identities respelled, 1 that two customers have\n"
    assert ended.stderr == f"{customers[0]} and {customers[1]} have the same identity\n"
    assert await connection.fetchval("SELECT customer_id FROM identity WHERE value = '+576012281260'") == customers[2]
    await connection.close()


@pytest.mark.promise("D6")
async def test_a_view_that_is_not_what_the_records_give_is_found(askonce, own_database, customers, cached):
    askonce("rebuild", **own_database)
    client, key = cached(customers[0])
    views = unpack_views(client.hget(key, "views"))
    client.hset(key, "views", pack_views(views | {"bot": views["bot"].replace(b'"version":1', b'"version":2')}))
    connection = await asyncpg.connect(own_database["database_url"])
    await connection.execute("UPDATE customer SET version = 2 WHERE customer_id = $1", customers[1])
    await connection.close()

    verified = askonce("verify", **own_database)
    assert verified.returncode == 1
    assert verified.stdout == "3 customers: 0 absent, 1 equal, 1 older, 1 different\n"
    assert verified.stderr.splitlines() == [
        f"{customers[0]}: what is cached is different",
        f"{customers[1]}: what is cached is older",
    ]


def test_without_redis_nothing_can_be_compared(askonce, own_database):
    ended = askonce("verify", **own_database | {"redis_url": "redis://127.0.0.1:1"})
    assert ended.returncode == 1
    assert "Redis cannot be reached" in ended.stderr
