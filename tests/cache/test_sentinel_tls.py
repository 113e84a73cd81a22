"""Sentinels that speak TLS and ask for a password, before a Redis that speaks TLS."""

import subprocess

import pytest

from tests.cache.certificates import Authority
from tests.cache.own_redis import OwnRedis
from tests.cache.test_cache_address import DEBIANS, free_port, reason, works

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DEBIANS.exists(), reason=f"{DEBIANS} is absent: the packaged server speaks no TLS"),
]


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def guarded(authority, tmp_path, monkeypatch):
    """The address of a Sentinel that asks for the password `secret`, without options."""
    monkeypatch.setenv("ASKONCE_TEST_REDIS_BINARY", str(DEBIANS))
    certificate, key = authority.sign("server")
    named = {"cert-file": certificate, "key-file": key, "ca-cert-file": authority.certificate, "auth-clients": "no"}
    port, primary = free_port(), free_port()
    redis = OwnRedis(
        "--tls-port", str(primary), *(word for name, one in named.items() for word in (f"--tls-{name}", str(one)))
    )
    lines = ["port 0", f"tls-port {port}", "tls-replication yes", *(f"tls-{name} {one}" for name, one in named.items())]
    lines += ["requirepass secret", f"dir {tmp_path}", f"sentinel monitor askonce 127.0.0.1 {primary} 1"]
    (tmp_path / "sentinel.conf").write_text("\n".join(lines) + "\n")
    command = [str(DEBIANS), str(tmp_path / "sentinel.conf"), "--sentinel"]
    sentinel = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert any("+monitor master askonce" in line for line in sentinel.stdout)
    yield f"rediss+sentinel://127.0.0.1:{port}/askonce"
    sentinel.kill()
    sentinel.communicate()
    redis.remove()


async def test_the_primary_is_found_over_tls_with_the_password_of_the_sentinels(guarded, authority):
    assert await works(f"{guarded}?ssl_ca_certs={authority.certificate}&sentinel_password=secret")


@pytest.mark.parametrize("password", ["", "&sentinel_password=wrong"])
async def test_a_password_of_the_sentinels_that_is_missing_or_wrong_is_named(guarded, authority, password):
    told = await reason(f"{guarded}?ssl_ca_certs={authority.certificate}{password}")
    assert "the Sentinels in ASKONCE_REDIS_URL ask for a password, or refuse it" in told


async def test_a_sentinel_with_a_certificate_that_is_not_trusted_is_named(guarded):
    assert "TLS refuses the certificate" in await reason(f"{guarded}?sentinel_password=secret")
