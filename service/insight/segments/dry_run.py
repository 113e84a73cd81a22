"""Tries a rule on the newest customers, and stores nothing."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from service.db.pool import Connection
from service.db.statements import Statements
from service.insight.customer_views import read_views
from service.insight.expressions import facts_of, parse_condition
from service.insight.segments.model import SegmentTrialResult, UndecidedCustomers

SQL = Statements("service.insight.segments", "dry_run")

SAMPLE = 1000
EXAMPLES = 10
_AT_ONCE = 50
"""Customers that are read by one statement, so that other requests of the process are answered between."""


async def try_rule(connection: Connection, rule: str, *, now: datetime, zone: ZoneInfo) -> SegmentTrialResult:
    """Whom of the newest customers the rule meets. InvalidInput for a rule that is none."""
    condition = parse_condition(rule, field="rule")
    customer_ids = [row["customer_id"] for row in await connection.fetch(SQL.list_newest, SAMPLE)]
    met, reasons = [], []
    for start in range(0, len(customer_ids), _AT_ONCE):
        read = await read_views(connection, customer_ids[start : start + _AT_ONCE], now=now, zone=zone)
        for view in read.views:
            await asyncio.sleep(0)  # a request that is given up ends here, and others are answered
            is_met, reason = condition.decide(facts_of(view, now))
            if is_met:
                met.append(view.customer.id)
            if reason is not None:
                reasons.append(reason)
    return SegmentTrialResult(
        customers=len(customer_ids),
        met=len(met),
        undecided=UndecidedCustomers(customers=len(reasons), reason=min(reasons)) if reasons else None,
        examples=met[:EXAMPLES],
    )
