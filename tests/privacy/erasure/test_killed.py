"""An erasure whose process is killed, at whatever statement, is finished by a worker, or was never ordered."""

import asyncio
import os
import sys
from datetime import timedelta

import pytest

from service.app.erasures import create_erasures
from tests.fixtures import NOW

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PROCESSES = 140
"""More than an erasure has statements."""


async def _killed(database_url, servers, ledger, customers: list[str]) -> int:
    settings = {"ASKONCE_DATABASE_URL": database_url, "ASKONCE_REDIS_URL": servers.endpoints.redis_url}
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
async def test_an_erasure_that_was_killed_at_any_statement_finishes_by_itself(
    desk, rooms, clock, database_url, servers, tmp_path, measured
):
    customers = [
        (await desk.register(email=f"canary{number:03}@example.de")).json()["customer_id"]
        for number in range(PROCESSES)
    ]
    killed = await _killed(database_url, servers, tmp_path / "erasures.jsonl", customers)
    await _finish(rooms, clock)
    async with rooms.database.connection() as connection:
        states = dict(await connection.fetch("SELECT state, count(*) FROM erasure GROUP BY state"))
        left = await connection.fetchval("SELECT count(*) FROM customer")
        half = await connection.fetchval("SELECT count(*) FROM erased_customer e JOIN customer c USING (customer_id)")
        kept = await connection.fetchval("SELECT count(*) FROM identity WHERE value LIKE 'canary%'")
    measured("G3", "erasures killed at one statement each", killed)
    assert killed < PROCESSES, "the last ones are not killed: every statement was"
    assert states == {"done": PROCESSES - left}
    assert left == kept < 10, "those whose process died before the order was on record are whole"
    assert half == 0
    assert await create_erasures(rooms).find_altered() == []
    assert NOW < clock.now()
