"""A change of a customer: lock, one more version, outbox and audit, all in the caller's transaction."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown

SQL = Statements("service.db", "change")

DropViews = Callable[[Collection[UUID]], Awaitable[None]]
"""Drops the cached views of changed customers: after the commit, before the answer."""
SYSTEM_KEY_ID = UUID(int=0)
"""The key of a change that no caller makes: a timer's."""


class LockedCustomer(Struct, kw_only=True):
    """The canonical customer, locked until the transaction ends; `version` is that of the last change recorded."""

    customer_id: UUID
    version: int


class RecordedChange(Struct, frozen=True, kw_only=True):
    """The customer that a change was made to, and the version that shows the change."""

    customer_id: UUID
    version: int


async def lock_customer(connection: Connection, customer_id: UUID) -> LockedCustomer:
    """The survivor of this customer's merge set, locked. CustomerUnknown if there is none."""
    locked = await lock_customers(connection, [customer_id])
    if customer_id not in locked:
        raise CustomerUnknown
    return locked[customer_id]


async def lock_customers(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, LockedCustomer]:
    """The survivor of each of these customers' merge sets, locked; those that are gone are left out."""
    rows = await connection.fetch(SQL.lock_customers, list(customer_ids))
    locked = {
        row["customer_id"]: LockedCustomer(customer_id=row["customer_id"], version=row["version"])
        for row in rows
        if row["merged_into"] is None
    }
    merged = {row["customer_id"]: row["merged_into"] for row in rows if row["merged_into"] is not None}
    if merged:
        survivors = await lock_customers(connection, set(merged.values()))
        locked |= {one: survivors[into] for one, into in merged.items() if into in survivors}
        locked |= survivors
    return locked


async def record_change(
    connection: Connection,
    locked: LockedCustomer,
    *,
    now: datetime,
    key_id: UUID,
    action: str,
    fields: tuple[str, ...] = (),
    subject_id: UUID | None = None,
    event: str | None = None,
) -> RecordedChange:
    """One more version for what the caller changed; `action` is like condition.created, `fields` hold no values.

    `event`, such as handoff.offered, is published for the subject beside context.changed.
    """
    version = await connection.fetchval(
        SQL.record_change, locked.customer_id, now, key_id, action, subject_id, list(fields), event
    )
    locked.version = version
    return RecordedChange(customer_id=locked.customer_id, version=version)
