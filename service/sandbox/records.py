"""The records of a sandbox: two databases, one as everything began, and the one in use, which is a copy of it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from msgspec.structs import replace

from service.access.accounts.accounts import create_account
from service.access.accounts.links import OPENING_ACCOUNT
from service.access.accounts.passwords import Passwords
from service.access.accounts.sessions import store_password
from service.access.keys import create_key
from service.app.rooms import Rooms, open_rooms
from service.app.worker import worker_dependencies
from service.db.migrate import migrate
from service.db.partitions import PARTITIONED_TABLES, add_partitions
from service.demo.day.past import COLLEAGUE, play_past_in
from service.demo.day.script import load_script
from service.model.clock import Clock
from service.model.ids import repeated_ids
from service.model.vocabulary import AgentRole, Role
from service.sandbox.loopback import LoopbackResolver
from service.sandbox.model import PASSWORD, SandboxState
from service.settings.model import Settings
from service.worker.settling import open_settler

AGENTS = (OPENING_ACCOUNT, COLLEAGUE)
"""The accounts of the console: an admin, and an agent."""
PARTNER_QUEUE = "partner-leipzig"
"""The queue of the partner's key."""
_BEGINNING, _ADMINISTRATION = "askonce_beginning", "postgres"
_FIRST_ID_NS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9
_EVERY_HOUR = "24/7"


async def create_beginning(settings: Settings, begins_at: datetime) -> SandboxState:
    """Make the database as everything begins, in place of one that is there; gives what is in it."""
    url = _address_of(settings, _BEGINNING)
    await _administer(settings, f"DROP DATABASE IF EXISTS {_BEGINNING} WITH (FORCE)", f"CREATE DATABASE {_BEGINNING}")
    await migrate(url)
    rooms = await open_rooms(
        replace(settings, database_url=url),
        Clock(begins_at - datetime.now(UTC)),
        resolve=LoopbackResolver(),
        sandbox=True,
    )
    try:
        with repeated_ids(_FIRST_ID_NS):
            return await _fill(rooms, begins_at)
    finally:
        await rooms.close()


async def upgrade_records(settings: Settings) -> None:
    """Bring both databases up to this version of askonce."""
    for name in (_BEGINNING, None):
        await migrate(settings.database_url if name is None else _address_of(settings, name))


async def begin_anew(settings: Settings) -> None:
    """Put a copy of the beginning in the place of the database in use; who is connected to that is cut off."""
    in_use = urlsplit(settings.database_url).path.removeprefix("/")
    await _administer(
        settings,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_BEGINNING}'",
        f"DROP DATABASE IF EXISTS {in_use} WITH (FORCE)",
        f"CREATE DATABASE {in_use} TEMPLATE {_BEGINNING} STRATEGY file_copy",
    )


async def prepare_partitions(rooms: Rooms, moment: datetime) -> None:
    """Have room for what happens at this moment and before."""
    for table in PARTITIONED_TABLES:
        async with rooms.database.connection() as connection:
            await add_partitions(connection, table, moment)


async def _fill(rooms: Rooms, begins_at: datetime) -> SandboxState:
    await prepare_partitions(rooms, begins_at)
    script = load_script()
    async with rooms.database.transaction() as connection:
        created_at = begins_at - timedelta(days=365)
        keys = {
            role: await create_key(
                connection,
                role=role,
                name=f"sandbox {role}",
                now=created_at,
                queue=PARTNER_QUEUE if role is Role.PARTNER else None,
                sandbox=True,
            )
            for role in Role
        }
        await create_account(connection, name=OPENING_ACCOUNT, role=AgentRole.ADMIN, now=created_at)
    ids = await play_past_in(rooms, keys, script, hours=_EVERY_HOUR)
    await _set_passwords(rooms)
    async with open_settler(worker_dependencies(rooms)) as settler:
        await settler.settle_night()
    customers = [
        {"key": one.key, "id": ids[one.key], "name": one.record["name"], "identities": one.identities}
        for one in script.customers
    ]
    return SandboxState(began_at=begins_at, customers=customers)


async def _set_passwords(rooms: Rooms) -> None:
    """The console's accounts have the password of sandboxes."""
    stored = await Passwords().hash(PASSWORD)
    async with rooms.database.transaction() as connection:
        for name in AGENTS:
            await store_password(connection, name, stored)


async def _administer(settings: Settings, *statements: str) -> None:
    connection = await asyncpg.connect(_address_of(settings, _ADMINISTRATION))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _address_of(settings: Settings, database: str) -> str:
    return urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{database}"))
