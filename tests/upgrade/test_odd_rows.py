"""Rows that a migration must change, and that the kept databases do not have."""

import json
from contextlib import asynccontextmanager

import pytest

from service.db.migrate import migrate
from tests.fixtures import url_of
from tests.upgrade.chain import KEPT, code_that_knows, connected, new_database, restore

pytestmark = pytest.mark.slow


@pytest.fixture
async def before(servers):
    """A function that gives a database as it is before a migration, with the rows of a kept one, and what upgrades it."""
    async with new_database(servers) as name:
        url = url_of(servers, name)

        @asynccontextmanager
        async def database(number: int):
            kept = max(one for one in KEPT if one < number)
            with code_that_knows(kept):
                await migrate(url)
            async with connected(servers, name) as connection:
                await restore(connection, kept)
                with code_that_knows(number - 1):
                    await migrate(url)
                yield connection, lambda: migrate(url)

        yield database


async def test_secrets_in_kept_deliveries_are_written_over(before):
    async with before(14) as (connection, upgrade):
        await connection.execute("""
            INSERT INTO channel_instance (instance_id, adapter, name, secret, settings, created_at)
            VALUES (gen_random_uuid(), 'generic', 'desk', 'secret-of-the-door', '{}', now());
            INSERT INTO channel_payload (payload_id, instance_id, received_at, method, rest, query_string, headers, raw)
            SELECT gen_random_uuid(), instance_id, now(), 'POST', 'x/secret-of-the-door', 'key=secret-of-the-door',
                '{"authorization": "secret-of-the-door"}', '' FROM channel_instance WHERE name = 'desk'
        """)
        await upgrade()
        (kept,) = await connection.fetch(
            "SELECT rest, query_string, headers FROM channel_payload WHERE rest LIKE 'x/%'"
        )
    assert "secret-of" not in str(kept)
    assert json.loads(kept["headers"]) == {"authorization": "x" * 18}


async def test_an_interaction_of_the_future_comes_to_its_place_and_keeps_the_time_that_was_stated(before):
    stated = "2031-01-01T00:00:00+00:00"
    async with before(22) as (connection, upgrade):
        customer, interaction = await connection.fetchrow(f"""
            UPDATE interaction SET occurred_at = '{stated}' WHERE version = 1 RETURNING customer_id, interaction_id
        """)
        seen = await connection.fetchval("SELECT version FROM customer WHERE customer_id = $1", customer)
        await upgrade()
        row = await connection.fetchrow(
            """
            SELECT i.occurred_at = i.registered_at AS is_in_place, i.details ->> 'occurred_at' AS stated, c.version
            FROM interaction i JOIN customer c USING (customer_id) WHERE i.interaction_id = $1
        """,
            interaction,
        )
    assert (row["is_in_place"], row["stated"], row["version"] - seen) == (True, stated, 1)


async def test_the_summary_of_a_handoff_becomes_the_first_of_its_summaries(before):
    async with before(24) as (connection, upgrade):
        await connection.execute("UPDATE handoff SET summary = 'Needs a technician'")
        await upgrade()
        summaries = [json.loads(row[0]) for row in await connection.fetch("SELECT summaries FROM handoff")]
    assert summaries
    assert {one["text"] for (one,) in summaries} == {"Needs a technician"}


async def test_a_dismissed_suggestion_becomes_the_decision_of_the_person_who_dismissed_it(before):
    async with before(47) as (connection, upgrade):
        await connection.execute("""
            UPDATE merge_suggestion SET dismissed_at = '2026-11-22';
            INSERT INTO change_audit (customer_id, version, at, key_id, action, fields)
            SELECT s.customer_id, 9000, s.dismissed_at, k.key_id, 'suggestion.dismissed', '{}'
            FROM merge_suggestion s CROSS JOIN (SELECT key_id FROM api_key WHERE role = 'console' LIMIT 1) AS k
            ON CONFLICT DO NOTHING
        """)
        await upgrade()
        decisions = await connection.fetch("SELECT decision, decided_by FROM match_decision")
    assert {tuple(row) for row in decisions} == {("apart", "the console")}
