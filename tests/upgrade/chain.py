"""How a test comes to a database of an earlier or a later version than this one."""

import gzip
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import asyncpg

from service.db import migrate as runner
from service.db.migrations.frozen import FrozenMigration, digest_of, frozen_migrations
from service.embedded.supervisor import EmbeddedServers
from tests.fixtures import url_of

MIGRATIONS = runner.list_migrations()
NEWEST = len(MIGRATIONS)


@contextmanager
def code_that_knows(number: int) -> Iterator[None]:
    """For the block `migrate` is that of an earlier version, which knows so many migrations."""
    with patch.object(runner, "list_migrations", lambda: MIGRATIONS[:number]):
        if number >= 52:  # which makes the partitions
            yield
            return
        with patch.object(runner, "PARTITIONED_TABLES", ()):
            yield


@contextmanager
def code_of_later(*later: tuple[str, int]) -> Iterator[None]:
    """For the block `migrate` is that of a later version with these migrations, each with the oldest code that runs on it."""
    texts = [(name, f"CREATE TABLE of_{name} (n integer)") for name, _ in later]
    lines = {
        name: FrozenMigration(name=name, digest=digest_of(text), oldest_code=oldest)
        for (name, oldest), (_, text) in zip(later, texts, strict=True)
    }
    with (
        patch.object(runner, "list_migrations", lambda: MIGRATIONS + texts),
        patch.object(runner, "frozen_migrations", lambda: frozen_migrations() | lines),
    ):
        yield


@asynccontextmanager
async def new_database(servers: EmbeddedServers, *, template: str = "template0") -> AsyncIterator[str]:
    """The name of a database that is gone afterwards."""
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(servers.endpoints.database_url)
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield name
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


@asynccontextmanager
async def connected(servers: EmbeddedServers, name: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database of the session's server."""
    connection = await asyncpg.connect(url_of(servers, name), server_settings={"timezone": "UTC"})
    try:
        yield connection
    finally:
        await connection.close()


FOLDER = Path(__file__).with_name("databases")
KEPT = [int(path.name[:4]) for path in sorted(FOLDER.glob("*.sql.gz"))]
"""The versions of which a database is kept, by the number of their last migration."""

TABLES = """
    SELECT string_agg(format('%I', c.relname), ', ')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""


async def restore(connection: asyncpg.Connection, number: int) -> None:
    """Put the kept rows of a version into a database that has its tables, in place of what migrations have put there."""
    await connection.execute(f"TRUNCATE {await connection.fetchval(TABLES)}")
    await connection.execute("SET session_replication_role = replica")  # no order of foreign keys, no triggers
    await connection.execute(gzip.decompress((FOLDER / f"{number:04}.sql.gz").read_bytes()).decode())
    await connection.execute("RESET ALL")
