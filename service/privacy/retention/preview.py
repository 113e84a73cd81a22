"""What a run would take now: counted, and left as it is."""

from datetime import datetime
from typing import Any

import asyncpg

from service.db.pool import Connection
from service.db.statements import Statements
from service.privacy.retention.finding import count_inactive
from service.privacy.retention.model import CategoryCount, RetentionCategory
from service.privacy.retention.periods import FOR_EVER, PERIODS, limits_at
from service.settings.model import Settings

SQL = Statements("service.privacy.retention", "preview")


async def preview_retention(connection: Connection, settings: Settings, now: datetime) -> list[CategoryCount]:
    """Each category with what of it is over its limit. It reads all that is old: seconds for much."""
    limits = limits_at(settings, now)
    rows = await connection.fetch(SQL.count_due, now, *limits.parameters)
    found: dict[str, asyncpg.Record | dict[str, Any]] = {row["category"]: row for row in rows}
    if limits.inactive != FOR_EVER:
        inactive = await count_inactive(connection, limits, now)
        found[RetentionCategory.CUSTOMERS] = {"records": inactive, "oldest": None, "held": 0}
    return [_count_of(category, period, settings, found.get(category)) for category, period in PERIODS.items()]


def _count_of(
    category: RetentionCategory, period: str, settings: Settings, row: asyncpg.Record | dict[str, Any] | None
) -> CategoryCount:
    return CategoryCount(
        category=category,
        period=period,
        days=getattr(settings, period),
        records=row["records"] if row else 0,
        oldest=row["oldest"] if row else None,
        held=row["held"] if row else 0,
    )
