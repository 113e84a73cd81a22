"""What PostgreSQL reads for a statement: of one customer the rows of this customer, however many others there are."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from service.db.statements import Statements
from tests.api.test_examples import story

__all__ = ["story"]

Plan = dict[str, object]

ABOUT_ALL = """
access.usage.list_usage
cli.commands.embedded.restore.count_restored cli.customers.count_customers
coherence.installation.read_installation coherence.installation.renew_history
conditions.administration.list_held_conditions conditions.candidates.find_name_matches
conditions.offline_snapshot.find_holders
consents.conclusions.forget_warnings consents.restriction.find_restricted consents.restriction.is_any_restricted
db.migrate.applied db.name_keys.read_names db.outbox.claim_rows
desks.worklist.find_handoffs_at_hand
events.deliveries.claim_deliveries events.journal.read_extent
handoff.callbacks.repository.list_callbacks handoff.repository.find_offers_to_agent handoff.repository.list_handoffs
identity.erased.find_erased_identities identity.suggestions.list_suggested_pairs
inbound.accounts.list_accounts inbound.delivery_log.list_channels
insight.at_risk.repository.count_at_risk insight.at_risk.repository.count_by_rule insight.at_risk.repository.list_at_risk
insight.at_risk.ways.tally_matters insight.content.gaps.list_questions insight.evaluation.read_needs
insight.expired.count_conversations insight.expired.count_interactions
insight.feedback.numbers.count_all insight.feedback.numbers.count_by_channel insight.feedback.numbers.count_by_queue
insight.feedback.numbers.count_by_segment insight.feedback.phases.list_ratings
insight.flow.reading.count_flow insight.flow.reading.list_matters insight.flow.reading.list_segments
insight.notices.reach.list_concerned insight.persona.read_persona
insight.report.counting.count_matters insight.report.counting.list_asked_again insight.report.counting.list_concerns
insight.report.counting.list_gave_up insight.report.counting.list_handoffs insight.report.counting.list_promises
insight.segments.repository.list_segments
privacy.requests.repository.find_left privacy.retention.finding.find_inactive privacy.retention.preview.count_due
registration.snapshot.read_snapshot
resolution.bulk.finish.delete_outdated resolution.bulk.finish.read_likely resolution.bulk.finish.read_settled_after
resolution.bulk.population.read_all_frequencies resolution.bulk.population.read_held resolution.bulk.run.count_customers
resolution.effects.read_callbacks
sealing.rotation.lock_old_secrets
worker.housekeeping.expire_channel_deliveries worker.housekeeping.expire_events
"""
"""Statements that may read a whole table or index: they ask about all of it, or whether it has a row at all."""
HAS_FEW_ROWS = re.compile(
    r"(position|state|count|tally|setting|claims|key)$|^(agent|agent_account|advice_rule|api_key|channel_instance|"
    r"content_item|guidance|hold|installation|notice|place|queue|segment|source|source_space|survivorship|webhook)$|^pg_"
)
SPREAD = """
SELECT format('ALTER TABLE %s ALTER %I SET (n_distinct = -0.1)', a.attrelid::regclass, a.attname) AS statement
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
"""
"""Ten rows of each id, as many ids as that takes: what the planner would count in a large database."""
GROWN = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', c.relname::text, 'relpages', 1, 'reltuples', 1000000::real)
FROM pg_class c
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_class owner ON owner.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
    AND coalesce(owner.relname, c.relname) !~ $1
"""
"""As if each page had a million rows."""
LEADING = """
SELECT c.relname, pg_get_indexdef(i.indexrelid, 1, true) AS first FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND pg_relation_size(i.indrelid) > 0
"""
EMPTY = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) = 0
"""
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


@pytest.fixture
async def planner(database_url):
    """A connection whose plans are for any parameters."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    yield connection
    await connection.close()


async def test_what_is_asked_about_one_customer_reads_no_table_of_all_customers(story, database, planner):
    for row in await planner.fetch(SPREAD):
        await planner.execute(row["statement"])
    await planner.execute("ANALYZE")
    await planner.fetch(GROWN, HAS_FEW_ROWS.pattern)
    leading = {row["relname"]: row["first"] for row in await planner.fetch(LEADING)}
    empty = {row["relname"] for row in await planner.fetch(EMPTY)}
    found = {}
    for name, text in statements():
        whole = set(read_whole(await plan_of(planner, text), leading)) - empty
        if whole and name not in ABOUT_ALL.split():
            found[name] = whole
    assert found == {}


async def test_however_much_waits_at_desks_a_question_about_one_customer_reads_none_of_it(planner):
    await planner.execute(QUIET)
    waiting = [(name, text) for name, text in statements() if re.search(r"\b(FROM|JOIN) (handoff|callback)\b", text)]
    assert {name for name, text in waiting if OF_DESKS & indexes_of(await plan_of(planner, text))} == {
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
    """The statements that have a plan, by their names."""
    root = Path(str(files("service")))
    for file in sorted(root.rglob("*.sql")):
        package = ".".join(file.parent.relative_to(root).parts)
        if package != "db.migrations":
            found = Statements(f"service.{package}", file.stem)
            for name in found.names():
                if re.match(r"(--.*\n)*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", text := getattr(found, name)):
                    yield f"{package}.{file.stem}.{name}", text


async def plan_of(connection: asyncpg.Connection, statement: str) -> Plan:
    """How PostgreSQL would do it."""
    await connection.execute(f"PREPARE asked AS {statement}")
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    arguments = f"({', '.join(['NULL'] * count)})" if count else ""
    (plan,) = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{arguments}"))
    await connection.execute("DEALLOCATE asked")
    return plan["Plan"]


def nodes_of(plan: Plan) -> Iterator[Plan]:
    """All steps of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


def indexes_of(plan: Plan) -> set[str]:
    """The indexes that it reads."""
    return {node["Index Name"] for node in nodes_of(plan) if "Index Name" in node}


def read_whole(plan: Plan, leading: dict[str, str], above: str = "") -> Iterator[str]:
    """Tables, and of the indexes in `leading` those without a condition on what they begin with; not the first rows alone."""
    if plan["Node Type"] == "Seq Scan" and not HAS_FEW_ROWS.search(plan["Relation Name"]):
        yield plan["Relation Name"]
    if (index := plan.get("Index Name")) in leading and above != "Limit":
        condition = plan.get("Index Cond")
        if condition is None or (leading[index].isidentifier() and leading[index] not in re.findall(r"\w+", condition)):
            yield index
    for part in plan.get("Plans", ()):
        yield from read_whole(part, leading, plan["Node Type"])
