"""Merge sets: customers that proved to be one person. No row moves: pointers are set, and unmerging removes them.

While they are set, every row is written under the member that it is about, as if that were never merged, and every read
spans the set (TRUST: merge, anything, unmerge equals never merged).
"""

from datetime import datetime
from uuid import UUID

from service.db.change import LockedCustomer, RecordedChange, lock_customers, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, MergeImpossible

SQL = Statements("service.identity", "merge")


async def merge_customers(
    connection: Connection, survivor_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID
) -> list[RecordedChange]:
    """Make the other customer, and all merged into it, part of the survivor's merge set."""
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
        await record_change(connection, locked[one], now=now, key_id=key_id, action=action, subject_id=counterpart)
        for one, counterpart, action in (
            (survivor_id, other_id, "customer.absorbed"),
            (other_id, survivor_id, "customer.merged"),
        )
    ]


async def unmerge_customers(
    connection: Connection, survivor_id: UUID, other_id: UUID, *, now: datetime, key_id: UUID
) -> list[RecordedChange]:
    """Undo the merge of the other customer: it stands for itself again, with those that were merged into it.

    Both have what they would have if they had never been merged, and new versions, which show that.
    """
    locked = await lock_customers(connection, {survivor_id, other_id})
    if other_id not in locked or locked[other_id].member_id is None or locked[other_id].customer_id != survivor_id:
        raise CustomerUnknown("This customer is not merged into that one.")
    await connection.execute(SQL.unpoint_from_survivor, other_id)
    await connection.execute(SQL.share_conditions, [survivor_id, other_id])
    return [
        await record_change(
            connection,
            LockedCustomer(customer_id=one, version=locked[one].version),
            now=now,
            key_id=key_id,
            action="customer.unmerged",
            subject_id=counterpart,
        )
        for one, counterpart in ((survivor_id, other_id), (other_id, survivor_id))
    ]
