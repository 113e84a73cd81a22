"""Transactions that are tried again as a whole, since another one was faster with what they build on."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from service.db.pool import Connection, Database
from service.errors import DatabaseBusy

_MAX_TRIES = 5

Result = TypeVar("Result")


class ConcurrentChange(DatabaseBusy):
    """Another transaction registered the same event, identity or merge in the meantime: try the whole again."""


async def run_with_retry(database: Database, work: Callable[[Connection], Awaitable[Result]]) -> Result:
    """The result of `work` in a transaction; the whole is tried again after ConcurrentChange and deadlocks."""

    async def run_once() -> Result:
        async with database.transaction() as connection:
            return await work(connection)

    return await retry_lost_races(run_once)


async def retry_lost_races(work: Callable[[], Awaitable[Result]]) -> Result:
    """The result of `work`, tried again if its transaction left nothing behind because another one was faster."""
    for _ in range(_MAX_TRIES):
        try:
            return await work()
        except ConcurrentChange:
            continue
        except DatabaseBusy as error:
            if not isinstance(error.__cause__, asyncpg.DeadlockDetectedError):
                raise
    raise DatabaseBusy
