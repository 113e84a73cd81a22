"""How handoffs and callbacks are held, and how many are changed at once while others may change their customers."""

from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg
from msgspec import Struct
from msgspec.structs import replace

from service.db.change import LockedCustomer, lock_customer
from service.db.pool import Connection
from service.errors import AskonceError, DatabaseBusy, answer_or_raise
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff

TRIES = 10
"""How often a change is decided anew when the customer changes between reading and storing."""

Entity = TypeVar("Entity", Handoff, Callback)


class Transition(Struct, Generic[Entity], frozen=True, kw_only=True):
    """A step that changes a handoff or callback, and nothing else.

    `decide` gives what becomes of it, or raises why that may not be; what it gives back as it was is left alone.
    """

    subject_id: UUID
    caller: Caller
    action: str
    decide: Callable[[Entity], Entity]


class PendingUpdate(Struct, Generic[Entity], frozen=True, kw_only=True):
    """What became of a handoff or callback, to be stored if its customer still has this version."""

    changed: Entity
    customer: LockedCustomer
    caller: Caller
    action: str


class VersionedStore(Struct, Generic[Entity], frozen=True, kw_only=True):
    """How one of the two kinds is read and stored, many in one statement; `unknown` says that there is none."""

    select: str
    """The statement that reads those of the ids $1: the id first, and the customer with `customer_version`."""
    build: Callable[[asyncpg.Record], Entity]
    store: str
    """The statement that stores what can be, at most one for a customer; gives the customers with their versions."""
    parameters: Callable[[Sequence[PendingUpdate[Entity]]], list[list[object]]]
    """Those of the statement `store`."""
    unknown: type[AskonceError]


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


async def change_all(
    connection: Connection, keeping: VersionedStore[Entity], moves: Sequence[Transition[Entity]]
) -> list[Entity | AskonceError]:
    """What became of every move, in their order: what is stored now, or why it is not.

    Nothing is locked between reading and storing: if the customer changes meanwhile, the move is decided anew, and is
    answered with DatabaseBusy when others are faster again and again. Of several moves of one customer the later ones
    see what the earlier have stored.
    """
    answers: dict[int, Entity | AskonceError] = {}
    waiting = dict(enumerate(moves))
    overtaken = 0
    while waiting and overtaken < TRIES:
        found = await read_all(connection, keeping, {move.subject_id for move in waiting.values()})
        swaps: dict[int, PendingUpdate[Entity]] = {}
        customers: set[UUID] = set()
        for place, move in list(waiting.items()):
            if move.subject_id not in found:
                answers[place] = keeping.unknown()
            elif found[move.subject_id][1].customer_id not in customers:
                decided = _decide(move, *found[move.subject_id])
                if isinstance(decided, PendingUpdate):
                    swaps[place] = decided
                    customers.add(decided.customer.customer_id)
                else:
                    answers[place] = decided
        versions = await _swap(connection, keeping, list(swaps.values()))
        for place, swap in swaps.items():
            if swap.customer.customer_id in versions:
                answers[place] = replace(swap.changed, version=versions[swap.customer.customer_id])
        overtaken += len(versions) < len(swaps)
        waiting = {place: move for place, move in waiting.items() if place not in answers}
    return [answers.get(place) or DatabaseBusy() for place in range(len(moves))]


def _decide(
    move: Transition[Entity], found: Entity, customer: LockedCustomer
) -> PendingUpdate[Entity] | Entity | AskonceError:
    """What is to be stored, or else what answers the move."""
    try:
        changed = move.decide(found)
    except AskonceError as error:
        return error
    if changed is found:
        return found
    return PendingUpdate(changed=changed, customer=customer, caller=move.caller, action=move.action)


async def _swap(
    connection: Connection, keeping: VersionedStore[Entity], swaps: Sequence[PendingUpdate[Entity]]
) -> dict[UUID, int]:
    """Store what can be; gives customer -> version for what was stored."""
    if not swaps:
        return {}
    rows = await connection.fetch(keeping.store, *keeping.parameters(swaps))
    return {row["customer_id"]: row["version"] for row in rows}


async def read_all(
    connection: Connection, keeping: VersionedStore[Entity], subject_ids: Collection[UUID]
) -> dict[UUID, tuple[Entity, LockedCustomer]]:
    """Those of these ids that there are, each with its canonical customer, which is not locked."""
    return {
        row[0]: (
            keeping.build(row),
            LockedCustomer(customer_id=row["customer_id"], version=row["customer_version"]),
        )
        for row in await connection.fetch(keeping.select, list(subject_ids))
    }


async def read(connection: Connection, keeping: VersionedStore[Entity], subject_id: UUID) -> Entity:
    """The one of this id; raises that there is none."""
    found = await read_all(connection, keeping, [subject_id])
    if subject_id not in found:
        raise keeping.unknown
    return found[subject_id][0]


async def change(connection: Connection, keeping: VersionedStore[Entity], move: Transition[Entity]) -> Entity:
    """What became of one move; raises why it may not be."""
    (answer,) = await change_all(connection, keeping, [move])
    return answer_or_raise(answer)


async def store(connection: Connection, keeping: VersionedStore[Entity], swap: PendingUpdate[Entity]) -> Entity:
    """What became of something whose customer is locked, stored; the customer has the version that shows it."""
    versions = await _swap(connection, keeping, [swap])
    swap.customer.version = versions[swap.customer.customer_id]
    return replace(swap.changed, version=swap.customer.version)
