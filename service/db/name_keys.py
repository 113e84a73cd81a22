"""Computes the stored name keys anew, as a migration does after the rules of `name_key` changed."""

import asyncpg

from service.db.statements import Statements, columns
from service.model.names import name_key

SQL = Statements("service.db", "name_keys")

_NAMES_AT_ONCE = 5000


async def recompute_name_keys(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Correct every name key that the present rules make different; the connection is in a transaction."""
    names = await connection.cursor(SQL.read_names)
    while rows := await names.fetch(_NAMES_AT_ONCE):
        keys = [(row["customer_id"], row["name"], name_key(row["name"]), row["name_key"]) for row in rows]
        changed = [(customer_id, name, new) for customer_id, name, new, old in keys if new != old]
        await connection.execute(SQL.correct_name_keys, *columns(changed, width=3))
