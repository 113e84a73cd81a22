"""How many connections to PostgreSQL the processes of a start may open, and whether there are as many."""

from msgspec import Struct

from service.db.pool import Database
from service.db.startup.server_check import check_room
from service.insight.long_reads import AT_ONCE
from service.settings.model import Settings

_WATCH = 1
_LISTENER_AND_LEASES = 2


class ConnectionNeed(Struct, frozen=True, kw_only=True):
    """The most that a start opens; what other processes open is not in it."""

    processes: int
    connections: int


def connection_need(settings: Settings, *, servers: int, workers: int) -> ConnectionNeed:
    """What so many processes that answer requests and so many background workers need, pools and all."""
    each = settings.database_connections + _WATCH + AT_ONCE
    return ConnectionNeed(
        processes=servers + workers, connections=(servers + workers) * each + workers * _LISTENER_AND_LEASES
    )


async def check_connections(settings: Settings, need: ConnectionNeed) -> None:
    """ConfigurationError if PostgreSQL allows fewer at all; a warning if others use too many of them now.

    Through a pooler there is nothing to ask: it shares what it has.
    """
    if settings.pooled:
        return
    database = await Database.connect(settings.database_url, connections=1)
    try:
        async with database.connection() as connection:
            await check_room(connection, processes=need.processes, needed=need.connections)
    finally:
        await database.close()
