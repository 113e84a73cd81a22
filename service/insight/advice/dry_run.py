"""Whom a rule would have met: tried over the newest customers, a few at a time and for a bounded time."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.disclosure import ContactFacts
from service.context.projection import project_context
from service.context.records import RecordsQuery, load_all_records
from service.context.views import for_bots
from service.db.pool import Database
from service.db.statements import Statements
from service.insight.advice.advice import Advice
from service.insight.advice.compiled import CompiledRule
from service.insight.advice.model import DryRunResult, UndecidedReason
from service.insight.advice.prepared import ClosingQueues
from service.insight.advice.repository import read_queue_hours
from service.model.vocabulary import Purpose
from service.settings.model import Settings

SQL = Statements("service.insight.advice", "dry_run")
MOST_CUSTOMERS = 1000
BATCH = 20
"""Customers at a time: between two batches the process answers others."""
LIMIT_S = 3.5
MAX_REASONS = 10


class _Tally(Struct, kw_only=True):
    """What was found so far."""

    looked_at: int = 0
    met: list[UUID]
    reasons: Counter[str]


class RuleTrial:
    """Tries rules over the customers of this database."""

    def __init__(self, database: Database, settings: Settings, contact_facts: ContactFacts) -> None:
        self._database, self._contact_facts = database, contact_facts
        self._zone, self._language = ZoneInfo(settings.time_zone), settings.default_language

    async def run(self, rule: CompiledRule, *, now: datetime) -> DryRunResult:
        """Whom the rule would meet now, whether or not it is enabled; stops when its time is up."""
        async with self._database.connection() as connection:
            closing = ClosingQueues(await read_queue_hours(connection))
            rows = await connection.fetch(SQL.list_newest_customers, MOST_CUSTOMERS)
        advice = Advice([rule], closing, self._zone, self._language)
        tally = _Tally(met=[], reasons=Counter())
        ends = asyncio.get_running_loop().time() + LIMIT_S
        newest = [row["customer_id"] for row in rows]
        for first in range(0, len(newest), BATCH):
            if asyncio.get_running_loop().time() > ends:
                break
            await self._look(newest[first : first + BATCH], rule, advice, tally, now)
        return _result(tally, complete=tally.looked_at == len(newest))

    async def _look(
        self, customer_ids: Sequence[UUID], rule: CompiledRule, advice: Advice, tally: _Tally, now: datetime
    ) -> None:
        queries = [RecordsQuery(customer_id=one) for one in customer_ids]
        async with self._database.connection() as connection:
            found = await load_all_records(connection, queries, now=now, zone=self._zone)
        tally.looked_at += len(customer_ids)
        for records in found:
            if records is None or records.is_restricted or Purpose.PROFILING in records.refused:
                continue  # erased or merged meanwhile, or nothing may be concluded
            await asyncio.sleep(0)
            context = project_context(records, now=now, zone=self._zone)
            if "console" not in rule.rule.audiences:
                context = for_bots(context, self._contact_facts)
            action, why = rule.advise(advice.facts(context, rule.reads), advice.reader_of(context), now)
            tally.met += [] if action is None else [context.customer.id]
            tally.reasons.update([] if why is None else [why])


def _result(tally: _Tally, *, complete: bool) -> DryRunResult:
    return DryRunResult(
        looked_at=tally.looked_at,
        met=len(tally.met),
        customers=tuple(tally.met),
        undecided=tally.reasons.total(),
        reasons=tuple(
            UndecidedReason(why=why, customers=times) for why, times in tally.reasons.most_common(MAX_REASONS)
        ),
        complete=complete,
    )
