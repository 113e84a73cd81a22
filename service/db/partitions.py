"""Partitions by time: interactions have one a year, the journal and the audit of reads one a month."""

from datetime import datetime, timedelta

from msgspec import Struct

from service.db.pool import Connection
from service.db.servers import DirectConnection
from service.db.statements import Statements

SQL = Statements("service.db", "partitions")

_EMPTY_FOR = timedelta(days=1)
"""How long a month is over before its empty partition goes: a clock that is behind may still write into it."""

_LATE_FOR = timedelta(days=400)
"""The same of a partition to which rows come late: it is not soon needed again."""


class PartitionedTable(Struct, frozen=True, kw_only=True):
    """A table with a partition for each `period`, which is made this long before that begins.

    Rows of the table may come late (`has_late_rows`), so that the time of a partition that goes is another one's then.
    """

    name: str
    period: str
    ahead: timedelta
    has_late_rows: bool


PARTITIONED_TABLES = (
    PartitionedTable(name="interaction", period="year", ahead=timedelta(days=30), has_late_rows=True),
    PartitionedTable(name="event", period="month", ahead=timedelta(days=14), has_late_rows=False),
    PartitionedTable(name="read_audit", period="month", ahead=timedelta(days=14), has_late_rows=False),
)


async def add_partitions(connection: Connection | DirectConnection, table: PartitionedTable, now: datetime) -> int:
    """Make the partitions that are needed soon; gives how many. Fails if others use the table for too long."""
    added: int = await connection.fetchval(SQL.add_partitions, table.name, table.period, now + table.ahead)
    return added


async def drop_empty_partitions(connection: Connection, table: PartitionedTable, now: datetime) -> int:
    """Drop the partitions of past periods of which every row has expired; gives how many."""
    if table.has_late_rows:
        statement, before = SQL.absorb_empty_partitions, now - _LATE_FOR
    else:
        statement, before = SQL.drop_empty_partitions, now - _EMPTY_FOR
    dropped: int = await connection.fetchval(statement, table.name, before)
    return dropped
