"""What waits at desks is read by what asks about desks, and by nothing that asks about one customer."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import asyncpg

from service.db.statements import Statements

QUIET = """
INSERT INTO customer (customer_id, since, version)
SELECT md5(n::text)::uuid, now(), 1 FROM generate_series(1, 1000) AS n;
INSERT INTO handoff (customer_id, handoff_id, conversation_id, state, mode, key_id, given_by, queue, asked_queue, priority,
    created_at, offers, ended_at, packet, version)
SELECT customer_id, customer_id, customer_id, 'completed', 'offer', customer_id, '{}', 'desk', 'desk', 0, now(), '[]', now(), '{}', 1
FROM customer;
INSERT INTO callback (customer_id, callback_id, conversation_id, queue, state, key_id, reason, promised_from, promised_to,
    due_at, priority, max_attempts, retry_after_s, missed_windows, created_at, ended_at, version)
SELECT customer_id, customer_id, customer_id, 'desk', 'fulfilled', customer_id, '', now(), now() + interval '1 hour',
    now(), 0, 3, 60, 0, now(), now(), 1
FROM customer;
ANALYZE customer, handoff, callback
"""
"""A quiet hour, in which the planner counted: nothing waits, so that reading all that waits seems to cost nothing."""
OF_DESKS = {"handoff_of_desk", "callback_of_desk"}


async def test_however_much_waits_at_desks_a_question_about_one_customer_reads_none_of_it(database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute(QUIET)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    readers = {name for name, text in statements() if OF_DESKS & await indexes_of(connection, text)}
    await connection.close()
    assert readers == {
        "desks.presence.find_agents_there",
        "desks.worklist.count_waiting",
        "desks.worklist.find_callbacks_at_hand",
        "desks.worklist.find_handoffs_at_hand",
        "handoff.queues.repository.schedule_hours_checks",
        "handoff.repository.find_offers_to_agent",
        "insight.notices.reach.list_concerned",
        "insight.report.counting.list_promises",
    }


def statements() -> Iterator[tuple[str, str]]:
    """The statements that read handoffs or callbacks, by their names."""
    root = Path(str(files("service")))
    for file in sorted(root.rglob("*.sql")):
        package = ".".join(file.parent.relative_to(root).parts)
        if package != "db.migrations":
            found = Statements(f"service.{package}", file.stem)
            for name in found.names():
                if re.search(r"\b(FROM|JOIN) (handoff|callback)\b", text := getattr(found, name)):
                    yield f"{package}.{file.stem}.{name}", text


async def indexes_of(connection: asyncpg.Connection, statement: str) -> set[str]:
    """The indexes that the plan for any parameters reads."""
    await connection.execute(f"PREPARE asked AS {statement}")
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    arguments = f"({', '.join(['NULL'] * count)})" if count else ""
    plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{arguments}")
    await connection.execute("DEALLOCATE asked")
    return set(re.findall(r'"Index Name": "(\w+)"', json.dumps(json.loads(plan))))
