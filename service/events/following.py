"""What a room needs that follows the journal behind the commits: the customers of the next events, or all of them.

The journal has no gaps, so a number is enough to know what was seen. It does not tell any more what is older than
events are kept: then all customers are gone through.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import NamedTuple
from uuid import UUID

import asyncpg
from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements

SQL = Statements("service.events", "following")

BEFORE_ALL = UUID(int=0)
"""Where a run over all customers begins."""


HandleCustomers = Callable[[list[UUID]], Awaitable[None]]
"""What a room does with customers."""


class MovingStatements(NamedTuple):
    """The statements of a room that move its position: the event it has come to, and how far its sweep is."""

    move_event: str
    move_sweep: str


class NextChanges(Struct, frozen=True, kw_only=True):
    """The customers of some events, of which the last one has the id `last`; None if there are none."""

    customer_ids: list[UUID]
    last: int | None
    newest: int
    """The id of the newest event there is."""
    has_gap: bool
    """Whether the journal does not tell any more all that came after the event asked for."""


async def read_next_changes(
    connection: Connection, event_id: int, limit: int, *, without: Collection[str] = ()
) -> NextChanges:
    """What at most `limit` events after this one tell; events of the types `without` name no customer."""
    told = await connection.fetchrow(SQL.read_changes, event_id, limit, list(without))
    assert told is not None  # an aggregate
    return NextChanges(
        customer_ids=told["customer_ids"],
        last=told["last"],
        newest=told["newest"],
        has_gap=(told["first"] or told["newest"] + 1) > event_id + 1,
    )


async def read_customers_after(connection: Connection, customer_id: UUID, limit: int) -> list[UUID]:
    """The next customers of all, in the order of their ids."""
    return [row["customer_id"] for row in await connection.fetch(SQL.read_customers_after, customer_id, limit)]


async def follow_events(
    connection: Connection,
    position: asyncpg.Record,
    moving: MovingStatements,
    handle: HandleCustomers,
    *,
    limit: int,
    without: Collection[str] = (),
) -> bool:
    """Handle the customers of the next events; a journal with a gap starts the sweep anew. True if there may be more.

    Fewer than `limit` events are all there are: what comes next waits for others, since a step costs as much as many
    customers do. `position` has the columns event_id and sweep, and is held by the caller.
    """
    told = await read_next_changes(connection, position["event_id"], limit, without=without)
    if told.has_gap:
        await connection.execute(moving.move_event, told.newest)
        await connection.execute(moving.move_sweep, BEFORE_ALL)
        return True
    if told.last is None:
        return False
    await handle(told.customer_ids)
    await connection.execute(moving.move_event, told.last)
    return bool(told.last >= position["event_id"] + limit)


async def sweep_on(
    connection: Connection,
    position: asyncpg.Record,
    moving: MovingStatements,
    handle: HandleCustomers,
    *,
    limit: int,
    read_after: Callable[[Connection, UUID, int], Awaitable[list[UUID]]] = read_customers_after,
) -> bool:
    """Handle the next customers of the sweep; False if none is under way."""
    if position["sweep"] is None:
        return False
    customer_ids = await read_after(connection, position["sweep"], limit)
    await handle(customer_ids)
    await connection.execute(moving.move_sweep, customer_ids[-1] if customer_ids else None)
    return True
