"""The rights that the guide of operators gives a user of Redis are enough for the whole service, and its passwords change."""

import re

import pytest

from service.app.rooms import Rooms
from service.cache.address import RIGHTS
from service.cache.client import Cache
from service.context.guidance.guide import CurrentGuide
from service.context.reader import ContextReader
from service.db.pool import Database
from service.insight.guide import guide_loader
from tests.cache.own_redis import OwnRedis
from tests.house.place import text

LINE = re.search(r"`ACL SETUSER (askonce on >secret [^`]+)`", text("docs/guides/operate.md"))[1]


@pytest.fixture
def redis():
    """A Redis whose user `askonce` has what the guide gives it, and whose default user may ask what was denied."""
    users = ("default on nopass ~* +@all", LINE)
    redis = OwnRedis(*(word for user in users for word in ("--user", *user.split())))
    yield redis
    redis.remove()


@pytest.fixture
async def owner(redis):
    """The way of whoever owns the Redis."""
    owner = await Cache.connect(redis.url)
    yield owner
    owner.close()


@pytest.fixture
async def cache(redis, owner):
    """The service's way, by the rights of the guide; nothing was denied when it is closed."""
    cache = await Cache.connect(redis.url.replace("unix://", "unix://askonce:secret@"))
    assert cache.available
    yield cache
    cache.close()
    assert await owner.send("ACL", "LOG") == []


@pytest.fixture
async def rooms(database: Database, cache: Cache, settings, clock) -> Rooms:
    reader = ContextReader(database, cache, settings, guidance=CurrentGuide(guide_loader(settings)))
    await reader.trust.check()
    return Rooms(settings=settings, clock=clock, database=database, cache=cache, reader=reader)


def test_the_guide_and_the_sentence_of_the_log_name_the_same_rights():
    assert f"askonce on >secret {RIGHTS}" == LINE


async def test_the_service_reads_writes_and_drops_with_these_rights(desk, owner):
    await desk.register()
    assert [(await desk.look_up()).json()["version"] for _ in range(3)] == [1, 1, 1]
    assert await owner.send("DBSIZE") > 0
    await desk.register(source_event_id="m-2")
    assert (await desk.look_up()).json()["version"] == 2
    assert (await desk("console", "GET", "/health/ready")).json()["degraded"] == []


async def test_a_user_has_two_passwords_while_one_is_exchanged(redis, owner, cache):
    await owner.send("ACL", "SETUSER", "askonce", ">new")
    renewed = await Cache.connect(redis.url.replace("unix://", "unix://askonce:new@"))
    await owner.send("ACL", "SETUSER", "askonce", "<secret")
    assert (renewed.available, cache.available) == (True, True)
    renewed.close()
