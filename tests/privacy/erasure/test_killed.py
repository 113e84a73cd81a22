"""An erasure whose process is killed, at whatever statement, is finished by a worker, or was never ordered."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from service.app.erasures import create_erasures

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PROCESSES = 140
"""More than an erasure has statements."""
COUNTS = """SELECT (SELECT count(*) FROM customer) AS whole, (SELECT count(*) FROM identity) AS known,
(SELECT count(*) FROM erasure WHERE state = 'done') AS done, (SELECT count(*) FROM erasure) AS ordered,
(SELECT count(*) FROM erased_customer JOIN customer USING (customer_id)) AS half"""


@pytest.fixture
def erase_and_kill(servers, database_url, tmp_path):
    """A function that erases these customers, each in a process killed at the next statement; how many were killed."""
    settings = {"ASKONCE_DATABASE_URL": database_url, "ASKONCE_REDIS_URL": servers.endpoints.redis_url}
    return lambda customers: _killed(settings, tmp_path / "erasures.jsonl", customers)


async def _killed(settings: dict[str, str], ledger: Path, customers: list[str]) -> int:
    command = (sys.executable, "-m", "tests.privacy.erasure.killed_erasures", str(ledger), *customers)
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | settings, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return int(output.split()[-1])


async def _finish(rooms, clock) -> None:
    for offset in (timedelta(minutes=1), timedelta(minutes=3)):
        clock.offset = offset
        while await create_erasures(rooms).finish_due(clock.now()):
            pass


@pytest.mark.promise("G3")
async def test_an_erasure_killed_at_any_statement_finishes_by_itself(desk, rooms, clock, erase_and_kill, measured):
    registered = [await desk.register(email=f"canary{number:03}@example.de") for number in range(PROCESSES)]
    killed = await erase_and_kill([one.json()["customer_id"] for one in registered])
    await _finish(rooms, clock)
    async with rooms.database.connection() as connection:
        found = await connection.fetchrow(COUNTS)
    measured("G3", "erasures killed at one statement each", killed)
    assert 50 < killed < PROCESSES, "every statement was reached"
    assert found["done"] == found["ordered"] == PROCESSES - found["whole"]
    assert found["whole"] == found["known"] < 10, "those that were never ordered are whole"
    assert found["half"] == 0
    assert await create_erasures(rooms).find_altered() == []
