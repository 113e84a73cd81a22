"""How a handoff or a callback is held, and how it is changed while others may change its customer."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from service.db.change import LockedCustomer, lock_customer
from service.db.pool import Connection
from service.errors import DatabaseBusy
from service.handoff.callback_model import Callback
from service.handoff.model import Handoff

TRIES = 10
"""How often a change is decided anew when the customer changes between reading and storing."""

Kept = TypeVar("Kept", Handoff, Callback)


async def lock(
    connection: Connection, statement: str, subject_id: UUID
) -> tuple[asyncpg.Record, LockedCustomer] | None:
    """The row of this id and its canonical customer, both locked until the transaction ends; None if there is none.

    The statement locks the customer first, and gives `customer_version`, `merged_into` and `owner_id` beside the row.
    """
    while (row := await connection.fetchrow(statement, subject_id)) is not None:
        locked = LockedCustomer(customer_id=row["customer_id"], version=row["customer_version"])
        if row["merged_into"] is not None:
            continue  # merged while this waited for the lock
        if row["owner_id"] != locked.customer_id:
            survivor = await lock_customer(connection, row["owner_id"])
            if survivor.customer_id != locked.customer_id:
                continue  # unmerged while this waited
        return row, locked
    return None


async def change(
    read: Callable[[], Awaitable[tuple[Kept, LockedCustomer]]],
    decide: Callable[[Kept], Kept],
    swap: Callable[[LockedCustomer, Kept], Awaitable[bool]],
) -> Kept:
    """What `decide` made of what was read, stored; it is asked again if the customer changes meanwhile.

    Nothing is locked between reading and storing, so that a step is two statements and needs no transaction. `swap`
    stores unless the customer has another version by now. DatabaseBusy if others are faster again and again.
    """
    for _ in range(TRIES):
        found, customer = await read()
        if await swap(customer, changed := decide(found)):
            return replace(changed, version=customer.version)
    raise DatabaseBusy
