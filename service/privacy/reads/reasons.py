"""Why a customer is opened: asked for where the setting says so, and kept with the reads."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput, ReasonNeeded
from service.privacy.reads.model import MAX_REASON_CHARS, ReasonChoice

SQL = Statements("service.privacy.reads", "reasons")


async def check_served(
    connection: Connection,
    customer_id: UUID,
    key_id: UUID,
    *,
    now: datetime,
    agent: str | None = None,
    queues: Sequence[str] = (),
) -> None:
    """ReasonNeeded unless the customer is being served, by the agent if one is named, or a reason is good."""
    served = await connection.fetchval(SQL.is_served, customer_id, agent, list(queues))
    if not served and not await connection.fetchval(SQL.has_reason, customer_id, key_id, now):
        raise ReasonNeeded(customer_id=customer_id)


async def give_reason(
    connection: Connection,
    customer_id: UUID,
    key_id: UUID,
    choice: ReasonChoice,
    note: str,
    *,
    now: datetime,
    good_for: timedelta,
) -> None:
    """Keep why the key opens the customer. InvalidInput names the note if it is needed and empty, or too long."""
    note = note.strip()
    if choice is ReasonChoice.OTHER and not note:
        raise InvalidInput(field="note", message="Say in a few words why.")
    if len(note) > MAX_REASON_CHARS or not note.isprintable():
        raise InvalidInput(field="note", message=f"A line of at most {MAX_REASON_CHARS} characters is expected.")
    await connection.execute(SQL.give_reason, customer_id, key_id, now, now + good_for, choice.value, note)
