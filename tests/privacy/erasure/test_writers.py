"""A customer is erased while 16 write for them, in every way: no row remains, and none comes back."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from service.errors import AskonceError
from service.registration.batcher import Registrar
from service.registration.prepare import prepare_submission
from tests.fixtures import KEY_ID, NOW
from tests.handoff.examples import queue_json
from tests.registration.events import event

pytestmark = pytest.mark.slow
ANNA = "anna@example.de"
COUNTS = "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM interaction), (SELECT count(*) FROM identity)"


async def _until(stop: asyncio.Event, write, heard: Counter) -> None:
    while not stop.is_set():
        heard[await write()] += 1


def _by_transaction(rooms):
    """A writer with transactions of its own."""
    registrar = Registrar(rooms.database, rooms.drop_views, settings=rooms.settings, clock=rooms.clock)

    async def write() -> str:
        submission = prepare_submission(event(), key_id=KEY_ID, region="DE")
        try:
            await registrar.register(submission)
        except AskonceError as error:
            return type(error).__name__
        return "registered"

    return write


def _over_http(desk, customer_id: str, number: int):
    """A writer over HTTP: one in two by the id of the customer, with handoffs."""
    count = 0

    async def write() -> str:
        nonlocal count
        count += 1
        if number % 2:
            return str((await desk.register()).status_code)
        body = {
            "customer_id": customer_id,
            "to": {"queue": "support"},
            "mode": "offer",
            "reason": {"code": "technical"},
        }
        key = f"w{number}-{count}"
        return str((await desk("console", "POST", "/v1/handoffs", body, idempotency_key=key)).status_code)

    return write


@pytest.mark.promise("G4")
async def test_no_row_remains_or_returns_while_16_write(desk, rooms, erasures, clock, measured):
    customer_id = (await desk.register()).json()["customer_id"]
    assert (await desk("admin", "PUT", "/v1/queues/support", queue_json())).status_code == 201
    stop, heard = asyncio.Event(), Counter()
    writers = [_by_transaction(rooms) for _ in range(8)]
    writers += [_over_http(desk, customer_id, number) for number in range(8)]
    tasks = [asyncio.create_task(_until(stop, write, heard)) for write in writers]
    while heard.total() < 100:
        await asyncio.sleep(0)
    receipt = await erasures.erase(UUID(customer_id), by="privacy", now=NOW)
    before = heard.total()
    while heard.total() < before + 300:
        await asyncio.sleep(0)
    stop.set()
    await asyncio.gather(*tasks)
    clock.offset = timedelta(minutes=2)
    while await erasures.finish_due(clock.now()):
        pass
    async with rooms.database.connection() as connection:
        left = tuple(await connection.fetchrow(COUNTS))
    measured("G4", "writes of 16 writers while a customer was erased", heard.total())
    assert left == (0, 0, 0), heard
    assert set(heard) <= {"registered", "CustomerErased", "DatabaseBusy", "201", "410", "404", "409", "503"}, heard
    assert sum(one.rows for one in receipt.tables) > 100
