"""How handoffs and callbacks are held, and how many are changed at once while others may change their customers."""

from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg
from msgspec import Struct
from msgspec.structs import replace

from service.db.batcher import result_or_raise
from service.db.change import LockedCustomer
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.errors import AskonceError, DatabaseBusy
from service.handoff.callbacks.model import Callback
from service.handoff.caller import Caller
from service.handoff.model import Handoff

MAX_TRIES = 10
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

    entity: Entity
    customer: LockedCustomer
    caller: Caller
    action: str


class VersionedStore(Struct, Generic[Entity], frozen=True, kw_only=True):
    """How one of the two kinds is read and stored, many in one statement; `unknown` says that there is none."""

    select: str
    """The statement that reads those of the ids $1: the id first, and the customer with `customer_version`."""
    from_row: Callable[[asyncpg.Record], Entity]
    update: str
    """The statement that stores what can be, at most one for a customer; gives the customers with their versions."""
    update_parameters: Callable[[Sequence[PendingUpdate[Entity]]], list[list[object]]]
    """Those of the statement `store`."""
    not_found: type[AskonceError]


async def lock_with_customer(
    connection: Connection, statement: str, subject_id: UUID
) -> tuple[asyncpg.Record, LockedCustomer] | None:
    """The row of this id and its canonical customer, both locked until the transaction ends; None if there is none.

    The statement locks its owner and the canonical customer first, in the order of their ids, and gives `owner_id` and
    `customer_version` beside the row. ConcurrentChange if the owner was merged meanwhile.
    """
    row = await connection.fetchrow(statement, subject_id)
    if row is None:
        return None
    if row["customer_version"] is None:
        raise ConcurrentChange
    member_id = None if row["owner_id"] == row["customer_id"] else row["owner_id"]
    return row, LockedCustomer(customer_id=row["customer_id"], version=row["customer_version"], member_id=member_id)


async def apply_transitions(
    connection: Connection, store: VersionedStore[Entity], transitions: Sequence[Transition[Entity]]
) -> list[Entity | AskonceError]:
    """What became of every move, in their order: what is stored now, or why it is not.

    Nothing is locked between reading and storing: if the customer changes meanwhile, the move is decided anew, and is
    answered with DatabaseBusy when others are faster again and again. Of several moves of one customer the later ones
    see what the earlier have stored.
    """
    answers: dict[int, Entity | AskonceError] = {}
    waiting = dict(enumerate(transitions))
    conflicts = 0
    while waiting and conflicts < MAX_TRIES:
        found = await read_entities(connection, store, {move.subject_id for move in waiting.values()})
        updates: dict[int, PendingUpdate[Entity]] = {}
        customers: set[UUID] = set()
        for index, transition in list(waiting.items()):
            if transition.subject_id not in found:
                answers[index] = store.not_found()
            elif found[transition.subject_id][1].customer_id not in customers:
                decided = _decide(transition, *found[transition.subject_id])
                if isinstance(decided, PendingUpdate):
                    updates[index] = decided
                    customers.add(decided.customer.customer_id)
                else:
                    answers[index] = decided
        versions = await _update_if_unchanged(connection, store, list(updates.values()))
        for index, update in updates.items():
            if update.customer.customer_id in versions:
                answers[index] = replace(update.entity, version=versions[update.customer.customer_id])
        conflicts += len(versions) < len(updates)
        waiting = {place: move for place, move in waiting.items() if place not in answers}
    return [answers.get(place) or DatabaseBusy() for place in range(len(transitions))]


def _decide(
    transition: Transition[Entity], found: Entity, customer: LockedCustomer
) -> PendingUpdate[Entity] | Entity | AskonceError:
    """What is to be stored, or else what answers the move."""
    try:
        changed = transition.decide(found)
    except AskonceError as error:
        return error
    if changed is found:
        return found
    return PendingUpdate(entity=changed, customer=customer, caller=transition.caller, action=transition.action)


async def _update_if_unchanged(
    connection: Connection, store: VersionedStore[Entity], updates: Sequence[PendingUpdate[Entity]]
) -> dict[UUID, int]:
    """Store what can be; gives customer -> version for what was stored."""
    if not updates:
        return {}
    rows = await connection.fetch(store.update, *store.update_parameters(updates))
    return {row["customer_id"]: row["version"] for row in rows}


async def read_entities(
    connection: Connection, store: VersionedStore[Entity], subject_ids: Collection[UUID]
) -> dict[UUID, tuple[Entity, LockedCustomer]]:
    """Those of these ids that there are, each with its canonical customer, which is not locked."""
    return {
        row[0]: (
            store.from_row(row),
            LockedCustomer(customer_id=row["customer_id"], version=row["customer_version"]),
        )
        for row in await connection.fetch(store.select, list(subject_ids))
    }


async def read_entity(connection: Connection, store: VersionedStore[Entity], subject_id: UUID) -> Entity:
    """The one of this id; raises that there is none."""
    found = await read_entities(connection, store, [subject_id])
    if subject_id not in found:
        raise store.not_found
    return found[subject_id][0]


async def apply_transition(
    connection: Connection, store: VersionedStore[Entity], transition: Transition[Entity]
) -> Entity:
    """What became of one move; raises why it may not be."""
    (answer,) = await apply_transitions(connection, store, [transition])
    return result_or_raise(answer)


async def update_locked(connection: Connection, store: VersionedStore[Entity], update: PendingUpdate[Entity]) -> Entity:
    """What became of something whose customer is locked, stored; the customer has the version that shows it."""
    (updated,) = await update_all_locked(connection, store, [update])
    return updated


async def update_all_locked(
    connection: Connection, store: VersionedStore[Entity], updates: Sequence[PendingUpdate[Entity]]
) -> list[Entity]:
    """The same for many, each of another customer."""
    versions = await _update_if_unchanged(connection, store, updates)
    for one in updates:
        one.customer.version = versions[one.customer.customer_id]
    return [replace(one.entity, version=one.customer.version) for one in updates]
