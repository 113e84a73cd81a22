"""The restriction of processing (GDPR, Art. 18): what is stored stays, and the privacy desk alone sees it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from service.consents.conclusions import forget_conclusions
from service.consents.model import Restriction, RestrictionInput
from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown

SQL = Statements("service.consents", "restriction")


async def read_restriction(connection: Connection, customer_id: UUID) -> Restriction:
    """Whether this customer's merge set is restricted. CustomerUnknown without the customer."""
    row = await connection.fetchrow(SQL.read_restriction, customer_id)
    if row is None:
        raise CustomerUnknown
    return Restriction(restricted=row["restricted"], reason=row["reason"], since=row["since"], set_by=row["set_by"])


async def change_restriction(
    connection: Connection, customer_id: UUID, wanted: RestrictionInput, *, now: datetime, key_id: UUID, by: str
) -> RecordedChange:
    """Restrict the merge set, or lift what restricts it; nothing changes if it is so already."""
    locked = await lock_customer(connection, customer_id, restricted_too=True)
    present = await read_restriction(connection, locked.customer_id)
    if present.restricted == wanted.restricted:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    await connection.execute(SQL.mark_restricted, locked.customer_id, wanted.restricted)
    if wanted.restricted:
        change = (locked.customer_id, locked.version + 1)
        await connection.execute(SQL.begin_restriction, locked.owner_id, now, wanted.reason, key_id, by, *change)
        await forget_conclusions(connection, locked.customer_id)
    else:
        await connection.execute(SQL.lift_restrictions, locked.customer_id, now, by, wanted.reason)
    return await _record(connection, locked, wanted, now, key_id)


async def _record(
    connection: Connection, locked: LockedCustomer, wanted: RestrictionInput, now: datetime, key_id: UUID
) -> RecordedChange:
    action = "customer.restricted" if wanted.restricted else "customer.unrestricted"
    return await record_change(connection, locked, now=now, key_id=key_id, action=action)


async def find_restricted(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """The restricted customers that these ids lead to: their own, or those of what belongs to them."""
    return {row["customer_id"] for row in await connection.fetch(SQL.find_restricted, list(ids))}


async def is_any_restricted(connection: Connection) -> bool:
    """Whether any customer is restricted."""
    return bool(await connection.fetchval(SQL.is_any_restricted))
