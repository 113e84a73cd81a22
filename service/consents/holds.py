"""Legal holds: while one stands, erasure and retention leave the customer's data as they are."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from msgspec import convert

from service.consents.model import CustomerHold, Hold, HoldInput, Holds
from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, CustomerHeld

SQL = Statements("service.consents", "holds")


async def active_holds(connection: Connection, customers: Collection[UUID], now: datetime) -> list[CustomerHold]:
    """The holds in force at `now` of these customers and of all in their merge sets, by customer and name."""
    rows = await connection.fetch(SQL.active_holds, list(customers), now)
    return [CustomerHold(customer_id=row["customer_id"], hold=convert(dict(row), Hold, strict=False)) for row in rows]


async def check_not_held(connection: Connection, customers: Collection[UUID], now: datetime) -> None:
    """CustomerHeld names the holds of these customers, with their reasons, if there are any."""
    if held := await active_holds(connection, customers, now):
        reasons = "; ".join(dict.fromkeys(f"{one.hold.name}: {one.hold.reason}" for one in held))
        raise CustomerHeld(f"The customer is held ({reasons}).")


async def read_holds(connection: Connection, customer_id: UUID, now: datetime) -> Holds:
    """The holds in force of this customer's merge set, by name."""
    held = await active_holds(connection, [customer_id], now)
    return Holds(holds=tuple(sorted((one.hold for one in held), key=lambda one: one.name)))


async def set_hold(
    connection: Connection, customer_id: UUID, name: str, hold: HoldInput, *, now: datetime, key_id: UUID, by: str
) -> RecordedChange:
    """Set the hold of this name, or replace it. CustomerUnknown without the customer."""
    locked = await lock_customer(connection, customer_id, restricted_too=True)
    until = hold.until and hold.until.astimezone(UTC)
    await connection.execute(SQL.set_hold, locked.owner_id, name, hold.reason, until, now, key_id, by)
    return await record_change(connection, locked, now=now, key_id=key_id, action="hold.set", fields=(name,))


async def release_hold(
    connection: Connection, customer_id: UUID, name: str, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Take the hold of this name away from the merge set. CustomerUnknown; Absent if there is none."""
    locked = await lock_customer(connection, customer_id, restricted_too=True)
    if not await connection.fetch(SQL.release_hold, locked.customer_id, name):
        raise Absent("The customer has no such hold.")
    return await record_change(connection, locked, now=now, key_id=key_id, action="hold.released", fields=(name,))
