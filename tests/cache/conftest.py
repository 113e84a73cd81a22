"""Every test here speaks to a Redis-protocol server, and is run against more than one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cache.own_redis import OwnRedis

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("cache")


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    """A running server that this test may break."""
    redis = OwnRedis()
    yield redis
    redis.remove()
