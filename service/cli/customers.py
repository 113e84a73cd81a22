"""Work on every customer, or on some: in batches, several at once, with its progress shown."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

from service.app import Rooms
from service.cli.terminal import progress
from service.db.pool import Database
from service.db.statements import Statements

SQL = Statements("service.cli", "customers")

BATCH = 400
AT_ONCE = 4

Work = Callable[[Sequence[UUID]], Awaitable[None]]


async def for_customers(rooms: Rooms, chosen: Sequence[UUID], work: Work, *, title: str, merged: bool = False) -> None:
    """Do `work` on the chosen customers, some at a time; if none is chosen, on all, `merged` ones included or not."""
    total = len(chosen) or await _count(rooms.database, merged)
    with progress(title, total) as advance:
        async for batch in _slices(chosen) if chosen else _all(rooms.database, merged):
            await asyncio.gather(*(work(batch[part::AT_ONCE]) for part in range(AT_ONCE)))
            advance(len(batch))


async def _slices(chosen: Sequence[UUID]) -> AsyncIterator[Sequence[UUID]]:
    for start in range(0, len(chosen), BATCH):
        yield chosen[start : start + BATCH]


async def _all(database: Database, merged: bool) -> AsyncIterator[Sequence[UUID]]:
    last = UUID(int=0)
    while batch := await _after(database, last, merged):
        yield batch
        last = batch[-1]


async def _count(database: Database, merged: bool) -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval(SQL.count_customers, merged))


async def _after(database: Database, last: UUID, merged: bool) -> list[UUID]:
    async with database.connection() as connection:
        return [row["customer_id"] for row in await connection.fetch(SQL.customers_after, last, BATCH, merged)]
