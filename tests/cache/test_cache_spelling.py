"""TRUST S20: what is misspelt in the address of Redis is said at the start, with what to write."""

import pytest
from structlog.testing import capture_logs

from service.cache.address import check_address
from service.cache.client import Cache
from service.errors import ConfigurationError
from tests.cache.own_redis import OwnRedis

pytestmark = pytest.mark.promise("S20")

SECRET = "s3cret"
MISTAKES = {
    "localhost": "write redis:// before the host",
    f":{SECRET}@cache:6379/0": "write redis:// before the host",
    "//cache:6379": "write redis:// before the host",
    f"redis::{SECRET}@cache:6379": "write redis:// before the host",
    "/run/valkey.sock": "write unix://",
    "postgresql://cache/askonce": "ASKONCE_DATABASE_URL",
    f"valkey://:{SECRET}@cache:6379/0": "write redis:// in its place",
    f"redis://:{SECRET}@cache1:6379,cache2:6379/0": "redis+cluster://",
    f"redis://:{SECRET}@cache/askonce": "the number of a database",
    "redis://cache/-1": "the number of a database",
    "redis://cache/0/1": "the number of a database",
    "redis://cache?db=askonce": "the number of a database",
    f"redis://:{SECRET}@cache/0?ssl=true": "write rediss:// in place of redis://",
    "redis://cache/0?decode_responses=True": "decode_responses means nothing here",
    "redis+cluster://cache1,cache2?timeout=3": "timeout means nothing here",
    f"redis://:p@a?{SECRET}&x@cache:6379/0": "%3F",
    f"redis://u:p/{SECRET}@cache/0": "%2F",
    f"redis://u:p?{SECRET}@cache/0": "%2F",
    f"redis://u:p#{SECRET}@cache/0": "%2F",
}


@pytest.mark.parametrize(("url", "advice"), MISTAKES.items())
def test_an_address_that_is_misspelt_is_refused_with_what_to_write(url, advice):
    with pytest.raises(ConfigurationError) as refused:
        check_address(url)
    assert advice in refused.value.detail
    assert SECRET not in refused.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache",
        " redis://u:p%40@cache:6379/15\n",
        "REDIS://cache/",
        "redis://cache?db=3&username=u&password=p",
        "rediss://cache/0?ssl_cert_reqs=none",
        "unix:///run/valkey.sock?db=1",
        "redis+sentinel://u:p@one:26379,two:26379/shop/1?sentinel_user=u&sentinel_password=p",
        "redis+cluster://one:6379,two:6379/0",
    ],
)
def test_an_address_that_is_right_is_taken(url):
    check_address(url)


@pytest.mark.parametrize(("policy", "warnings"), [("noeviction", 1), ("volatile-lru", 0)])
async def test_a_redis_that_refuses_what_is_new_once_it_is_full_is_warned_of(policy, warnings):
    redis = OwnRedis("--maxmemory", "100mb", "--maxmemory-policy", policy)
    with capture_logs() as logs:
        (await Cache.connect(redis.url)).close()
    redis.remove()
    assert [line["event"] for line in logs].count("cache_evicts_nothing") == warnings
