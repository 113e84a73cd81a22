"""TRUST S20: an address of PostgreSQL means what libpq's users expect of it, or is refused with what to write."""

import asyncio

import pytest

from service.cli import database as start
from service.db.servers import ServerFinder
from service.db.startup.address import read_address
from service.errors import ConfigurationError

pytestmark = pytest.mark.promise("S20")

SECRET = "s3cret"
MISTAKES = {
    f"postgresql://u:p@{SECRET}@db/askonce": "%40 for @",
    f"postgresql://u:p@{SECRET}/@db/askonce": "%2F for /",
    f"postgresql://u:p/{SECRET}@db/askonce": "%2F for /",
    f"postgresql://u:7/{SECRET}@db/askonce": "%2F for /",
    f"postgresql://u:p#{SECRET}@db/askonce": "%23 for #",
    f"postgresql://u:p?{SECRET}@db/askonce": "%3F for ?",
    f"postgresql://u:7?{SECRET}@db/askonce?sslmode=require": "%3F for ?",
    f"postgresql://u:p[{SECRET}@db/askonce": "%5B for [",
    f"u:{SECRET}@db/askonce": "write postgresql:// before it",
    f"postgresql:/u:{SECRET}@db/askonce": "write postgresql:// before it",
    f"host=db user=u password={SECRET} dbname=askonce": "not as name=value",
    f"postgres+asyncpg://u:{SECRET}@db/askonce": "in place of postgres+asyncpg://",
    f"postgresql+psycopg://u:{SECRET}@db/askonce": "in place of postgresql+psycopg://",
    f"jdbc:postgresql://db/askonce?user=u&password={SECRET}": "without jdbc:",
    f"mysql://u:{SECRET}@db/askonce": "in place of mysql://",
    f"{SECRET} odd://db/askonce": "percent-encoded",
    "redis://db:6379/0": "ASKONCE_REDIS_URL",
    "rediss+cluster://db:6379": "ASKONCE_REDIS_URL",
    f"postgresql://u:{SECRET}@db": "names no database",
    f"postgresql://u:{SECRET}@db/?sslmode=require": "names no database",
    f"postgresql://u:{SECRET}@db:99999/askonce": "a port is a number from 1 to 65535",
    f"postgresql://u:{SECRET}@db:zero/askonce": "a port is",
    f"postgresql://u:{SECRET}@db:0/askonce": "a port is",
    f"postgresql://u:{SECRET}@/askonce?host=/run&port=none": "a port is",
    "postgresql://db/askonce?sslmode": "sslmode has no value",
    "postgresql://db/askonce?connect_timeout=soon": "whole number of seconds",
    "postgresql://db/askonce?ssl=true": "write sslmode=require",
    "postgresql://db/askonce?sslrootcert=system": "sslmode=verify-full",
    "postgresql://db/askonce?keepalives_idle=30": "leave it away",
    "postgresql://db/askonce?tcp_user_timeout=9": "leave it away",
    "postgresql://db/askonce?hostaddr=192.0.2.1": "in the place of the host",
    "postgresql://db/askonce?gssencmode=require": "not supported",
    "postgresql://db/askonce?channel_binding=require": "not supported",
    "postgresql://db/askonce?load_balance_hosts=random": "the one that takes writes",
    "postgresql://db/askonce?target_session_attrs=standby": "the server that takes writes",
    "postgresql://db/askonce?client_encoding=latin1": "UTF8",
    "postgresql://db/askonce?schema=shop": "options=-csearch_path%3DNAME",
    "postgresql://db/askonce?pgbouncer=true": "ASKONCE_DATABASE_DIRECT_URL",
    "postgresql://db/askonce?pool_size=9": "ASKONCE_DATABASE_CONNECTIONS",
}


@pytest.mark.parametrize(("url", "advice"), MISTAKES.items())
def test_an_address_that_cannot_be_meant_so_is_refused_with_what_to_write(url, advice):
    with pytest.raises(ConfigurationError) as refused:
        read_address(url, "ASKONCE_DATABASE_DIRECT_URL")
    said = refused.value.detail
    assert said.startswith("ASKONCE_DATABASE_DIRECT_URL cannot be used: ")
    assert advice in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p%40%2F%25@db:5432/askonce",
        "POSTGRESQL://db/askonce",
        " postgresql://db/askonce\n",
        "postgresql://u:a%b:c+d@db1,db2:6432/askonce",
        "postgresql://u@[::1]:5432/askonce",
        "postgresql:///askonce?host=/run/postgresql&user=u",
        "postgresql://u@%2Frun%2Fpostgresql:5432/askonce",
        "postgresql://db?dbname=askonce",
        "postgresql://db/?service=shop",
        "postgresql://db/askonce?options=-csearch_path%3Dshop&citus.override_table_visibility=off",
    ],
)
def test_an_address_of_libpq_is_taken(url):
    assert read_address(url).url.lower().startswith("postgres")


def test_the_database_of_the_environment_is_taken_as_libpq_does(monkeypatch):
    monkeypatch.setenv("PGDATABASE", "askonce")
    assert read_address("postgresql://db").url == "postgresql://db"


def test_a_plus_in_an_option_is_a_plus():
    assert (
        read_address("postgresql://db/a?password=a+b&user=a%20b").url == "postgresql://db/a?password=a%2Bb&user=a%20b"
    )


def test_a_plus_among_the_options_of_the_session_is_the_blank_of_those_who_encode_forms():
    assert read_address("postgresql://db/a?options=-c+a%3Db").url == "postgresql://db/a?options=-c%20a%3Db"


def test_an_option_that_a_template_left_empty_says_nothing():
    assert read_address("postgresql://db/a?sslmode=prefer&application_name=").url == "postgresql://db/a?sslmode=prefer"


async def test_options_of_libpq_do_what_they_say_or_nothing(database_url):
    options = "connect_timeout=3&gssencmode=prefer&channel_binding=prefer&target_session_attrs=primary&sslsni=1"
    finder = ServerFinder(f"{database_url}&application_name=shop%2B1&{options}&options=-csearch_path%3Dshop")
    connection = await finder.connect(timeout=5, server_settings={"application_name": "askonce"})
    assert [await connection.fetchval(f"SHOW {name}") for name in ("application_name", "search_path")] == [
        "shop+1",
        "shop",
    ]
    await connection.close()


async def refusal(url: str) -> str:
    """What a start says of this address."""
    with pytest.raises(ConfigurationError) as refused:
        await start._connect(url, "ASKONCE_DATABASE_URL")
    return refused.value.detail


async def test_a_redis_at_the_port_of_postgresql_is_said_to_be_one(monkeypatch):
    async def redis(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not (said := await reader.read(100)).endswith(b"PING\r\n") and said:
            pass
        writer.write(b"-NOAUTH Authentication required.\r\n")
        writer.close()

    monkeypatch.setattr(start, "CONNECT_TRY_S", 0.1)
    async with await asyncio.start_server(redis, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        assert (await refusal(f"postgresql://u@{host}:{port}/askonce")).startswith(
            "A Redis answers at the host and port"
        )


@pytest.mark.parametrize(
    ("place", "reason"),
    [("/askonce?host=/nowhere", "there is no such socket"), ("127.0.0.1:1/askonce", "nothing listens")],
)
async def test_a_server_that_is_away_is_waited_for_and_then_named_with_the_reason(monkeypatch, place, reason):
    monkeypatch.setattr(start, "CONNECT_TIMEOUT_S", 0.0)
    assert reason in await refusal(f"postgresql://u@{place}")
