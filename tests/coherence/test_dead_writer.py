"""D7: how long a view is old after the process that wrote has died between its commit and the drop of the views."""

import asyncio
import time

import pytest

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.model.clock import Clock
from service.worker.run import run_worker
from tests.patience import until

ROUNDS = 10

pytestmark = [pytest.mark.slow, pytest.mark.promise("D7")]


@pytest.fixture
async def worker(process, new_redis):
    """A process whose worker runs as `askonce worker` does."""
    one = await process(new_redis().url)
    rooms = Rooms(settings=one.settings, clock=Clock(), database=one.database, cache=one.redis, reader=one.reader)
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(worker_dependencies(rooms), stop))
    yield one
    stop.set()
    await working


async def is_cached(worker) -> bool:
    return (await worker.lookup()).source == "cache"


async def test_a_writer_that_dies_before_its_drop_leaves_an_old_view_for_a_second_at_most(worker, measured):
    registered, old_for_s = await worker.register(), []
    for number in range(ROUNDS):
        await until(lambda: is_cached(worker))
        sql = "UPDATE customer SET name = $2 WHERE customer_id = $1"
        version = await worker.change(registered.customer_id, sql, registered.customer_id, str(number), drop=False)
        committed_at = time.monotonic()
        await until(lambda version=version: worker.sees(version))
        old_for_s.append(time.monotonic() - committed_at)
    measured("D7", "oldest view after a writer died", max(old_for_s), "s")
    assert max(old_for_s) < 1
