"""The way to PostgreSQL over TLS: certificates are checked, and what fails is said at once with the setting."""

import pytest

from service.cli.database import prepare_database
from service.db.pool import Database
from service.errors import ConfigurationError
from service.settings.model import Settings
from tests.cache.certificates import Authority
from tests.cache.test_cache_address import free_port
from tests.db.own_postgres import OwnPostgres, debians_binaries

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        debians_binaries() is None, reason="Debian's postgresql is absent: the packaged one speaks no TLS"
    ),
]
TLS_ALONE = "hostssl all all 127.0.0.1/32 trust\n"
WITH_CERTIFICATE = "hostssl all all 127.0.0.1/32 cert\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def start(authority):
    """A function that starts a PostgreSQL and gives its address."""
    running = []

    def run(access: str = TLS_ALONE, *, host: str = "127.0.0.1", ssl: bool = True) -> str:
        port, files = free_port(), (*authority.sign("server", host), authority.certificate)
        running.append(OwnPostgres(debians_binaries(), port, access, files=files, ssl=ssl))
        return f"postgresql://askonce@127.0.0.1:{port}/postgres"

    yield run
    for one in running:
        one.remove()


@pytest.fixture(scope="module")
def encrypted(start):
    return start()


async def refusal(url: str) -> str:
    """What a start says of this address."""
    with pytest.raises(ConfigurationError) as refused:
        await prepare_database(Settings(database_url=url, redis_url="redis://unused"))
    return refused.value.detail


async def is_encrypted(url: str) -> bool:
    database = await Database.connect(url, connections=2)
    async with database.connection() as connection:
        found = await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await database.close()
    return bool(found)


async def test_a_database_whose_authority_is_named_is_used_encrypted(encrypted, authority):
    url = f"{encrypted}?sslmode=verify-full&sslrootcert={authority.certificate}"
    assert await prepare_database(Settings(database_url=url, redis_url="redis://unused"))
    assert await is_encrypted(url)


async def test_a_certificate_of_an_unknown_authority_is_refused_at_once(encrypted, tmp_path):
    said = await refusal(f"{encrypted}?sslmode=verify-full&sslrootcert={Authority(tmp_path).certificate}")
    assert said.startswith("TLS refuses the certificate of PostgreSQL (")
    assert "name its authority by sslrootcert in ASKONCE_DATABASE_URL" in said


async def test_a_certificate_of_another_host_is_refused_at_once(start, authority):
    url = f"{start(host='192.0.2.1')}?sslrootcert={authority.certificate}"
    assert "or correct the host's name" in await refusal(f"{url}&sslmode=verify-full")
    assert await is_encrypted(f"{url}&sslmode=verify-ca")


async def test_a_connection_in_plain_text_to_a_database_that_wants_tls_is_said(encrypted):
    said = await refusal(f"{encrypted}?sslmode=disable")
    assert "with or without TLS" in said
    assert "no encryption" in said


async def test_a_database_without_tls_is_refused_where_tls_is_asked_for(start):
    url = start("host all all 127.0.0.1/32 trust\n", ssl=False)
    said = await refusal(f"{url}?sslmode=require")
    assert said == "PostgreSQL speaks no TLS, which sslmode in ASKONCE_DATABASE_URL asks for: set `ssl = on` there."


async def test_a_database_that_asks_for_a_certificate_gets_ours(start, authority):
    url = f"{start(WITH_CERTIFICATE)}?sslmode=verify-full&sslrootcert={authority.certificate}"
    assert "certificate" in await refusal(url)
    certificate, key = authority.sign("askonce")
    assert await is_encrypted(f"{url}&sslcert={certificate}&sslkey={key}")


async def test_a_file_of_an_authority_that_is_absent_is_named(encrypted):
    said = await refusal(f"{encrypted}?sslmode=verify-full&sslrootcert=/absent/authority.pem")
    assert said == "sslrootcert in ASKONCE_DATABASE_URL: /absent/authority.pem is absent or cannot be read."


async def test_an_unknown_mode_of_tls_is_said_as_such(encrypted):
    assert "The options of TLS in ASKONCE_DATABASE_URL cannot be used: " in await refusal(f"{encrypted}?sslmode=maybe")
