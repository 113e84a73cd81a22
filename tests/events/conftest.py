"""A journal on a real database, those who read it live, and a post office that sends it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from service.db.pool import Database
from service.errors import DatabaseUnavailable
from service.events import feed as feed_module
from service.events import sending
from service.events.feed import EventFeed
from service.events.transport import Resolver
from service.model.clock import Clock
from service.settings.model import Settings
from service.worker.model import WorkerConfig
from tests.events.office import Office
from tests.events.world import World
from tests.patience import until


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def remembered() -> int:
    """How many events a process remembers; a test may say otherwise."""
    return feed_module.MAX_RECENT_EVENTS


@pytest.fixture
async def feed(database: Database, remembered: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EventFeed]:
    """The live events of one process, which has read the journal."""
    monkeypatch.setattr(feed_module, "MAX_RECENT_EVENTS", remembered)
    monkeypatch.setattr(feed_module, "IDLE_INTERVAL_S", 0.05)
    async with reading(database) as feed:
        yield feed


@asynccontextmanager
async def reading(database: Database, *, most_streams: int = 50) -> AsyncIterator[EventFeed]:
    """A process that reads the journal for the block."""
    feed = EventFeed(database, max_streams=most_streams)
    feed.start()
    await until(lambda: has_read(feed, 0))
    yield feed
    await feed.stop()


def has_read(feed: EventFeed, number: int) -> bool:
    """Whether the process has read the journal up to this event."""
    try:
        return feed.newest >= number
    except DatabaseUnavailable:
        return False


async def nothing(_customers: Sequence[UUID]) -> None:
    """Drop no views."""


@pytest.fixture
async def office(database: Database, clock: Clock, world: World) -> AsyncIterator[Office]:
    """A worker's sender of webhooks, which may send to this machine."""
    duties = WorkerConfig(
        database=database,
        clock=clock,
        settings=Settings(webhook_allow_private=True, public_url="https://askonce.example"),
        drop_views=nothing,
        drop_outdated_views=nothing,
        timer_handlers={},
    )
    async with sending.webhook_client(Resolver(), allow_private=True) as client:
        office = Office(duties, client, world)
        yield office
        for sink in office.sinks:
            await sink.stop()
        await office.sender.stop()
