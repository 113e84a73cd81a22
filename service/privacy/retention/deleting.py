"""Deletes what is over its limit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.statements import Statements
from service.privacy.retention.model import Expiring, RetentionCategory, RetentionLimits

SQL = Statements("service.privacy.retention", "deleting")

Deleted = Mapping[UUID, Counter[RetentionCategory]]
"""Customer -> how many records of each category went."""


async def delete_expired(
    connection: Connection, owners: Collection[UUID], expiring: Expiring, limits: RetentionLimits
) -> Deleted:
    """Delete what a step takes of these locked customers, and the values of theirs that are over their limits."""
    deleted: defaultdict[UUID, Counter[RetentionCategory]] = defaultdict(Counter)
    if expiring.interactions:
        ids = (
            [one.customer_id for one in expiring.interactions],
            [one.occurred_at for one in expiring.interactions],
            [one.interaction_id for one in expiring.interactions],
        )
        await connection.fetchval(SQL.keep_answers, *ids)
        for row in await connection.fetch(SQL.delete_interactions, *ids):
            deleted[row["customer_id"]][RetentionCategory.INTERACTIONS] += row["records"]
    if expiring.conversations:
        rows = await connection.fetch(
            SQL.delete_conversations,
            [one.customer_id for one in expiring.conversations],
            [one.conversation_id for one in expiring.conversations],
        )
        _add(deleted, rows)
    _add(
        deleted,
        await connection.fetch(
            SQL.delete_values,
            list(owners),
            limits.interactions,
            limits.facts,
            limits.former_values,
            limits.conditions,
            limits.profile,
        ),
    )
    return deleted


def _add(deleted: defaultdict[UUID, Counter[RetentionCategory]], rows: Iterable[asyncpg.Record]) -> None:
    for row in rows:
        deleted[row["customer_id"]][RetentionCategory(row["category"])] += row["records"]
