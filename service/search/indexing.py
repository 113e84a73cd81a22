"""Makes findable what customers came to, behind the commits: what the journal tells of, and a sweep over all of them.

The journal has no gaps, so a number is enough to know what was seen. A sweep makes up for what it does not tell any
more: what was stored before there was a search, or while no worker ran for longer than events are kept.
"""

from uuid import UUID

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.events.following import BEFORE_ALL, read_customers_after, read_next_changes

SQL = Statements("service.search", "indexing")

EVENTS_AT_ONCE = 1000
CUSTOMERS_AT_ONCE = 100
VERSIONS_AT_ONCE = 100
"""Changes of one customer that a step makes findable; a step takes well under a second."""


async def index_changes(database: Database) -> bool:
    """Make the next changes findable; gives whether more may be waiting. One worker at a time does it."""
    async with database.transaction() as connection:
        position = await connection.fetchrow(SQL.claim_position)
        if position is None:
            return False
        followed = await _follow_events(connection, position["event_id"], position["sweep"])
        return followed or (position["sweep"] is not None and await _sweep(connection))


async def _follow_events(connection: Connection, event_id: int, sweep: UUID | None) -> bool:
    """Index the customers of the next events; a journal with a gap starts the sweep anew. True if there may be more."""
    told = await read_next_changes(connection, event_id, EVENTS_AT_ONCE)
    if told.has_gap:
        await connection.execute(SQL.move_position, told.newest, BEFORE_ALL)
        return True
    if told.last is None:
        return False
    if not await _index_customers(connection, told.customer_ids):
        return True
    await connection.execute(SQL.move_position, told.last, sweep)
    return told.last - event_id >= EVENTS_AT_ONCE


async def _sweep(connection: Connection) -> bool:
    """Index the next customers of all; gives whether there were any."""
    position = await connection.fetchrow(SQL.claim_position)
    assert position is not None  # this transaction holds it
    customer_ids = await read_customers_after(connection, position["sweep"], CUSTOMERS_AT_ONCE)
    if not customer_ids:
        await connection.execute(SQL.move_position, position["event_id"], None)
    elif await _index_customers(connection, customer_ids):
        await connection.execute(SQL.move_position, position["event_id"], customer_ids[-1])
    return bool(customer_ids)


async def _index_customers(connection: Connection, customer_ids: list[UUID]) -> bool:
    """Make the next versions of these customers findable; gives whether none has more of them."""
    return not await connection.fetchval(SQL.index_customers, customer_ids, VERSIONS_AT_ONCE)
