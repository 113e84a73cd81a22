"""One address may name several servers; the one that takes writes is found, whatever the others do."""

import pytest

from service.db.pool import Database
from service.db.servers import server_urls
from tests.wire import Wire


@pytest.mark.parametrize(
    ("address", "servers"),
    [
        ("postgresql://u:p%40@db/askonce?a=b", ["postgresql://u:p%40@db/askonce?a=b"]),
        ("postgresql://u@db1:1,[::1]:2/a", ["postgresql://u@db1:1/a", "postgresql://u@[::1]:2/a"]),
        ("postgresql://db1,db2/a?sslmode=require", [f"postgresql://db{n}/a?sslmode=require" for n in (1, 2)]),
        ("postgresql://u@/a?host=x,y", ["postgresql://u@/a?host=x", "postgresql://u@/a?host=y"]),
        ("postgresql://u@/a?host=x,y&port=1", ["postgresql://u@/a?host=x&port=1", "postgresql://u@/a?host=y&port=1"]),
        ("postgresql://u@/a?host=x,y&port=1,2", ["postgresql://u@/a?host=x&port=1", "postgresql://u@/a?host=y&port=2"]),
    ],
)
def test_an_address_names_its_servers_in_order(address, servers):
    assert server_urls(address) == servers


@pytest.mark.promise("D11")
async def test_a_server_that_hangs_does_not_hide_the_next_one(database_url):
    """D11: a machine that vanished answers nothing, not even that it is gone."""
    dead, alive = Wire(database_url), Wire(database_url)
    await dead.mend()
    await alive.mend()
    dead.freeze()
    database = await Database.connect(both(dead, alive), connections=2)
    async with database.connection() as connection, database.connection():
        assert await connection.fetchval("SELECT 1") == 1
    await database.close()
    await alive.remove()
    await dead.remove()


def both(first: Wire, second: Wire) -> str:
    """The address of both, in this order."""
    head, _, query = first.url.partition("?")
    hosts = [wire.url.partition("host=")[2].partition("&")[0] for wire in (first, second)]
    return f"{head}?host={','.join(hosts)}&{query.partition('&')[2]}"
