"""How far each mailbox has been read."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.listeners.email", "positions")


class MailboxPosition(Struct, frozen=True, kw_only=True):
    """Every mail up to `last_uid` has been read, as long as the mailbox still has this `uid_validity`."""

    uid_validity: int
    last_uid: int


async def read_position(connection: Connection, account_id: UUID, mailbox: str) -> MailboxPosition | None:
    """The place in a mailbox; None if it was never read."""
    row = await connection.fetchrow(SQL.read_position, account_id, mailbox)
    return MailboxPosition(uid_validity=row["uid_validity"], last_uid=row["last_uid"]) if row else None


async def store_position(
    connection: Connection, account_id: UUID, mailbox: str, position: MailboxPosition, now: datetime
) -> None:
    """Remember a place; does nothing for an instance that was removed meanwhile."""
    await connection.execute(SQL.store_position, account_id, mailbox, position.uid_validity, position.last_uid, now)
