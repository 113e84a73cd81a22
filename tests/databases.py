"""Copies of the migrated database: what a test wrote into one is taken out again, and the next test gets it."""

from io import BytesIO
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

USES = 50
"""So often a copy is lent: what was deleted takes room until then, and pages are read slower."""
RELATIONS = """
SELECT array_agg(oid::regclass::text ORDER BY oid) FILTER (WHERE relkind = 'r'),
    array_agg(oid::regclass::text ORDER BY oid) FILTER (WHERE relkind = 'S')
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
CATALOGS = ("attribute", "attrdef", "constraint", "event_trigger", "extension", "index", "proc", "statistic", "trigger")
SHAPE = f"""
SELECT (SELECT (count(*), max(xmin::text::bigint), sum(reltuples), sum(relpages))::text FROM pg_class),
    (SELECT (xmin, datallowconn, datconnlimit)::text FROM pg_database WHERE datname = current_database()),
    (SELECT count(*) FROM pg_db_role_setting AS setting JOIN pg_database AS own ON own.oid = setting.setdatabase
        WHERE datname = current_database()),
    (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()),
    {", ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM pg_{name})" for name in CATALOGS)}
"""
"""Differs once anything but rows did: a table, a function, a setting, a statistic of the planner, a deadlock."""
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Databases:
    """Databases of one server, each a copy of its migrated template; a test has one of them for itself."""

    def __init__(self, admin: asyncpg.Connection, url: str, template: str) -> None:
        self._admin = admin
        self._url = url
        self._template = template
        self._free: list[DatabaseCopy] = []
        self._lent: dict[str, DatabaseCopy] = {}

    async def lend(self) -> str:
        """The address of a database that is as migrations left it."""
        copy = self._free.pop() if self._free else await self._create()
        self._lent[copy.url] = copy
        return copy.url

    async def take_back(self, url: str) -> None:
        """Nothing of it is connected any more; it is lent again, or goes if more than its rows changed."""
        copy = self._lent.pop(url)
        if await copy.is_as_new():
            self._free.append(copy)
            return
        copy.connection.terminate()
        await self._admin.execute(f"DROP DATABASE {copy.name} WITH (FORCE)")

    async def leave(self, url: str) -> None:
        """Be connected to this database no longer, so that PostgreSQL copies it; the next test gets another."""
        await self._lent[url].connection.close()

    def close(self) -> None:
        """Leave them; they go with their server."""
        for copy in (*self._free, *self._lent.values()):
            copy.connection.terminate()

    async def _create(self) -> "DatabaseCopy":
        name = f"test_{uuid4().hex}"
        await self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        url = urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))
        copy = DatabaseCopy(name, url, await asyncpg.connect(url, server_settings={"timezone": "UTC"}))
        await copy.remember()
        return copy


class DatabaseCopy:
    """One copy, what it held at first, and the connection that empties it."""

    def __init__(self, name: str, url: str, connection: asyncpg.Connection) -> None:
        self.name = name
        self.url = url
        self.connection = connection
        self._uses_left = USES
        self._shape: asyncpg.Record | None = None
        self._tables: list[str] = []
        self._sequences: list[str] = []
        self._rows: dict[str, bytes] = {}
        """What each table that migrations fill held, as COPY writes it."""
        self._content = ""
        """The statement that gives the tables that hold rows and should not, a digest of each that should, and where
        each sequence stands."""
        self._first: asyncpg.Record | None = None

    async def remember(self) -> None:
        """Look at it while it is as migrations left it."""
        tables, self._sequences = await self.connection.fetchrow(RELATIONS)
        for table in tables:
            if await self.connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
                self._rows[table] = await self._copied(table)
            else:
                self._tables.append(table)
        empty = [f"CASE WHEN EXISTS (SELECT FROM {table}) THEN '{table}' END" for table in self._tables]
        held = [f"(SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} AS t)" for table in self._rows]
        counted = [f"(SELECT last_value || ' ' || is_called FROM {sequence})" for sequence in self._sequences]
        lists = (f"ARRAY[{', '.join(parts)}]" for parts in (empty, held, counted))
        self._content = "SELECT array_remove({}, NULL), {}, {}".format(*lists)
        self._first = await self.connection.fetchrow(self._content)
        self._shape = await self.connection.fetchrow(SHAPE)

    async def is_as_new(self) -> bool:
        """Take out what a test wrote; False if more than rows changed, it is worn, or it cannot be reached."""
        self._uses_left -= 1
        try:
            await self.connection.execute(END_OTHERS)
            if not self._uses_left or await self.connection.fetchrow(SHAPE) != self._shape:
                return False
            async with self.connection.transaction():
                await self._take_out()
            return await self.connection.fetchrow(self._content) == self._first
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def _take_out(self) -> None:
        """Every row that a test wrote goes, and the rows and numbers of migrations come back."""
        written, held, counted = await self.connection.fetchrow(self._content)
        _, held_first, counted_first = self._first
        changed = [table for table, *both in zip(self._rows, held, held_first, strict=True) if len({*both}) > 1]
        statements = ["SET LOCAL session_replication_role = replica"]  # no foreign key, no trigger
        statements += [f"DELETE FROM {table}" for table in [*written, *changed]]
        for sequence, now, first in zip(self._sequences, counted, counted_first, strict=True):
            value, is_called = first.split()
            if now != first:
                statements.append(f"SELECT setval('{sequence}', {value}, {is_called})")
        await self.connection.execute("; ".join(statements))
        for table in changed:
            await self.connection.copy_to_table(table, source=BytesIO(self._rows[table]))

    async def _copied(self, table: str) -> bytes:
        """Every row of a table."""
        copied = BytesIO()
        await self.connection.copy_from_table(table, output=copied)
        return copied.getvalue()
