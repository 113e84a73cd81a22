"""Tells PostgreSQL which trace a write belongs to, so that no statement has to: the rows of the outbox hold it.

Without traces nothing is sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg

from service.db.statements import Statements
from service.telemetry import tracing

if TYPE_CHECKING:
    from service.db.pool import Connection

SQL = Statements("service.db", "traces")


async def tell_transaction(connection: "Connection") -> None:
    """The changes of this transaction belong to the trace of this task."""
    if traceparent := tracing.current_traceparent():
        await connection.execute(SQL.tell_trace, traceparent, True)


@asynccontextmanager
async def told_of_batch(connection: "Connection") -> AsyncIterator[None]:
    """What is written in this block, by statements that commit by themselves, belongs to the trace of the batch."""
    await connection.execute(SQL.tell_trace, tracing.current_traceparent(), False)
    try:
        yield
    finally:
        with suppress(
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError
        ):  # else the session has ended with its trace
            await connection.execute(SQL.tell_trace, "", False)
