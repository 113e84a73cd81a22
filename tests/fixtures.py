"""Records for a test: a fresh migrated database and an empty cache on the session's real servers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import httpx
import pytest

from service.access.keys import create_key
from service.app.rooms import Rooms
from service.app.web import web_application
from service.cache.client import Cache
from service.context.guidance.guide import CurrentGuide
from service.context.reader import ContextReader
from service.db.migrate import migrate
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.insight.guide import guide_loader
from service.model.clock import Clock
from service.model.vocabulary import Role
from service.settings.environment import load_settings
from service.settings.model import Settings
from tests.databases import Databases

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
"""Saturday morning; the clock of the tests stands here until a test moves it."""
KEY_ID = UUID("01900000-0000-7000-8000-000000000001")
TEMPLATE = "askonce_template"


class StandingClock(Clock):
    """A clock that moves only when it is told to."""

    def now(self) -> datetime:
        return NOW + self.offset


def url_of(servers: EmbeddedServers, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(servers.endpoints.database_url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
async def template(servers: EmbeddedServers) -> str:
    """A migrated database that others are copied from."""
    admin = await asyncpg.connect(servers.endpoints.database_url)
    try:
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
        await migrate(url_of(servers, TEMPLATE))
    finally:
        await admin.close()
    return TEMPLATE


@pytest.fixture(scope="session")
async def database_copies(servers: EmbeddedServers, template: str) -> AsyncIterator[Databases]:
    """Migrated databases, of which each test has one for itself."""
    admin = await asyncpg.connect(servers.endpoints.database_url)
    databases = Databases(admin, servers.endpoints.database_url, template)
    yield databases
    databases.close()
    await admin.close()


@pytest.fixture
async def database_url(database_copies: Databases) -> AsyncIterator[str]:
    """A migrated database of this test alone, in which no other left anything."""
    url = await database_copies.lend()
    yield url
    await database_copies.take_back(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The rooms' way to this test's database."""
    database = await Database.connect(database_url, connections=8)
    yield database
    await database.close()


@pytest.fixture
async def cache(servers: EmbeddedServers) -> AsyncIterator[Cache]:
    """The session's Redis, empty."""
    cache = await Cache.connect(servers.endpoints.redis_url)
    await cache.send("FLUSHALL")
    yield cache
    cache.close()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of an empty environment, which cannot be changed."""
    return load_settings({})


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at NOW."""
    return StandingClock()


@pytest.fixture
async def rooms(database: Database, cache: Cache, settings: Settings, clock: StandingClock) -> Rooms:
    """The service's rooms on this test's servers."""
    reader = ContextReader(database, cache, settings, guidance=CurrentGuide(guide_loader(settings)))
    await reader.trust.check()
    return Rooms(settings=settings, clock=clock, database=database, cache=cache, reader=reader)


class Desk:
    """The service over HTTP, as a caller of any role."""

    def __init__(self, http: httpx.AsyncClient, keys: dict[Role, str]) -> None:
        self.http = http
        self.keys = keys

    async def __call__(self, role: str, method: str, path: str, json: object = None, **headers: str) -> httpx.Response:
        """The answer to one request; headers are given with underscores."""
        given = {"authorization": f"Bearer {self.keys[Role(role)]}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(method, path, json=json, headers=given)

    async def register(self, role: str = "channel", **fields: object) -> httpx.Response:
        """Register an interaction with everything filled in that is not said (tests/registration/events.py)."""
        from tests.registration.events import event_json

        return await self(role, "POST", "/v1/interactions", event_json(**fields))

    async def look_up(self, role: str = "console", kind: str = "email", value: str = "anna@example.de", **headers: str):
        """The answer to a look-up."""
        body = {"identity": {"kind": kind, "value": value}}
        return await self(role, "POST", "/v1/context/lookup", body, **headers)


@pytest.fixture
async def desk(rooms: Rooms) -> AsyncIterator[Desk]:
    """The whole service over HTTP, with a key of every role."""
    async with rooms.database.transaction() as connection:
        keys = {
            role: await create_key(
                connection, role=role, name=f"the {role}", now=NOW, queue="repairs" if role is Role.PARTNER else None
            )
            for role in Role
        }
    async with (
        web_application(rooms) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://askonce.test") as http,
    ):
        yield Desk(http, keys)
