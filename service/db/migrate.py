"""Brings the schema of a database up to this version of askonce."""

import hashlib
import re
from importlib.resources import files

from service.db.name_keys import recompute_name_keys
from service.db.partitions import PARTITIONED_TABLES, add_partitions
from service.db.servers import DirectConnection, ServerFinder
from service.errors import ConfigurationError

_LOCK_ID = 0x61736B6F6E6365  # "askonce": one migration at a time in a database
_CONNECT_S = 20.0
_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)
"""

_CONTINUED_IN_PYTHON = {"0012_name_keys": recompute_name_keys}
"""What a migration does besides its SQL, in the same transaction."""
_CONCURRENT_PART = re.compile(r"-- concurrently\n(?P<statements>.*?)^-- in a transaction\n", re.DOTALL | re.MULTILINE)
"""What a migration may begin with: indexes of tables that are in use, each `CREATE INDEX name …;`."""
_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX (?P<name>\w+) .*?;", re.DOTALL | re.MULTILINE)


async def migrate(url: str) -> list[str]:
    """Apply what is missing, in order, each in a transaction of its own; gives the names applied now.

    Then make the partitions that are needed soon.
    """
    connection = await ServerFinder(url).connect(
        timeout=_CONNECT_S, server_settings={"timezone": "UTC", "lock_timeout": "5000", "statement_timeout": "0"}
    )
    try:
        await connection.execute("SET lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_ID)
        await connection.execute("SET lock_timeout = 5000")
        applied = await _apply_missing(connection)
        for table in PARTITIONED_TABLES:
            await add_partitions(connection, table, await connection.fetchval("SELECT now()"))
        return applied
    finally:
        await connection.close()


async def _apply_missing(connection: DirectConnection) -> list[str]:
    await connection.execute(_CREATE_TABLE)
    applied = {
        row["number"]: row["digest"] for row in await connection.fetch("SELECT number, digest FROM schema_migration")
    }
    available = list_migrations()
    if applied and max(applied) > len(available):
        raise ConfigurationError("The database was migrated by a newer askonce: install that version or a newer one.")
    names = []
    for number, (name, text) in enumerate(available, start=1):
        digest = hashlib.sha256(text.encode()).hexdigest()
        if number not in applied:
            rest = await _build_indexes(connection, text)
            async with connection.transaction():
                await connection.execute(rest)
                if continued := _CONTINUED_IN_PYTHON.get(name):
                    await continued(connection)
                await connection.execute(
                    "INSERT INTO schema_migration (number, name, digest) VALUES ($1, $2, $3)", number, name, digest
                )
            names.append(name)
        elif applied[number] != digest:
            raise ConfigurationError(f"Migration {name} differs from the one this database was migrated with.")
    return names


async def _build_indexes(connection: DirectConnection, text: str) -> str:
    """Build the indexes that a migration begins with while the tables are in use; gives the rest of the migration.

    An index whose building was cut off is invalid: it goes before it is built anew.
    """
    if (part := _CONCURRENT_PART.match(text)) is None:
        return text
    for index in _INDEX.finditer(part["statements"]):
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index['name']}")
        await connection.execute(index[0].replace("INDEX", "INDEX CONCURRENTLY", 1))
    return text[part.end() :]


def list_migrations() -> list[tuple[str, str]]:
    """Every migration in order as (name, SQL); migration n is number n, counted from 1."""
    folder = files("service.db.migrations")
    found = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name.removesuffix(".sql"), text) for name, text in found]
