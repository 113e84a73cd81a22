"""The only wiring: opens the rooms, and gives each caller of them what it needs."""

import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from service.access.audit import ReadAudit
from service.access.principals import Principals
from service.cache.client import Cache
from service.conditions import boundaries
from service.context.reader import ContextReader
from service.db.pool import Database
from service.embedded.orphan import prepare_child
from service.intake.gather import Registrar
from service.model.clock import Clock
from service.settings.environment import load
from service.settings.model import Settings
from service.telemetry import logs
from service.web import application
from service.web.asgi import App, Receive, Scope, Send
from service.web.conditions import condition_routes
from service.web.context import context_routes
from service.web.customers import customer_routes
from service.web.health import health_routes
from service.web.interactions import interaction_routes
from service.web.merges import merge_routes
from service.web.redemptions import redemption_routes
from service.web.route import Route
from service.web.store import store_routes
from service.web.timeline import timeline_routes
from service.worker.model import Duties

log = structlog.get_logger()


class Rooms(Struct, frozen=True, kw_only=True):
    """What every caller works with; opened once a process."""

    settings: Settings
    clock: Clock
    database: Database
    cache: Cache
    reader: ContextReader

    async def drop_views(self, customer_ids: Collection[UUID]) -> None:
        """No cached view shows the state before the caller's committed change any more."""
        await self.reader.cache.drop(customer_ids)

    async def close(self) -> None:
        """Give the connections back."""
        self.cache.close()
        await self.database.close()


async def open_rooms(settings: Settings, clock: Clock) -> Rooms:
    """The rooms on the servers of these settings. DatabaseUnavailable if PostgreSQL does not answer."""
    database = await Database.connect(settings.database_url, connections=settings.database_connections)
    cache = await Cache.connect(settings.redis_url)
    reader = ContextReader(database, cache, settings)
    return Rooms(settings=settings, clock=clock, database=database, cache=cache, reader=reader)


def worker_duties(rooms: Rooms) -> Duties:
    """What a worker does, for whom."""
    return Duties(
        database=rooms.database,
        clock=rooms.clock,
        settings=rooms.settings,
        drop=rooms.reader.cache.drop,
        drop_older=rooms.reader.cache.drop_older,
        effects={boundaries.KIND: boundaries.cross},
    )


@asynccontextmanager
async def serving(rooms: Rooms) -> AsyncIterator[App]:
    """The web application on these rooms, with what runs beside it."""
    audit = ReadAudit(rooms.database)
    audit.start(rooms.clock)
    principals = Principals(rooms.database, rooms.clock)
    try:
        yield application.create(
            _routes(rooms, audit), principals=principals, settings=rooms.settings, clock=rooms.clock
        )
    finally:
        await audit.stop(rooms.clock.now())


def _routes(rooms: Rooms, audit: ReadAudit) -> list[Route]:
    region, zone = rooms.settings.default_region, ZoneInfo(rooms.settings.time_zone)
    registrar = Registrar(rooms.database, rooms.drop_views, settings=rooms.settings, clock=rooms.clock)
    return [
        *interaction_routes(registrar, region=region),
        *context_routes(rooms.reader, audit),
        *customer_routes(rooms.database, rooms.drop_views, region=region),
        *merge_routes(rooms.database, rooms.drop_views),
        *timeline_routes(rooms.database, rooms.drop_views),
        *condition_routes(rooms.database, rooms.drop_views),
        *redemption_routes(rooms.database, rooms.drop_views, zone=zone),
        *store_routes(rooms.database, audit, region=region, zone=zone),
        *health_routes(rooms.database, rooms.cache),
    ]


class Application:
    """The ASGI application of one server process: its rooms open when the server starts it, and close when it ends."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the server's messages of start and end."""
        if self._app is not None and scope["type"] == "http":
            await self._app(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            rooms = await open_rooms(self._settings, self._clock)
        except Exception as error:
            log.exception("start_failed", exc_info=error)
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            return
        async with serving(rooms) as self._app:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await rooms.close()
        await send({"type": "lifespan.shutdown.complete"})


def create_from_environment() -> Application:
    """The application of a server process that `askonce serve` started; its settings come in the environment."""
    prepare_child()
    settings = load(os.environ)
    logs.configure(level=settings.log_level, form=settings.log_format)
    return Application(settings, Clock())
