"""S20: an address of a database that cannot serve ends the start with one sentence that says what to do."""

import asyncio

import asyncpg
import httpx
import pytest

from service.db.pool import session_limits
from tests.cli.conftest import serving
from tests.faults.pgbouncer import PgBouncer
from tests.faults.standby import Standby
from tests.registration.events import event_json

pytestmark = [pytest.mark.slow, pytest.mark.promise("S20")]

LIMITS = ",".join(session_limits())


def refused(ended, *words: str) -> bool:
    """One sentence with these words, no traceback, nothing served."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    sentence = ended.stderr.splitlines()[-1]
    assert len([line for line in ended.stderr.splitlines() if line.startswith("Error: ")]) == 1
    return all(word in sentence for word in words)


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "EUC_JP"])
async def test_a_database_that_cannot_hold_every_name_is_refused(askonce, own_database, encoding):
    name = f"{encoding.lower()}_database"
    options = f"ENCODING {encoding} LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
    await execute(own_database["database_url"], f"CREATE DATABASE {name} {options}")
    url = own_database["database_url"].replace("/cli_", f"/{name}?").partition("?")[0]
    query = own_database["database_url"].partition("?")[2]
    ended = askonce("serve", "--port", "0", **own_database | {"database_url": f"{url}?{query}"})
    await execute(own_database["database_url"], f"DROP DATABASE {name}")
    assert refused(ended, encoding, "--encoding=UTF8")


async def test_a_standby_is_refused(askonce, own_database, new_data_dir):
    async with Standby(own_database["database_url"], new_data_dir()) as standby:
        ended = askonce("serve", "--port", "0", **own_database | {"database_url": standby.url})
    assert refused(ended, "ASKONCE_DATABASE_URL leads to a PostgreSQL that takes no writes", "name the primary")


async def test_a_database_that_is_read_only_by_default_is_refused(askonce, own_database):
    name = own_database["database_url"].partition("?")[0].rpartition("/")[2]
    await execute(own_database["database_url"], f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert refused(askonce("migrate", **own_database), "takes no writes")


@pytest.mark.parametrize("ignored", ["", LIMITS])
@pytest.mark.parametrize("pool_mode", ["session", "transaction"])
def test_a_pooler_alone_is_refused(askonce, own_database, pool_mode, ignored):
    with PgBouncer(own_database["database_url"], pool_mode=pool_mode, ignored=ignored) as pooler:
        ended = askonce("serve", "--port", "0", **own_database | {"database_url": pooler.url})
    assert refused(ended, "pooler", "ASKONCE_DATABASE_DIRECT_URL")


def test_two_poolers_are_refused_too(askonce, own_database):
    with PgBouncer(own_database["database_url"]) as pooler:
        urls = {"database_url": pooler.url, "database_direct_url": pooler.url}
        assert refused(askonce("migrate", **own_database | urls), "ASKONCE_DATABASE_DIRECT_URL leads to a pooler")


def test_a_pooler_through_which_the_limits_do_not_hold_is_refused_with_what_to_run(askonce, own_database):
    with PgBouncer(own_database["database_url"]) as pooler:
        urls = {"database_url": pooler.url, "database_direct_url": own_database["database_url"]}
        ended = askonce("serve", "--port", "0", **own_database | urls)
    assert refused(ended, "statement_timeout is 0 and not 3000", "ALTER ROLE CURRENT_USER SET lock_timeout = '2000';")


async def test_a_pooler_to_another_database_is_refused(askonce, own_database, servers):
    with PgBouncer(servers.endpoints.database_url) as pooler:
        urls = {"database_url": pooler.url, "database_direct_url": own_database["database_url"]}
        assert refused(askonce("migrate", **own_database | urls), "lead to different databases")


async def test_a_server_that_ends_transactions_before_a_request_may_is_refused(askonce, own_database):
    name = own_database["database_url"].partition("?")[0].rpartition("/")[2]
    await execute(own_database["database_url"], f"ALTER DATABASE {name} SET transaction_timeout = '1s'")
    assert refused(askonce("migrate", **own_database), "transaction_timeout")


def test_a_direct_address_alone_is_refused(askonce, own_database):
    ended = askonce("migrate", database_direct_url=own_database["database_url"])
    assert refused(ended, "ASKONCE_DATABASE_DIRECT_URL", "ASKONCE_DATABASE_URL")


@pytest.mark.parametrize(("pool_mode", "pool_size"), [("transaction", 3), ("session", 60)])
async def test_through_a_pooler_with_the_limits_at_its_user_everything_works(
    askonce, own_database, pool_mode, pool_size
):
    """By transactions, more connections than the pooler has, so that each meets another server process."""
    name = own_database["database_url"].partition("?")[0].rpartition("/")[2]
    limits = [f"ALTER DATABASE {name} SET {setting} = {value}" for setting, value in session_limits().items()]
    await execute(own_database["database_url"], *limits)
    with PgBouncer(own_database["database_url"], pool_mode=pool_mode, pool_size=pool_size) as pooler:
        urls = {"database_url": pooler.url, "database_direct_url": own_database["database_url"]}
        with serving(**own_database | urls) as service:
            key = askonce("keys", "create", "--role", "admin", "--name", "pooled", **own_database | urls).stdout.strip()
            headers = {"authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=20) as http:
                events = [http.post("/v1/interactions", json=event_json(email=f"{n}@example.de")) for n in range(60)]
                assert {answer.status_code for answer in await asyncio.gather(*events)} == {201}
                reads = [http.post("/v1/context/lookup", json=look_up(f"{n}@example.de")) for n in range(60)]
                assert {answer.status_code for answer in await asyncio.gather(*reads)} == {200}
                assert (await http.get("/health/ready")).json()["degraded"] == []


def look_up(email: str) -> dict:
    return {"identity": {"kind": "email", "value": email}}
