"""Many writers of one customer at once: each gets its turn, none waits in a circle, and nothing is lost."""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies

from service.db.pool import Connection, Database
from service.db.retry import ConcurrentChange
from service.registration.model import Submission
from service.registration.prepare import prepare_submission
from service.registration.transaction import register_in_transaction
from tests.cli.conftest import ROOT
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event

pytestmark = pytest.mark.slow

PROCESSES, EVENTS = 4, 100
WRITERS = 3
PEOPLE = [("email", "anna@example.de"), ("phone", "0171 1234567"), ("email", "ben@example.de")]


async def test_four_processes_on_one_customer_all_come_through_without_a_deadlock(database_url, database):
    program = (sys.executable, "-m", "tests.registration.crowd", database_url)
    running = [
        await asyncio.create_subprocess_exec(*program, f"p{one}", str(EVENTS), cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        for one in range(PROCESSES)
    ]
    printed = [(await one.communicate())[0] for one in running]
    assert [one.returncode for one in running] == [0] * PROCESSES
    versions = [json.loads(one) for one in printed]
    assert sorted(version for one in versions for version in one) == list(range(1, PROCESSES * EVENTS + 1))
    async with database.connection() as connection:
        counted = "SELECT count(*), max(version), (SELECT count(*) FROM interaction) FROM customer"
        assert tuple(await connection.fetchrow(counted)) == (1, PROCESSES * EVENTS, PROCESSES * EVENTS)
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert await connection.fetchval(deadlocks) == 0


batches = strategies.lists(
    strategies.lists(strategies.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True), min_size=1, max_size=4
)


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=strategies.lists(batches, min_size=WRITERS, max_size=WRITERS), order=strategies.permutations(range(9)))
async def test_writers_that_overtake_each_other_leave_every_customer_whole(database, rounds, order):
    async with database.transaction() as connection:
        await connection.execute("TRUNCATE customer, identity, receipt, interaction, conversation, fact, fact_history")
    turns = [asyncio.Event() for _ in order]
    work = (write(database, index, one, turns) for index, one in enumerate(rounds))
    tasks = [asyncio.create_task(one) for one in work]
    for turn in order:
        turns[turn].set()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    await assert_whole(database, sum(map(len, rounds)))


async def write(database: Database, writer: int, claims: Sequence[list[tuple]], turns: list[asyncio.Event]) -> None:
    """Register a batch; each of three tries waits for its turn before it begins."""
    told = [event(id=f"{writer}-{n}", identities=one, facts={"n": n}, asks=["n"]) for n, one in enumerate(claims)]
    submissions = [prepare_submission(one, key_id=KEY_ID, region="DE") for one in told]
    for one in range(3):
        await turns[writer * 3 + one].wait()
        try:
            async with database.transaction() as connection:
                return await register(connection, submissions)
        except ConcurrentChange:
            continue
    raise AssertionError("Each of the others was faster twice.")


async def register(connection: Connection, submissions: Sequence[Submission]) -> None:
    await register_in_transaction(connection, submissions, now=NOW, reopen=timedelta(days=7))


async def assert_whole(database: Database, events: int) -> None:
    """Versions without gaps, tallies that are right, and as many interactions as were sent."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT c.version, c.interactions, count(i.*) AS counted, count(DISTINCT i.version) AS versions,"
            " max(i.version) AS latest, (SELECT sum(t.interactions) FROM conversation t"
            " WHERE t.customer_id = c.customer_id) AS talked"
            " FROM customer c JOIN interaction i ON i.customer_id = c.customer_id GROUP BY c.customer_id"
        )
    assert all(len(set(row)) == 1 for row in rows), rows
    assert sum(row["counted"] for row in rows) == events
