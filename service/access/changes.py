"""Who changed something last, as the audit of changes has it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct, convert

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.access", "changes")


class LastChange(Struct, frozen=True, kw_only=True):
    """A change and the agent or key that made it; `name` is None if a timer did."""

    name: str | None
    at: datetime


async def read_last_change(connection: Connection, customer_id: UUID, subject_id: UUID) -> LastChange | None:
    """The last change to this handoff or callback of the customer."""
    row = await connection.fetchrow(SQL.read_last_change, customer_id, subject_id)
    return None if row is None else convert(dict(row), LastChange)
