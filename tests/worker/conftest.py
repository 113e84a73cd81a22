"""A worker's duties on a real database, with everything it does written down instead of done."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from service.db import timers
from service.db.migrate import migrate
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.model.clock import Clock
from service.model.ids import new_id
from service.settings.model import Settings
from service.worker.model import WorkerConfig

TABLES = ("outbox", "undropped_view", "timer", "idempotency", "store_candidate", "read_audit", "fired")


@pytest.fixture(scope="module")
async def database_url(servers: EmbeddedServers, request: pytest.FixtureRequest) -> str:
    name = request.module.__name__.rpartition(".")[2]
    address = servers.endpoints.database_url
    connection = await asyncpg.connect(address)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = address.replace("/askonce?", f"/{name}?")
    await migrate(url)
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE fired (timer_id uuid NOT NULL)")
    await connection.close()
    return url


@pytest.fixture(scope="module")
async def shared_database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.connect(database_url, connections=8)
    yield database
    await database.close()


@pytest.fixture
async def database(shared_database: Database) -> Database:
    async with shared_database.transaction() as connection:
        for table in TABLES:
            await connection.execute(f"DELETE FROM {table}")
    return shared_database


class Diary:
    """What a worker did: `fired` timers by subject, `dropped` views, `told` outbox rows."""

    def __init__(self) -> None:
        self.fired: list[UUID | None] = []
        self.dropped: list[UUID] = []
        self.told: list[int] = []
        self.dropped_older: list[dict[UUID, int]] = []

    async def drop(self, customer_ids: Sequence[UUID]) -> None:
        self.dropped += customer_ids

    async def drop_older(self, versions: dict[UUID, int]) -> None:
        self.dropped_older.append(versions)

    async def subscriber(self, connection, rows) -> None:
        self.told += [row.outbox_id for row in rows]

    async def effect(self, connection, timer, now) -> list[UUID]:
        await connection.execute("INSERT INTO fired VALUES ($1)", timer.timer_id)
        self.fired.append(timer.subject_id)
        return [timer.customer_id] if timer.customer_id else []


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def duties(database: Database, diary: Diary) -> WorkerConfig:
    return WorkerConfig(
        database=database,
        clock=Clock(),
        settings=Settings(timer_poll_ms=20, outbox_poll_ms=20),
        drop_views=diary.drop,
        drop_outdated_views=diary.drop_older,
        timer_handlers={"ring": diary.effect},
        subscribers=[diary.subscriber],
    )


@pytest.fixture
def plan(duties: WorkerConfig):
    """A function that schedules a timer of a kind in some seconds from now; gives its subject."""

    async def schedule(kind: str = "ring", *, seconds: float = 0, customer_id: UUID | None = None) -> UUID:
        subject_id = new_id()
        due_at = duties.clock.now() + timedelta(seconds=seconds)
        async with duties.database.transaction() as connection:
            await timers.schedule_timer(
                connection, kind=kind, due_at=due_at, customer_id=customer_id, subject_id=subject_id
            )
        return subject_id

    return schedule


@pytest.fixture
def change(database: Database):
    """A function that puts a change of a customer into the outbox."""

    async def put(customer_id: UUID, version: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(
                "INSERT INTO outbox (customer_id, version, type, created_at) VALUES ($1, $2, 'context.changed', $3)",
                customer_id,
                version,
                Clock().now(),
            )

    return put


@pytest.fixture
def count(database: Database):
    """A function that counts the rows of a table."""

    async def rows(table: str) -> int:
        async with database.connection() as connection:
            return await connection.fetchval(f"SELECT count(*) FROM {table}")

    return rows
