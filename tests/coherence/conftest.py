"""Several processes of the service, each with its own way to Redis and to PostgreSQL; time passes as it does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.cache.cluster import connect_cache
from service.context.reader import ContextReader
from service.db.pool import Database
from service.model.clock import Clock
from service.worker.relay import drop_undropped_views, relay_outbox
from tests.cache.own_redis import OwnRedis
from tests.context.conftest import Company
from tests.faults.proxy import TcpProxy
from tests.patience import until

HERE = Path(__file__).parent
BOUND_S = 2.0
"""D19: no view is older than a write that was acknowledged so long ago."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("cache")


class Process(Company):
    """One process that watches, with a relay that runs when it is told to."""

    async def sees(self, version: int) -> bool:
        """Whether a desk of this process is shown Anna's context at this version, and no mark that it may be old."""
        answer = await self.lookup()
        return answer.version == version and not answer.stale

    async def sees_in_time(self, version: int) -> None:
        """Return when the version is seen; fail after the bound. From then on every look-up must show it."""
        await until(lambda: self.sees(version), seconds=BOUND_S)
        assert all([await self.sees(version) for _ in range(20)])

    async def is_trusting(self) -> None:
        """Return when cached views are served without a look at the database."""
        await until(lambda: self.reader.cache.is_trusted)

    async def relay(self) -> None:
        """What a worker of this process's host does now."""
        rooms = Rooms(
            settings=self.settings, clock=Clock(), database=self.database, cache=self.redis, reader=self.reader
        )
        await relay_outbox(worker_dependencies(rooms))
        await drop_undropped_views(worker_dependencies(rooms))

    async def close(self) -> None:
        """End as a process does."""
        await self.reader.trust.stop()
        self.redis.close()
        await self.database.close()


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def process(database_url, settings, clock) -> AsyncIterator[Start]:
    """A function that starts a process on a Redis, and on the test's database unless told another."""
    started: list[Process] = []

    async def start(redis_url: str, database_url: str = database_url) -> Process:
        database = await Database.connect(database_url, connections=4)
        one = Process(database, await connect_cache(redis_url), settings, clock)
        assert isinstance(one.reader, ContextReader)
        started.append(one)
        await one.reader.trust.start()
        return one

    yield start
    for one in started:
        await one.close()


@pytest.fixture
def new_redis():
    """A function that starts a Redis."""
    made: list[OwnRedis] = []

    def start(*options: str) -> OwnRedis:
        made.append(OwnRedis(*options))
        return made[-1]

    yield start
    for redis in made:
        redis.remove()


@pytest.fixture
async def way(new_redis) -> AsyncIterator[tuple[OwnRedis, TcpProxy]]:
    """A Redis, and a proxy that leads to it."""
    redis = new_redis()
    proxy = TcpProxy(redis.socket)
    await proxy.start()
    yield redis, proxy
    await proxy.remove()
