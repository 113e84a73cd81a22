"""What people decide of two customers: one person, different people, one household, or a question for later.

A decision is kept for the members that were named, as if they were never merged, and for those pairs of members of the
two merge sets that something speaks for. It holds between merge sets if it holds between members of them.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, convert

from service.db.change import LockedCustomer, RecordedChange, record_change
from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.identity", "decisions")

LATER_PERIOD = timedelta(days=7)
"""How long a pair that was put off stays out of the lists, unless something new speaks for it."""

DecisionNote = Annotated[str, Meta(max_length=1000)]


class MatchDecision(StrEnum):
    """What is decided of two customers."""

    SAME = "same"
    APART = "apart"
    LATER = "later"
    HOUSEHOLD = "household"


class DecidedPair(Struct, frozen=True, kw_only=True):
    """What is decided between two merge sets; `decided_by` is the name of a key or account, or `askonce`."""

    decision: MatchDecision
    note: str | None
    decided_at: datetime
    decided_by: str


_ACTIONS = {
    MatchDecision.APART: "suggestion.dismissed",
    MatchDecision.LATER: "suggestion.postponed",
    MatchDecision.HOUSEHOLD: "suggestion.household",
}


async def read_decision(connection: Connection, customer_id: UUID, other_id: UUID) -> DecidedPair | None:
    """The decision between these customers or their merge sets: that they are apart first, then the newest.

    If they are merged, what was decided of the two themselves.
    """
    row = await connection.fetchrow(SQL.read_decision, customer_id, other_id)
    return convert(dict(row), DecidedPair) if row else None


async def write_decision(
    connection: Connection,
    one: LockedCustomer,
    other: LockedCustomer,
    decision: MatchDecision,
    *,
    now: datetime,
    key_id: UUID,
    note: str | None = None,
) -> None:
    """Between the merge sets of both this is decided, whatever was decided before."""
    await connection.execute(
        SQL.write_decision,
        one.customer_id,
        other.customer_id,
        one.owner_id,
        other.owner_id,
        decision,
        note,
        await _name_of(connection, key_id),
        now,
    )


async def decide_pair(
    connection: Connection,
    one: LockedCustomer,
    other: LockedCustomer,
    decision: MatchDecision,
    *,
    now: datetime,
    key_id: UUID,
    note: str | None = None,
) -> list[RecordedChange]:
    """Both hear of a decision that merges nothing."""
    await write_decision(connection, one, other, decision, now=now, key_id=key_id, note=note)
    return [
        await record_change(
            connection,
            each,
            now=now,
            key_id=key_id,
            action=_ACTIONS[decision],
            subject_id=counterpart.customer_id,
            note=note,
        )
        for each, counterpart in ((one, other), (other, one))
    ]


async def revise_same(
    connection: Connection, customer_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID, note: str | None
) -> None:
    """What was decided to be one person, between these merge sets, is apart."""
    await connection.execute(SQL.revise_same, customer_id, other_id, note, await _name_of(connection, key_id), now)


async def _name_of(connection: Connection, key_id: UUID) -> str:
    """The name of the key or account."""
    return str(await connection.fetchval(SQL.read_name, key_id))
