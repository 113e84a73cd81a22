"""Customers who may leave, in the database: found, told of once a rise, acted on, and looked at again later."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent
from service.insight.at_risk.model import (
    AtRiskList,
    CustomerAtRisk,
    RecordedRiskAction,
    RiskActionRequest,
    RiskActionTaken,
    RiskReason,
    RiskRuleResult,
    RiskRules,
    WayTally,
)
from service.insight.at_risk.rules import (
    CANCELLATION_FACTS,
    CANCELLATION_WORDS,
    OUTCOME_PERIOD,
    CustomerRisk,
    is_rise,
)

SQL = Statements("service.insight.at_risk", "repository")

MOST_URGENT = 10
"""Customers that are shown unless told."""
_OUTCOMES_AT_ONCE = 100
_reasons_decoder = msgspec.json.Decoder(list[RiskReason])
_way_decoder = msgspec.json.Decoder(WayTally)
_actions_decoder = msgspec.json.Decoder(list[RiskActionTaken])


async def store_risks(
    connection: Connection, risks: Mapping[UUID, CustomerRisk], *, gone: Collection[UUID], now: datetime
) -> list[UUID]:
    """Store what was found of these customers; gives those who rose to high risk, of whom others are told.

    `gone` are ids that stand for no customer any more.
    """
    levels = {row["customer_id"]: row["level"] for row in await connection.fetch(SQL.read_levels, list(risks))}
    threatened = {one: risk for one, risk in risks.items() if risk.level != "low"}
    if ended := [*gone, *(one for one in levels if one not in threatened)]:
        await connection.execute(SQL.delete_risks, ended)
    if threatened:
        await connection.execute(
            SQL.store_risks,
            list(threatened),
            [one.level for one in threatened.values()],
            [one.urgency for one in threatened.values()],
            [_json(one.reasons) for one in threatened.values()],
            [one.way and _json(one.way) for one in threatened.values()],
            now,
        )
    risen = [one for one, risk in risks.items() if is_rise(levels.get(one), risk.level)]
    if risen:
        await connection.execute(SQL.begin_episodes, risen, now)
        await connection.execute(SQL.tell_risen, risen, now)
    return risen


async def list_at_risk(connection: Connection, *, limit: int = MOST_URGENT) -> AtRiskList:
    """The customers who may leave the most urgently."""
    rows = await connection.fetch(SQL.list_at_risk, limit)
    items = [
        CustomerAtRisk(
            customer_id=row["customer_id"],
            name=row["name"],
            level=row["level"],
            since=row["since"],
            reasons=_reasons_decoder.decode(row["reasons"]),
            way=None if row["way"] is None else _way_decoder.decode(row["way"]),
            actions=_actions_decoder.decode(row["actions"]),
        )
        for row in rows
    ]
    return AtRiskList(items=items, total=await connection.fetchval(SQL.count_at_risk))


async def record_action(
    connection: Connection, customer_id: UUID, done: RiskActionRequest, *, by: str, now: datetime
) -> RecordedRiskAction:
    """Record what was done about a customer who may leave. Absent if the customer is not at risk."""
    risk = await connection.fetchrow(SQL.lock_risk, customer_id)
    if risk is None:
        raise Absent("This customer is not at risk at the moment.")
    survivor_id, risen_at = risk["customer_id"], risk["risen_at"]
    await connection.execute(SQL.begin_episodes, [survivor_id], risen_at)
    await connection.execute(SQL.record_action, survivor_id, risen_at, now, done.action, done.note, by)
    return RecordedRiskAction(customer_id=survivor_id, action=done.action, at=now)


async def decide_outcomes(connection: Connection, *, now: datetime) -> bool:
    """Decide of the next warnings that are old enough whether the customers stayed; gives whether more may be left."""
    status = await connection.execute(
        SQL.decide_outcomes,
        now - OUTCOME_PERIOD,
        _OUTCOMES_AT_ONCE,
        OUTCOME_PERIOD,
        list(CANCELLATION_FACTS),
        CANCELLATION_WORDS,
    )
    return status == f"UPDATE {_OUTCOMES_AT_ONCE}"


async def count_by_rule(connection: Connection) -> RiskRules:
    """What came of the warnings, by rule."""
    rows = await connection.fetch(SQL.count_by_rule)
    return RiskRules(items=[RiskRuleResult(**row) for row in rows])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
