"""Finds whom a request, an export or an erasure is about."""

from uuid import UUID

from service.db.pool import Connection
from service.errors import CustomerUnknown
from service.identity.customers import find_owners
from service.identity.model import Identity
from service.privacy.erasure.orders import find_merge_set


async def find_members(connection: Connection, named: UUID | Identity | None) -> list[UUID]:
    """The customers of the merge set that an id or an identity leads to, the survivor first.

    CustomerUnknown if it leads to none; CustomerErased for an id of a customer that was erased.
    """
    if isinstance(named, UUID):
        return await find_merge_set(connection, named)
    owners = await find_owners(connection, [named] if named is not None else [])
    if not owners:
        raise CustomerUnknown
    (owner,) = owners.values()
    return await find_merge_set(connection, owner.survivor_id)
