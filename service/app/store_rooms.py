"""What a command works with that stores records and shows none: it starts in half the time of the service's rooms."""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct

from service.cache.client import Cache
from service.coherence.trust import CacheTrust
from service.context.cache import ContextCache
from service.context.guidance.guide import CurrentGuide
from service.db.change_bell import ChangeBell
from service.db.pool import Database
from service.model.clock import Clock
from service.settings.model import Settings


class StoreRooms(Struct, frozen=True, kw_only=True):
    """Both servers, and the cached views that are dropped after a change."""

    settings: Settings
    clock: Clock
    database: Database
    cache: Cache
    views: ContextCache

    async def drop_views(self, customer_ids: Collection[UUID]) -> None:
        """No cached view shows the state before the caller's committed change any more."""
        await self.views.drop(customer_ids)

    async def close(self) -> None:
        """Give the connections back."""
        self.cache.close()
        await self.database.close()


async def open_store_rooms(settings: Settings, clock: Clock) -> StoreRooms:
    """The rooms on the servers of these settings. DatabaseUnavailable if PostgreSQL does not answer."""
    database = await Database.connect(
        settings.database_url, connections=settings.database_connections, pooled=settings.pooled
    )
    cache = await Cache.connect(settings.redis_url)
    views = ContextCache(cache, CacheTrust(cache, database), settings, CurrentGuide(), ChangeBell(database))
    return StoreRooms(settings=settings, clock=clock, database=database, cache=cache, views=views)
