"""Evaluates rules over customers, behind the commits: segments, and the risk that a customer leaves.

A worker follows the journal, so that what happened is evaluated a moment later, each customer once however much
happened. Since time alone changes what rules decide, all customers are evaluated once a night; so they are after a gap
in the journal and after a change of the rules. Writes know nothing of it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from msgspec import Struct

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.events.following import MovingStatements, follow_events, sweep_on
from service.insight.at_risk.repository import decide_outcomes, store_risks
from service.insight.at_risk.rules import OUTCOME_PERIOD, WAY_PERIOD, Way, assess_risk
from service.insight.at_risk.ways import clear_tallies, read_open_ways, read_risky_ways, tally_ways
from service.insight.expressions import RuleCondition
from service.insight.known import need_views, read_known
from service.insight.segments.membership import store_members
from service.insight.segments.repository import read_rules

SQL = Statements("service.insight", "evaluation")

MOVING = MovingStatements(SQL.move_event, SQL.move_sweep)

EVENTS_AT_ONCE = 2000
"""Events of a step, of which each customer is evaluated once; 60 µs of CPU for each."""
EVENTS_OF_VIEWS_AT_ONCE = 200
"""Where rules read the whole view, which takes ten times as much."""
CUSTOMERS_AT_ONCE = 100
"""Customers of a step of the run over all of them; a step takes well under a second."""
NIGHT_BEGINS = timedelta(hours=2)
"""When a night's run begins, by the company's clock."""
OWN_EVENTS = ("customer.at_risk",)
"""What an evaluation itself tells is no change."""


class EvaluationTerms(Struct, frozen=True, kw_only=True):
    """By what is evaluated: the moment, where the company's days lie, and when an open matter counts as given up."""

    now: datetime
    zone: ZoneInfo
    gave_up_after: timedelta


async def evaluate_changes(database: Database, terms: EvaluationTerms) -> bool:
    """Take the next step; gives whether there may be another one. One worker at a time does it."""
    async with database.transaction() as connection:
        position = await connection.fetchrow(SQL.claim_position)
        if position is None:
            return False
        if is_night_due(position["swept_at"], terms.now, terms.zone):
            await clear_tallies(connection)
            await connection.execute(SQL.begin_night, terms.now, terms.now - WAY_PERIOD)
            return True
        needs = await connection.fetchrow(SQL.read_needs, terms.now - OUTCOME_PERIOD)
        assert needs is not None  # a statement without a table gives a row
        rules = await read_rules(connection) if needs["rules"] else {}
        limit = EVENTS_OF_VIEWS_AT_ONCE if need_views(rules.values()) else EVENTS_AT_ONCE
        evaluate = partial(_evaluate, connection, needs=needs, rules=rules, terms=terms)
        return (
            await follow_events(connection, position, MOVING, evaluate, limit=limit, without=OWN_EVENTS)
            or await _tally(connection, position, terms)
            or await sweep_on(connection, position, MOVING, evaluate, limit=CUSTOMERS_AT_ONCE)
            or (needs["undecided"] and await decide_outcomes(connection, now=terms.now))
        )


def is_night_due(last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a night has begun since the last run."""
    return last is None or _night_of(now, zone) > _night_of(last, zone)


def _night_of(at: datetime, zone: ZoneInfo) -> int:
    return (at.astimezone(zone) - NIGHT_BEGINS).toordinal()


async def _tally(connection: Connection, position: asyncpg.Record, terms: EvaluationTerms) -> bool:
    """Count how the next matters ended; gives whether there was something to do."""
    if position["tallied_to"] is None:
        return False
    start, gave_up_after = position["tallied_to"], terms.gave_up_after
    counted_to = await tally_ways(connection, start, now=terms.now, gave_up_after=gave_up_after)
    await connection.execute(SQL.move_tally, counted_to)
    return True


async def _evaluate(
    connection: Connection,
    customer_ids: Collection[UUID],
    *,
    needs: asyncpg.Record,
    rules: Mapping[str, RuleCondition],
    terms: EvaluationTerms,
) -> None:
    """Decide the segments and the risk of these customers, and store both."""
    if not customer_ids:
        return
    now = terms.now
    known = await read_known(connection, customer_ids, rules.values(), now=now, zone=terms.zone)
    if rules or needs["members"]:
        await store_members(connection, known.facts, rules, gone=known.others, now=now)
    risky = await read_risky_ways(connection) if needs["risky_ways"] else {}
    ways: Mapping[UUID, Collection[Way]] = {}
    if risky:
        ways = await read_open_ways(connection, known.members, now=now, gave_up_after=terms.gave_up_after)
    risks = {one: assess_risk(signals, ways.get(one, ()), risky) for one, signals in known.signals.items()}
    await store_risks(connection, risks, gone=known.others, now=now)
