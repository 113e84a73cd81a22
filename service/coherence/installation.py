"""The one row of the database that says what cached views belong to: a history of the database, and a Redis server."""

from datetime import timedelta
from secrets import token_hex

import structlog
from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import DatabaseUnavailable

log = structlog.get_logger()

SQL = Statements("service.coherence", "installation")

PROBATION = timedelta(seconds=2)
"""For so long after a change of the space other processes may still drop views in the last one."""


class Installation(Struct, frozen=True, kw_only=True):
    """What the row says."""

    history: str
    """Empty until a database with customers is restored or copied; then a name that no other history has."""
    space: str
    """Part of every key in Redis."""
    server: str
    """The Redis servers that the space is on, as `placement.py` writes them; empty before the first."""
    settled: bool
    """Whether every process knows of the space."""
    genuine: bool
    """Whether the row was written in this database: false in one that was restored or copied."""
    position: int
    """How far the write-ahead log is on disk, in bytes; less than before in a database that went back."""
    undropped_s: float
    """For how long the oldest change has waited for the drop of its views; 0 if none waits."""
    guidance: int
    """The version of what views show besides a customer's records."""
    any_restricted: bool
    """Whether any customer is restricted: else no request needs to ask whether one of its customers is."""


async def read_installation(connection: Connection) -> Installation:
    """The row as it is now. DatabaseUnavailable on a standby."""
    row = await connection.fetchrow(SQL.read_installation, PROBATION)
    if row is None or row["genuine"] is None:
        connection.terminate()
        raise DatabaseUnavailable
    return Installation(**row)


async def read_space(connection: Connection) -> tuple[str, str]:
    """The space that is recorded now, and the servers that it is on."""
    row = await connection.fetchrow(SQL.read_space)
    assert row is not None
    return row["space"], row["server"]


async def renew_history(connection: Connection, *, instead_of: str) -> None:
    """Begin another history of the database with a new space, unless another process has just recorded one."""
    if await connection.fetchval(SQL.renew_history, token_hex(4), token_hex(8), instead_of) is not None:
        log.warning("history_renewed")


async def claim_space(connection: Connection, server: str, *, instead_of: str) -> None:
    """Record a new space on this server, unless another process has just recorded one."""
    async with connection.transaction():
        if await connection.fetchval(SQL.claim_space, token_hex(8), server, instead_of) is not None:
            await connection.execute(SQL.forget_undropped)
            log.info("cache_space_claimed")


async def record_servers(connection: Connection, servers: str, *, instead_of: Installation) -> None:
    """Record other servers of the same space, unless another process has just recorded some."""
    if await connection.fetchval(SQL.record_servers, servers, instead_of.space, instead_of.server) is not None:
        log.info("cache_servers_recorded")
