"""What the tests of this folder look up in the records."""

from typing import Any
from uuid import UUID

from service.db.pool import Database


async def rows(database: Database, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query as tuples."""
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


async def version_of(database: Database, customer_id: UUID) -> int:
    """The customer's present version."""
    return (await rows(database, "SELECT version FROM customer WHERE customer_id = $1", customer_id))[0][0]
