"""Lists who looked at a customer."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.page import Page
from service.privacy.reads.model import CustomerRead, ReadReason, ReasonChoice

SQL = Statements("service.privacy.reads", "listing")

_BEFORE_ALL = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0), "")


async def list_reads(connection: Connection, customer_id: UUID, *, after: str | None, limit: int) -> Page[CustomerRead]:
    """The looks at a customer and all in the merge set, the newest first. InvalidInput for a cursor that is none."""
    place = _BEFORE_ALL if after is None else _place_of(after)
    rows = await connection.fetch(SQL.list_reads, customer_id, *place, limit + 1)
    shown = [_read_of(row) for row in rows[:limit]]
    return Page(items=shown, next=_cursor_of(shown[-1]) if len(rows) > limit else None)


def _read_of(row: asyncpg.Record) -> CustomerRead:
    choice = row["choice"]
    return CustomerRead(
        at=row["at"],
        by=row["by"],
        by_id=row["by_id"],
        role=row["role"],
        is_agent=row["is_agent"],
        view=row["view"],
        customer_ids=row["customer_ids"],
        reason=ReadReason(choice=ReasonChoice(choice), note=row["note"]) if choice else None,
    )


def _cursor_of(last: CustomerRead) -> str:
    return f"{last.at.isoformat()}~{last.by_id}~{last.view}"


def _place_of(after: str) -> tuple[datetime, UUID, str]:
    at, _, rest = after.replace(" ", "+").partition("~")
    key_id, _, view = rest.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), UUID(key_id), view
    except (ValueError, OverflowError):
        message = "This is no cursor: take the `next` of the page before."
        raise InvalidInput(field="after", message=message) from None
