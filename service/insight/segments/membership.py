"""Whom the rules of segments meet: decided of the customers whose views were read, and stored."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.insight.expressions import Facts, RuleCondition, prepare_facts

SQL = Statements("service.insight.segments", "membership")

_MAX_REASON_CHARS = 200


async def store_members(
    connection: Connection,
    facts: Mapping[UUID, Facts],
    rules: Mapping[str, RuleCondition],
    *,
    gone: Collection[UUID],
    now: datetime,
) -> None:
    """Decide which segments these customers are in, by the facts that the rules read; store what is new of it.

    `gone` are ids that stand for no customer any more.
    """
    met: list[tuple[str, UUID]] = []
    undecided: list[tuple[str, UUID, str]] = []
    reads = frozenset[str]().union(*(rule.reads for rule in rules.values()))
    for customer_id, known in facts.items() if rules else ():
        prepared = prepare_facts(known, reads)
        for name, rule in rules.items():
            is_met, reason = rule.decide(prepared)
            if is_met:
                met.append((name, customer_id))
            elif reason is not None:
                undecided.append((name, customer_id, _storable(reason)))
    looked_at = [*gone, *facts]
    await connection.execute(SQL.store_members, looked_at, *columns(met, 2), now)
    await connection.execute(SQL.store_undecided, looked_at, *columns(undecided, 3))


def _storable(reason: str) -> str:
    return reason.replace("\x00", "")[:_MAX_REASON_CHARS]
