"""Whom the rules of segments meet: decided of the customers whose views were read, and stored."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from service.context.audiences import ConsoleView
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.insight.expressions import RuleCondition, facts_of

SQL = Statements("service.insight.segments", "membership")

_MAX_REASON_CHARS = 200


async def store_members(
    connection: Connection,
    views: Collection[ConsoleView],
    rules: Mapping[str, RuleCondition],
    *,
    gone: Collection[UUID],
    now: datetime,
) -> None:
    """Decide which segments these customers are in; `gone` are ids that stand for no customer any more."""
    met: list[tuple[str, UUID]] = []
    undecided: list[tuple[str, UUID, str]] = []
    for view in views if rules else ():
        facts = facts_of(view, now)
        for name, rule in rules.items():
            is_met, reason = rule.decide(facts)
            if is_met:
                met.append((name, view.customer.id))
            elif reason is not None:
                undecided.append((name, view.customer.id, _storable(reason)))
    looked_at = [*gone, *(view.customer.id for view in views)]
    await connection.execute(SQL.store_members, looked_at, *columns(met, 2), now)
    await connection.execute(SQL.store_undecided, looked_at, *columns(undecided, 3))


def _storable(reason: str) -> str:
    return reason.replace("\x00", "")[:_MAX_REASON_CHARS]
