"""Lists customers, all of them or those of a name, and says when they were last in touch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.names import name_key
from service.model.page import Page
from service.search.model import CustomerSummary

SQL = Statements("service.search", "customers")


async def list_customers(
    connection: Connection, *, name: str | None, after: str | None, limit: int
) -> Page[CustomerSummary]:
    """A page of customers, the newest first; with `name` those with its words, spelt as they sound, in any order."""
    place = _parse_cursor(after)
    if name is None:
        rows = await connection.fetch(SQL.list_customers, place, limit + 1)
    else:
        words = " & ".join(f"{word}:*" for word in name_key(name).split())
        rows = await connection.fetch(SQL.list_customers_by_name, place, limit + 1, words) if words else []
    items = [msgspec.convert(dict(row), CustomerSummary) for row in rows[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(rows) > limit else None)


async def read_last_contacts(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these customers was last in touch; those who never were are not in it."""
    rows = await connection.fetch(SQL.read_last_contacts, customer_ids)
    return {row["customer_id"]: row["last_at"] for row in rows}


def _parse_cursor(after: str | None) -> UUID | None:
    try:
        return UUID(after) if after else None
    except ValueError:
        message = "This is no cursor: take the `next` of the page before."
        raise InvalidInput(field="after", message=message) from None
