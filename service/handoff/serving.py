"""Who serves the customer in a conversation: the latest handoff says it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from service.context.handed_over import ENTITLEMENT_DURATION
from service.db.pool import Connection
from service.db.statements import Statements
from service.handoff.rules import conversation_served_by
from service.model.vocabulary import HandoffMode, HandoffState, ServedBy

SQL = Statements("service.handoff", "serving")


class Serving(NamedTuple):
    """Who serves a conversation; queue and agent are there while the taker does."""

    served_by: ServedBy
    queue: str | None = None
    agent: str | None = None


def served_by_of_row(row: asyncpg.Record) -> ServedBy:
    """Who serves after the handoff of this row, which has a state, a mode, and whether it was transferred."""
    return conversation_served_by(HandoffState(row["state"]), HandoffMode(row["mode"]), transferred=row["transferred"])


async def read_serving(connection: Connection, conversation_ids: Iterable[UUID]) -> dict[UUID, Serving]:
    """Who serves each of these conversations now; those that were never handed off are left out."""
    serving = {}
    for row in await connection.fetch(SQL.latest_handoffs, list(conversation_ids)):
        served_by = served_by_of_row(row)
        by_desk = (row["queue"], row["agent"]) if served_by is ServedBy.TAKER else ()
        serving[row["conversation_id"]] = Serving(served_by, *by_desk)
    return serving


async def is_conversation_of_queue(connection: Connection, conversation_id: UUID, queue: str, now: datetime) -> bool:
    """Whether the conversation is in the hands of this queue, or was until a day ago."""
    found: bool = await connection.fetchval(
        SQL.is_conversation_of_queue, conversation_id, queue, now - ENTITLEMENT_DURATION
    )
    return found
