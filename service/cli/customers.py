"""Work on every customer, or on some: in batches, several at once, with its progress shown."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

from service.app.rooms import Rooms
from service.cli.terminal import show_progress
from service.db.pool import Database
from service.db.statements import Statements

SQL = Statements("service.cli", "customers")

CUSTOMER_BATCH = 400
CONCURRENT_BATCHES = 4

BatchWork = Callable[[Sequence[UUID]], Awaitable[None]]


async def for_each_batch(
    rooms: Rooms, chosen: Sequence[UUID], handle_batch: BatchWork, *, title: str, merged: bool = False
) -> None:
    """Do `work` on the chosen customers, some at a time; if none is chosen, on all, `merged` ones included or not."""
    total = len(chosen) or await count_customers(rooms.database, merged)
    with show_progress(title, total) as advance:
        async for batch in _chosen_batches(chosen) if chosen else _all_batches(rooms.database, merged):
            await asyncio.gather(*(handle_batch(batch[part::CONCURRENT_BATCHES]) for part in range(CONCURRENT_BATCHES)))
            advance(len(batch))


async def _chosen_batches(chosen: Sequence[UUID]) -> AsyncIterator[Sequence[UUID]]:
    for start in range(0, len(chosen), CUSTOMER_BATCH):
        yield chosen[start : start + CUSTOMER_BATCH]


async def _all_batches(database: Database, merged: bool) -> AsyncIterator[Sequence[UUID]]:
    last = UUID(int=0)
    while batch := await _customers_after(database, last, merged):
        yield batch
        last = batch[-1]


async def count_customers(database: Database, merged: bool) -> int:
    """How many customers there are, `merged` ones included or not."""
    async with database.connection() as connection:
        return int(await connection.fetchval(SQL.count_customers, merged))


async def _customers_after(database: Database, last: UUID, merged: bool) -> list[UUID]:
    async with database.connection() as connection:
        return [row["customer_id"] for row in await connection.fetch(SQL.customers_after, last, CUSTOMER_BATCH, merged)]
