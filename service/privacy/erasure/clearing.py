"""Clears tables of customers: the statements are made of the constants of `tables.py`, and of nothing else."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import columns
from service.privacy.erasure.model import ErasedRows, Remains
from service.privacy.erasure.tables import ErasedTable

LONG_S = 60.0
"""A customer with very many rows takes longer than the statements of requests may."""


class ErasedSet(Struct, frozen=True, kw_only=True):
    """Whose rows are cleared: the customers of a merge set, and what finds copies of what they sent."""

    customer_ids: Sequence[UUID]
    remains: Remains

    @property
    def parameters(self) -> list[object]:
        """$1 the customers, $2 kinds and $3 values of their identities, $4 keys and $5 ids of their events."""
        return [self.customer_ids, *columns(self.remains.identities, 2), *columns(self.remains.events, 2)]


async def clear_tables(connection: Connection, tables: Iterable[ErasedTable], erased: ErasedSet) -> list[ErasedRows]:
    """Delete or empty the rows of these customers, table by table; gives the tables that had any."""
    cleared = []
    for table in tables:
        statement = _emptying(table) if table.emptied else _deleting(table)
        row = await connection.fetchrow(statement, *_used(statement, erased.parameters), timeout=LONG_S)
        assert row is not None  # it counts
        cleared.append(
            ErasedRows(table=table.name, rows=row["rows"], deleted=table.emptied is None, digest=row["digest"])
        )
    return [one for one in cleared if one.rows]


async def count_rows(connection: Connection, tables: Iterable[ErasedTable], erased: ErasedSet) -> list[ErasedRows]:
    """What `clear_tables` would clear, by table."""
    counted = []
    for table in tables:
        statement = f"SELECT count(*) FROM {table.name} AS erased WHERE {table.rows_of}"
        rows = await connection.fetchval(statement, *_used(statement, erased.parameters), timeout=LONG_S)
        counted.append(ErasedRows(table=table.name, rows=rows, deleted=table.emptied is None))
    return [one for one in counted if one.rows]


def _deleting(table: ErasedTable) -> str:
    return (
        f"WITH gone AS (DELETE FROM {table.name} AS erased WHERE {table.rows_of}"
        " RETURNING md5(erased::text) AS digest) SELECT count(*) AS rows, encode(erasure_hmac(convert_to("
        "coalesce(string_agg(digest, '' ORDER BY digest), ''), 'UTF8')), 'hex') AS digest FROM gone"
    )


def _emptying(table: ErasedTable) -> str:
    return (
        f"WITH emptied AS (UPDATE {table.name} AS erased SET {table.emptied} WHERE {table.rows_of}"
        " RETURNING 1) SELECT count(*) AS rows, '' AS digest FROM emptied"
    )


def _used(statement: str, parameters: Sequence[object]) -> Sequence[object]:
    """Those of the parameters that the statement has; the first ones."""
    return parameters[: max(int(number) for number in re.findall(r"\$(\d)", statement))]
