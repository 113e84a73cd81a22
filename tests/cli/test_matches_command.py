"""`askonce matches`: a person lists who may be one person, looks at both, and decides by one key each."""

import json
import subprocess
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from tests.cli.conftest import COMMAND, ROOT, environment

pytestmark = pytest.mark.slow
ANNA, AGAIN, THOMAS = (UUID(int=number) for number in (1, 2, 3))
INSERT = """INSERT INTO customer_match (
    customer_id, other_customer_id, p, household, strength, rank, reasons, stated_together, found_at,
    changed_at, weighed_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, false, $8, $8, $8)"""
REASONS = '[{"field": "born", "level": "same", "bits": 14.2, "text": "The birth dates are the same."}]'


@pytest.fixture
async def people(askonce, own_database):
    """Anna twice and Thomas, of whom a worker has found two matches; ada has an account."""
    askonce("migrate", **own_database)
    askonce("agents", "create", "--name", "ada", "--role", "supervisor", **own_database)
    connection, now = await asyncpg.connect(own_database["database_url"]), datetime.now(UTC)
    for customer_id, name in ((ANNA, "Anna Weber"), (AGAIN, "Anna Weeber"), (THOMAS, "Thomas Weber")):
        await connection.execute(
            "INSERT INTO customer (customer_id, name, since) VALUES ($1, $2, $3)", customer_id, name, now
        )
    for other, p, household, strength, rank in (
        (AGAIN, 0.99, 0.0, "strong", 3.99),
        (THOMAS, 0.01, 0.97, "household", 0.97),
    ):
        await connection.execute(
            INSERT,
            *(ANNA, other, p, household, strength, rank, REASONS, now),
        )
    yield connection
    await connection.close()


def review(keys: str, **settings: str) -> str:
    """What the review says to these keys, one a line."""
    command = [*COMMAND, "matches", "review", "--agent", "ada"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(**settings),
        input="\n".join(keys),
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


async def test_matches_are_listed_and_shown_side_by_side(askonce, own_database, people):
    listed = askonce("matches", "list", "--json", **own_database).stdout.splitlines()
    assert [json.loads(line)["strength"] for line in listed] == ["strong", "household"]
    assert "Thomas Weber" in askonce("matches", "list", "--strength", "household", **own_database).stdout
    shown = askonce("matches", "show", ANNA, AGAIN, **own_database).stdout
    assert "full\tdiffers\tAnna Weber\tAnna Weeber\t" in shown
    assert "+14.2\tThe birth dates are the same." in shown
    assert "A merge tells no other system." in shown


async def test_one_key_each_decides_and_u_takes_the_last_one_back(own_database, people):
    said = review("xusq", **own_database)
    assert said.count(f"{ANNA}  {AGAIN}") == 2
    assert said.count(f"{ANNA}  {THOMAS}") == 2
    assert await people.fetchval("SELECT merged_into FROM customer WHERE customer_id = $1", AGAIN) == ANNA
    decided = await people.fetch("SELECT decision, decided_by FROM match_decision")
    assert [tuple(one) for one in decided] == [("same", "ada")]


async def test_a_decision_is_taken_by_command_with_its_note_and_by_an_account_alone(askonce, own_database, people):
    told = askonce(
        "matches", "decide", ANNA, THOMAS, "household", "--agent", "ada", "--note", "Married.", **own_database
    )
    assert told.returncode == 0, told.stderr
    assert await people.fetchval("SELECT note FROM match_decision") == "Married."
    nobody = askonce("matches", "decide", ANNA, THOMAS, "same", "--agent", "eve", **own_database)
    assert (nobody.returncode, "No agent has an account of this name" in nobody.stderr) == (1, True)
