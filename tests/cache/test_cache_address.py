"""The way to Redis: encrypted, with rights, and with a reason in the log when it does not lead there."""

import socket
from pathlib import Path

import pytest
import uvloop
from structlog.testing import capture_logs

from service.cache.address import RIGHTS, check_address
from service.cache.client import Cache
from service.errors import ConfigurationError
from tests.cache.certificates import Authority
from tests.cache.own_redis import OwnRedis

DEBIANS = Path("/usr/bin/redis-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def encrypted(authority, monkeypatch):
    """A function that starts a Redis with TLS and names its address without a scheme."""
    if not DEBIANS.exists():
        pytest.skip(f"{DEBIANS} is absent: the packaged server speaks no TLS")
    monkeypatch.setenv("ASKONCE_TEST_REDIS_BINARY", str(DEBIANS))
    running = []

    def start(*, host: str = "127.0.0.1", clients: str = "no") -> str:
        port, (certificate, key) = free_port(), authority.sign("server", host)
        files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority.certificate]
        running.append(OwnRedis("--tls-port", str(port), *map(str, files), "--tls-auth-clients", clients))
        return f"127.0.0.1:{port}/0"

    yield start
    for one in running:
        one.remove()


@pytest.fixture
def guarded():
    """A Redis whose default user has a password, and whose users `reader` and `askonce` have some rights and all."""
    users = ["default on >secret ~* +@all", "reader on >secret ~* +@read +info +select", f"askonce on >secret {RIGHTS}"]
    redis = OwnRedis(*(word for user in users for word in ("--user", *user.split())))
    yield redis
    redis.remove()


async def reason(url: str) -> str:
    """What the log says when a cache does not come about."""
    with capture_logs() as logs:
        cache = await Cache.connect(url)
        cache.close()
    assert not cache.available
    (told,) = [log["reason"] for log in logs if log["event"] == "cache_unavailable"]
    return told


async def works(url: str) -> bool:
    cache = await Cache.connect(url)
    await cache.send("SET", "ctx:test", "stored", "PX", 1000)
    stored = await cache.send("GET", "ctx:test")
    cache.close()
    return stored == b"stored"


async def test_an_encrypted_redis_whose_authority_is_named_is_used(encrypted, authority):
    assert await works(f"rediss://{encrypted()}?ssl_ca_certs={authority.certificate}")


def test_an_encrypted_redis_is_used_by_the_loop_that_serves(encrypted, authority):
    assert uvloop.run(works(f"rediss://{encrypted()}?ssl_ca_certs={authority.certificate}"))


async def test_a_redis_that_asks_for_a_certificate_gets_ours(encrypted, authority):
    certificate, key = authority.sign("client")
    url = f"rediss://{encrypted(clients='yes')}?ssl_ca_certs={authority.certificate}"
    assert "ask for a certificate" in await reason(url)
    assert await works(f"{url}&ssl_certfile={certificate}&ssl_keyfile={key}")


async def test_a_certificate_that_nobody_we_know_has_signed_is_refused_unless_told_otherwise(encrypted):
    address = encrypted()
    assert "TLS refuses the certificate" in await reason(f"rediss://{address}")
    assert await works(f"rediss://{address}?ssl_cert_reqs=none")


async def test_a_certificate_of_another_host_is_refused_unless_told_otherwise(encrypted, authority):
    url = f"rediss://{encrypted(host='192.0.2.1')}?ssl_ca_certs={authority.certificate}"
    assert "correct the host's name" in await reason(url)
    assert await works(f"{url}&ssl_check_hostname=false")


async def test_the_wrong_one_of_two_ports_is_named(encrypted, authority):
    assert "rediss://" in await reason(f"redis://{encrypted()}")
    plain = OwnRedis("--port", str(port := free_port()))
    assert "redis://" in await reason(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority.certificate}")
    plain.remove()


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("", "asks for a password"),
        (":wrong@", "refuses the user or the password"),
        ("stranger:secret@", "refuses the user or the password"),
        ("reader:secret@", f"lacks rights: ACL SETUSER must give it {RIGHTS}"),
    ],
)
async def test_a_password_or_a_right_that_is_missing_is_named(guarded, user, words):
    assert words in await reason(guarded.url.replace("unix://", f"unix://{user}"))


async def test_the_rights_that_are_named_are_enough(guarded):
    assert await works(guarded.url.replace("unix://", "unix://askonce:secret@"))


async def test_a_port_where_nothing_listens_and_a_host_without_an_address_are_named():
    assert "nothing listens" in await reason(f"redis://127.0.0.1:{free_port()}/0")
    assert "has no address" in await reason("redis://redis.invalid:6379/0")


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://localhost",
        "redis://:se/cret@localhost:6379/0",
        "rediss://localhost?ssl_ca_certs=/absent.pem",
        "rediss://localhost?ssl_certfile=/absent.pem",
        "rediss://localhost?ssl_cert_reqs=perhaps",
        "rediss://localhost?ssl_ca_cert=/misspelt.pem",
    ],
)
@pytest.mark.promise("S20")
def test_an_address_that_can_never_work_is_refused_at_the_start_without_its_password(url):
    """S20."""
    with pytest.raises(ConfigurationError, match="ASKONCE_REDIS_URL") as refused:
        check_address(url)
    assert "se/" not in refused.value.detail
