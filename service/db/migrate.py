"""Brings the schema of a database up to this version of askonce."""

import re
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files

import structlog
from msgspec import Struct

from service.db.migrations.frozen import digest_of, frozen_migrations
from service.db.name_keys import recompute_name_keys
from service.db.partitions import PARTITIONED_TABLES, add_partitions
from service.db.servers import DirectConnection, ServerFinder
from service.db.statements import Statements
from service.errors import ConfigurationError

SQL = Statements("service.db", "migrate")
log = structlog.get_logger()

_LOCK_ID = 0x61736B6F6E6365  # "askonce": one migration at a time in a database
_CONNECT_S = 20.0
_FIRST_WITH_WAY_BACK = 58
"""From this migration on the database knows which former code runs on it."""

_CONTINUED_IN_PYTHON = {"0012_name_keys": recompute_name_keys}
"""What a migration does besides its SQL, in the same transaction."""
_CONCURRENT_PART = re.compile(r"-- concurrently\n(?P<statements>.*?)^-- in a transaction\n", re.DOTALL | re.MULTILINE)
"""What a migration may begin with: indexes of tables that are in use, each `CREATE INDEX name …;`."""
_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX (?P<name>\w+) .*?;", re.DOTALL | re.MULTILINE)


class MigrationState(Struct, frozen=True, kw_only=True):
    """A migration, when it was applied, and how many migrations code must know at least to run on what it made."""

    number: int
    name: str
    applied_at: datetime | None
    oldest_code: int


async def migrate(url: str) -> list[str]:
    """Apply what is missing, in order, each in a transaction of its own; gives the names applied now.

    Then make the partitions that are needed soon. ConfigurationError if a newer askonce has migrated the database so
    that this one does not run on it.
    """
    connection = await _connect(url)
    try:
        await connection.execute("SET lock_timeout = 0")
        await connection.execute(SQL.lock, _LOCK_ID)
        await connection.execute("SET lock_timeout = 5000")
        applied = await _apply_missing(connection, list_migrations())
        for table in PARTITIONED_TABLES:
            await add_partitions(connection, table, await connection.fetchval("SELECT now()"))
        return applied
    finally:
        await connection.close()


async def migration_states(url: str) -> list[MigrationState]:
    """Every migration of this version in order, then those of a newer one that the database has."""
    connection = await _connect(url)
    try:
        applied = await connection.fetch(SQL.applied) if await connection.fetchval(SQL.is_migrated) else []
        times = {row["number"]: row["applied_at"] for row in applied}
        frozen, known = frozen_migrations(), list_migrations()
        states = [
            MigrationState(
                number=number,
                name=name,
                applied_at=times.get(number),
                oldest_code=frozen[name].oldest_code if name in frozen else number,
            )
            for number, (name, _) in enumerate(known, start=1)
        ]
        newer = await connection.fetch(SQL.newer, len(known)) if len(times) > len(known) else []
        return states + [
            MigrationState(
                number=row["number"], name=row["name"], applied_at=times[row["number"]], oldest_code=row["oldest_code"]
            )
            for row in newer
        ]
    finally:
        await connection.close()


async def _connect(url: str) -> DirectConnection:
    settings = {"timezone": "UTC", "lock_timeout": "5000", "statement_timeout": "0"}
    return await ServerFinder(url).connect(timeout=_CONNECT_S, server_settings=settings)


async def _apply_missing(connection: DirectConnection, available: list[tuple[str, str]]) -> list[str]:
    await connection.execute(SQL.create_table)
    applied = {row["number"]: row["digest"] for row in await connection.fetch(SQL.applied)}
    if applied and max(applied) > len(available):
        await _check_newer(connection, len(available))
    names = []
    for number, (name, text) in enumerate(available, start=1):
        if number not in applied:
            rest = await _build_indexes(connection, text)
            async with connection.transaction():
                await connection.execute(rest)
                if continued := _CONTINUED_IN_PYTHON.get(name):
                    await continued(connection)
                await _record(connection, number, name, digest_of(text))
            names.append(name)
        elif applied[number] != digest_of(text):
            raise ConfigurationError(f"Migration {name} differs from the one this database was migrated with.")
    return names


async def _check_newer(connection: DirectConnection, known: int) -> None:
    """Go on if code that knows so many migrations runs on what a newer one made; else ConfigurationError."""
    newer = await connection.fetch(SQL.newer, known)
    last, by = newer[-1]["name"], newer[-1]["applied_by"]
    if max(row["oldest_code"] for row in newer) > known:
        raise ConfigurationError(
            f"The database was migrated by a newer askonce ({by or 'unknown'}, {last}), and this one does not run on "
            "it: install that version or a newer one, or restore the backup from before the upgrade."
        )
    log.warning("database_newer", newest=last, applied_by=by)


async def _record(connection: DirectConnection, number: int, name: str, digest: str) -> None:
    if number < _FIRST_WITH_WAY_BACK:
        await connection.execute(SQL.record, number, name, digest)
        return
    frozen = frozen_migrations().get(name)
    oldest_code = frozen.oldest_code if frozen else number
    await connection.execute(SQL.record_with_way_back, number, name, digest, oldest_code, version("askonce"))


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
