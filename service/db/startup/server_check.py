"""Refuses a PostgreSQL, or a way to it, on which acknowledged writes could be lost or the limits would not hold."""

from typing import Protocol

import asyncpg
import structlog

from service.db.pool import session_limits
from service.db.servers import DirectConnection
from service.db.statements import Statements
from service.errors import ConfigurationError

log = structlog.get_logger()

SQL = Statements("service.db.startup", "server_check")

MIN_SERVER_VERSION = 150_000
REQUEST_MS = 5000
"""A request has ended by then; a server that ends transactions earlier breaks the ladder of limits."""

_POOLER = (
    "{variable} leads to a pooler such as PgBouncer: set ASKONCE_DATABASE_DIRECT_URL to the address of PostgreSQL "
    "itself. The pooler may stay in ASKONCE_DATABASE_URL; docs/guides/operate.md says what it needs."
)

_CONNECTION_LIMITS = {
    "server": "its max_connections",
    "role": "the CONNECTION LIMIT of the user",
    "database": "the CONNECTION LIMIT of the database",
}
READ_ONLY = (
    "{variable} leads to a PostgreSQL that takes no writes, such as a standby: name the primary, or all servers as in "
    "postgresql://user:password@db1,db2/askonce, of which the one that takes writes is found."
)


class Session(Protocol):
    """What the checks ask of a connection, whether a pool lent it or not."""

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        """The rows."""


async def check_database_server(connection: Session, *, durable: bool) -> None:
    """ConfigurationError says what to change: it is too old, not UTF-8 or, with `durable`, could lose writes."""
    found = {row["name"]: row["setting"] for row in await connection.fetch(SQL.server_settings)}
    if int(found.pop("server_version_num")) < MIN_SERVER_VERSION:
        raise ConfigurationError("This PostgreSQL is too old: askonce needs version 15 or newer.")
    encoding = found.pop("server_encoding", "UTF8")
    if encoding != "UTF8":
        raise ConfigurationError(
            f"The database is encoded in {encoding}, which cannot hold every name: "
            "create one with `createdb --template=template0 --encoding=UTF8`, and load the old one's dump into it."
        )
    off = sorted(name for name, setting in found.items() if setting == "off")
    if durable and off:
        raise ConfigurationError(
            f"PostgreSQL runs with {' and '.join(off)} off and could lose writes that were acknowledged: "
            f"run {' '.join(f'ALTER SYSTEM SET {name} = on;' for name in off)} and restart it."
        )


async def check_room(session: Session, *, processes: int, needed: int) -> None:
    """ConfigurationError if fewer connections than these processes may open are allowed at all, with the numbers.

    A warning is logged if too many are in use by others at the moment: they may be ending, such as those of a restart.
    """
    (row,) = await session.fetch(SQL.connection_limits)
    limits = {text: row[name] for name, text in _CONNECTION_LIMITS.items() if row[name] >= 0}
    limit = min(limits, key=lambda text: int(limits[text]))
    allowed = limits[limit]
    if needed > allowed:
        raise ConfigurationError(
            f"{processes} processes may open {needed} connections, and PostgreSQL allows {allowed}: raise {limit}, or "
            "lower ASKONCE_DATABASE_CONNECTIONS or --workers."
        )
    others = row["used"] - 1
    if needed + others > allowed:
        log.warning("database_connections_scarce", needed=needed, used_by_others=others, allowed=allowed, limit=limit)


async def check_direct(connection: DirectConnection, *, variable: str) -> None:
    """ConfigurationError if the session is not PostgreSQL's own: a pooler makes up the number of its process."""
    (row,) = await connection.fetch(SQL.place)
    if row["process"] != connection.get_server_pid():
        raise ConfigurationError(_POOLER.format(variable=variable))


async def check_pool(pooled: Session, direct: Session) -> None:
    """ConfigurationError if the sessions of the pool lead elsewhere, take no writes, or do not keep the limits."""
    (here,), (there,) = await pooled.fetch(SQL.place), await direct.fetch(SQL.place)
    if here["read_only"]:
        raise ConfigurationError(READ_ONLY.format(variable="ASKONCE_DATABASE_URL"))
    if (here["database"], here["started_at"]) != (there["database"], there["started_at"]):
        raise ConfigurationError("ASKONCE_DATABASE_URL and ASKONCE_DATABASE_DIRECT_URL lead to different databases.")
    found = {row["name"]: row["setting"] for row in await pooled.fetch(SQL.session_settings)}
    cut_off_ms = int(found.pop("transaction_timeout", "0"))
    if 0 < cut_off_ms < REQUEST_MS:
        raise ConfigurationError(
            f"PostgreSQL ends transactions after {cut_off_ms} ms, which is less than a request may take: "
            f"set transaction_timeout to 0 or at least {REQUEST_MS}."
        )
    _check_limits(found)


def _check_limits(found: dict[str, str]) -> None:
    wanted = session_limits() | {"TimeZone": "UTC"}
    wrong = sorted(name for name, value in wanted.items() if found[name] != value)
    if wrong:
        difference = ", ".join(f"{name} is {found[name]} and not {wanted[name]}" for name in wrong)
        remedy = " ".join(f"ALTER ROLE CURRENT_USER SET {name} = '{wanted[name]}';" for name in wrong)
        raise ConfigurationError(
            f"The limits of sessions through ASKONCE_DATABASE_URL do not hold ({difference}): run {remedy} as its "
            "user, and let the pooler connect anew (in PgBouncer's console: RECONNECT;)."
        )
