"""Merge sets: customers that proved to be one person. No row moves: pointers are set, and unmerging removes them.

While they are set, every row is written under the member that it is about, as if that were never merged, and every read
spans the set (TRUST: merge, anything, unmerge equals never merged).
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, convert

from service.db.change import LockedCustomer, RecordedChange, lock_customers, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, MergeImpossible
from service.identity.decisions import revise_same

SQL = Statements("service.identity", "merge")


class CustomerExtent(Struct, frozen=True, kw_only=True):
    """How much a customer has, over its merge set; handoffs and callbacks are the open ones."""

    customer_id: UUID
    name: str | None
    interactions: int
    conditions: int
    handoffs: int
    callbacks: int
    last_at: datetime | None


class DeedKind(StrEnum):
    """What people say of two customers, by the names of the audit trail."""

    ABSORBED = "customer.absorbed"
    MERGED = "customer.merged"
    UNMERGED = "customer.unmerged"
    DISMISSED = "suggestion.dismissed"
    POSTPONED = "suggestion.postponed"
    HOUSEHOLD = "suggestion.household"
    REOPENED = "suggestion.reopened"
    SPLIT = "customer.split"
    SPLIT_OFF = "customer.split_off"


class CustomerDeed(Struct, frozen=True, kw_only=True):
    """What a person said of a customer and another one; `by` is null if the account is gone, `note` without one."""

    action: DeedKind
    at: datetime
    other_id: UUID
    by: str | None
    note: str | None = None


async def read_extents(
    connection: Connection, customer_ids: Collection[UUID], now: datetime
) -> dict[UUID, CustomerExtent]:
    """What these customers have, each or its survivor by its id; those that are gone are left out."""
    rows = await connection.fetch(SQL.read_extents, list(customer_ids), now)
    return {row["customer_id"]: convert(dict(row), CustomerExtent) for row in rows}


async def read_merge_sets(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The members of these customers' merge sets by their survivors, which stand first; without those that are gone."""
    rows = await connection.fetch(SQL.read_merge_sets, list(customer_ids))
    return {row["survivor_id"]: row["members"] for row in rows}


async def read_deeds(
    connection: Connection, customer_id: UUID, actions: Collection[DeedKind] = tuple(DeedKind)
) -> list[CustomerDeed]:
    """What people said of this customer and others, the newest first."""
    rows = await connection.fetch(SQL.read_deeds, customer_id, list(actions))
    return [convert(dict(row), CustomerDeed) for row in rows]


async def merge_customers(
    connection: Connection,
    survivor_id: UUID,
    other_id: UUID,
    *,
    now: datetime,
    key_id: UUID,
    note: str | None = None,
) -> list[RecordedChange]:
    """Make the other customer, and all merged into it, part of the survivor's merge set; others are told of it."""
    locked = await lock_customers(connection, {survivor_id, other_id})
    if len({survivor_id, other_id} - locked.keys()):
        raise CustomerUnknown
    if survivor_id == other_id or any(one.member_id for one in locked.values()):
        raise MergeImpossible(
            "Both must be customers of their own: name the survivors of their merge sets, not members."
        )
    await connection.execute(SQL.point_to_survivor, survivor_id, other_id)
    await connection.execute(SQL.share_conditions, [survivor_id])
    return [
        await record_change(
            connection,
            locked[one],
            now=now,
            key_id=key_id,
            action=action,
            subject_id=counterpart,
            event=event,
            note=note,
        )
        for one, counterpart, action, event in (
            (survivor_id, other_id, "customer.absorbed", "customer.merged"),
            (other_id, survivor_id, "customer.merged", None),
        )
    ]


async def unmerge_customers(
    connection: Connection,
    survivor_id: UUID,
    other_id: UUID,
    *,
    now: datetime,
    key_id: UUID,
    note: str | None = None,
) -> list[RecordedChange]:
    """Undo the merge of the other customer: it stands for itself again, with those that were merged into it.

    Both have what they would have if they had never been merged, and new versions, which show that. If the merge was a
    decision, that is taken back as well: the two are apart.
    """
    locked = await lock_customers(connection, {survivor_id, other_id})
    if other_id not in locked or locked[other_id].member_id is None or locked[other_id].customer_id != survivor_id:
        raise CustomerUnknown("This customer is not merged into that one.")
    await connection.execute(SQL.unpoint_from_survivor, other_id)
    await connection.execute(SQL.share_conditions, [survivor_id, other_id])
    await revise_same(connection, survivor_id, other_id, now=now, key_id=key_id, note=note)
    return [
        await record_change(
            connection,
            LockedCustomer(customer_id=one, version=locked[one].version),
            now=now,
            key_id=key_id,
            action="customer.unmerged",
            subject_id=counterpart,
            event=event,
            note=note,
        )
        for one, counterpart, event in ((survivor_id, other_id, "customer.unmerged"), (other_id, survivor_id, None))
    ]
