"""Carries out what people decide of two customers: merging them, undoing that, or keeping them from being suggested.

Anybody may change a decision. The last one counts, and all are on record with who, when and why.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.db.change import LockedCustomer, RecordedChange, lock_customers
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, InvalidInput
from service.identity.decisions import DecisionNote, MatchDecision, decide_pair, read_decision, write_decision
from service.identity.merge import CustomerExtent, merge_customers, read_extents, unmerge_customers
from service.model.interaction import RequestShape, Timestamp

SQL = Statements("service.resolution", "decisions")


class MatchDecisionInput(RequestShape, frozen=True):
    """What is decided of two customers, and why."""

    decision: Annotated[
        MatchDecision,
        Meta(
            description="`same` merges the two; `apart` keeps them from ever being suggested; `household` says that "
            "they live together; `later` puts them off for 7 days, or until something new speaks for them. All but "
            "`same` undo a merge of the two."
        ),
    ]
    note: Annotated[
        DecisionNote | None, Meta(description="Why it is decided, in the words of the person; absent without a reason.")
    ] = None


class DecidedMatch(Struct, frozen=True, kw_only=True):
    """What is decided of two customers now."""

    customers: Annotated[
        list[UUID],
        Meta(min_length=2, max_length=2, description="The two customers (UUIDv7) as they were named, in their order."),
    ]
    decision: Annotated[MatchDecision, Meta(description="The decision that counts between the two from now on.")]
    note: Annotated[str | None, Meta(description="Why it was decided; null without a reason.")]
    decided_at: Annotated[Timestamp, Meta(description="When it was decided, an RFC 3339 time.")]
    decided_by: Annotated[str, Meta(description="Name of the key or account that decided; `askonce` for a rule.")]
    survivor_id: Annotated[
        UUID | None,
        Meta(description="The customer that both are from now on: the one with more history; null if they stay two."),
    ]


class DecidedChange(Struct, frozen=True, kw_only=True):
    """The decision, and the changes by which customers learned of it."""

    match: DecidedMatch
    changes: list[RecordedChange]


async def decide_match(
    connection: Connection,
    customer_id: UUID,
    other_id: UUID,
    wanted: MatchDecisionInput,
    *,
    now: datetime,
    key_id: UUID,
) -> DecidedChange:
    """Decide that two customers, or their merge sets, are one person or not. CustomerUnknown if one is gone."""
    if customer_id == other_id:
        raise InvalidInput("Two different customers are needed.")
    note = wanted.note or None
    if wanted.decision is MatchDecision.SAME:
        changes = await _join(connection, customer_id, other_id, now=now, key_id=key_id, note=note)
    else:
        changes = await _part(connection, customer_id, other_id, now=now, key_id=key_id, note=note)
        one, other = await _lock_both(connection, customer_id, other_id)
        changes += await decide_pair(connection, one, other, wanted.decision, now=now, key_id=key_id, note=note)
    one, other = await _lock_both(connection, customer_id, other_id)
    decided = await read_decision(connection, customer_id, other_id)
    assert decided is not None  # it was written
    match = DecidedMatch(
        customers=[customer_id, other_id],
        decision=wanted.decision,
        note=decided.note,
        decided_at=decided.decided_at,
        decided_by=decided.decided_by,
        survivor_id=one.customer_id if one.customer_id == other.customer_id else None,
    )
    return DecidedChange(match=match, changes=changes)


async def _lock_both(
    connection: Connection, customer_id: UUID, other_id: UUID
) -> tuple[LockedCustomer, LockedCustomer]:
    locked = await lock_customers(connection, {customer_id, other_id})
    if len(locked) < len({customer_id, other_id}):
        raise CustomerUnknown
    return locked[customer_id], locked[other_id]


async def _join(
    connection: Connection, customer_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID, note: str | None
) -> list[RecordedChange]:
    """Make both one customer. None is changed if they are; then it is put on record that this was decided."""
    one, other = await _lock_both(connection, customer_id, other_id)
    if one.customer_id == other.customer_id:
        decided = await read_decision(connection, customer_id, other_id)
        if decided is None or decided.decision is not MatchDecision.SAME:
            here, there = (LockedCustomer(customer_id=each, version=one.version) for each in (customer_id, other_id))
            await write_decision(connection, here, there, MatchDecision.SAME, now=now, key_id=key_id, note=note)
        return []
    await write_decision(connection, one, other, MatchDecision.SAME, now=now, key_id=key_id, note=note)
    extents = await read_extents(connection, [one.customer_id, other.customer_id], now)
    survivor, joined = sorted(extents.values(), key=_most_history_first)
    return await merge_customers(
        connection, survivor.customer_id, joined.customer_id, now=now, key_id=key_id, note=note
    )


def _most_history_first(extent: CustomerExtent) -> tuple[int, int, UUID]:
    """The older id of equals."""
    promised = extent.conditions + extent.handoffs + extent.callbacks
    return -extent.interactions, -promised, extent.customer_id


async def _part(
    connection: Connection, customer_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID, note: str | None
) -> list[RecordedChange]:
    """Undo the merge of the two, if they are merged."""
    one, other = await _lock_both(connection, customer_id, other_id)
    if one.customer_id != other.customer_id:
        return []
    parted_id = await connection.fetchval(SQL.find_deeper, customer_id, other_id)
    return await unmerge_customers(connection, one.customer_id, parted_id, now=now, key_id=key_id, note=note)
