"""A change of a customer: lock, one more version, outbox and audit, all in the caller's transaction."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements
from service.errors import CustomerRestricted, CustomerUnknown

SQL = Statements("service.db", "change")

DropViews = Callable[[Collection[UUID]], Awaitable[None]]
"""Drops the cached views of changed customers: after the commit, before the answer."""
SYSTEM_KEY_ID = UUID(int=0)
"""The key of a change that no caller makes: a timer's."""


class LockedCustomer(Struct, kw_only=True):
    """The canonical customer, locked until the transaction ends; `version` is that of the last change recorded."""

    customer_id: UUID
    version: int
    member_id: UUID | None = None
    """The customer that was named, if it is merged into this one: what changes are rows of it."""

    @property
    def owner_id(self) -> UUID:
        """The customer that rows are written under: as if it were never merged."""
        return self.member_id or self.customer_id


class RecordedChange(Struct, frozen=True, kw_only=True):
    """The (canonical) customer that a change was made to, and the version that shows the change."""

    customer_id: UUID
    version: int
    owner_version: int | None = None
    """The version of the member whose rows changed, if the change was recorded."""


async def lock_customer(connection: Connection, customer_id: UUID, *, restricted_too: bool = False) -> LockedCustomer:
    """The survivor of this customer's merge set, locked with the set. CustomerUnknown if there is none.

    CustomerRestricted if it is, unless `restricted_too`: for what is stored without a look at the customer.
    """
    locked = await lock_customers(connection, [customer_id], restricted_too=restricted_too)
    if customer_id not in locked:
        raise CustomerUnknown
    return locked[customer_id]


async def lock_customers(
    connection: Connection, customer_ids: Collection[UUID], *, restricted_too: bool = False
) -> dict[UUID, LockedCustomer]:
    """The survivor of each of these customers' merge sets, locked with the sets; those that are gone are left out.

    CustomerRestricted if one of them is, unless `restricted_too`. ConcurrentChange if one was merged meanwhile: its
    survivor can only be locked in order by a new transaction.
    """
    rows = {row["customer_id"]: row for row in await connection.fetch(SQL.lock_customers, list(customer_ids))}
    if not restricted_too and any(row["restricted"] for row in rows.values()):
        raise CustomerRestricted
    locked = {}
    for one in rows.keys() & set(customer_ids):
        survivor_id = rows[one]["merged_into"] or one
        if survivor_id not in rows:
            raise ConcurrentChange
        locked[one] = LockedCustomer(
            customer_id=survivor_id,
            version=rows[survivor_id]["version"],
            member_id=None if one == survivor_id else one,
        )
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
    note: str | None = None,
) -> RecordedChange:
    """One more version for what the caller changed; `action` is like condition.created, `fields` hold no values.

    A merged customer whose rows changed gets one as well: it orders them when the customer stands for itself again.

    `event`, such as handoff.offered, is published for the subject beside context.changed. A person wrote `note`.
    """
    row = await connection.fetchrow(
        SQL.record_change, locked.customer_id, now, key_id, action, subject_id, list(fields), event, locked.owner_id
    )
    assert row is not None  # the customer is locked
    locked.version = row["version"]
    if note:
        await connection.execute(SQL.write_note, locked.owner_id, row["owner_version"], note)
    return RecordedChange(customer_id=locked.customer_id, version=row["version"], owner_version=row["owner_version"])


async def record_changes(
    connection: Connection, changed: Mapping[UUID, Collection[str]], *, now: datetime, key_id: UUID, action: str
) -> dict[UUID, RecordedChange]:
    """One more version for each of many locked customers, and for their survivors; their fields that changed.

    Gives the change by the customer that was named: rows of a member are its own.
    """
    owner_ids = sorted(changed)
    fields = [" ".join(changed[one]) for one in owner_ids]
    rows = await connection.fetch(SQL.record_changes, owner_ids, fields, now, key_id, action) if owner_ids else []
    return {
        row["owner_id"]: RecordedChange(
            customer_id=row["customer_id"], version=row["version"], owner_version=row["owner_version"]
        )
        for row in rows
    }
