"""Refuses a PostgreSQL server that could lose acknowledged writes."""

import asyncpg

from service.db.statements import Statements
from service.errors import ConfigurationError

SQL = Statements("service.db", "server_check")

MIN_SERVER_VERSION = 150_000


async def check_database_server(connection: "asyncpg.Connection[asyncpg.Record]", *, durable: bool) -> None:
    """ConfigurationError says what to change, if the server is too old or, with `durable`, could lose writes."""
    found = {row["name"]: row["setting"] for row in await connection.fetch(SQL.server_settings)}
    if int(found.pop("server_version_num")) < MIN_SERVER_VERSION:
        raise ConfigurationError("This PostgreSQL is too old: askonce needs version 15 or newer.")
    off = sorted(name for name, setting in found.items() if setting == "off")
    if durable and off:
        raise ConfigurationError(
            f"PostgreSQL runs with {' and '.join(off)} off and could lose writes that were acknowledged: "
            f"run {' '.join(f'ALTER SYSTEM SET {name} = on;' for name in off)} and restart it."
        )
