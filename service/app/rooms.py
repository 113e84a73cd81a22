"""The rooms that every caller works with, opened once a process."""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct, field

from service.cache.cluster import CacheClient, connect_cache
from service.context.guidance.guide import CurrentGuide
from service.context.reader import ContextReader
from service.db.pool import Database
from service.events.transport import Resolve, Resolver
from service.inbound.mail.parsers import MailParsers
from service.insight.guide import guide_loader
from service.insight.long_reads import AT_ONCE, LongReads
from service.model.clock import Clock
from service.sealing.keys import use_keys
from service.settings.model import Settings

WATCH_STATEMENT_MS = 500
"""A database that answers later is out of reach for those who read cached views."""


class Rooms(Struct, frozen=True, kw_only=True):
    """What every caller works with; opened once a process."""

    settings: Settings
    clock: Clock
    database: Database
    cache: CacheClient
    reader: ContextReader
    mail_readers: MailParsers = field(default_factory=MailParsers)
    resolve: Resolve = field(default_factory=Resolver)
    """The way to the addresses of other systems."""
    sandbox: bool = False
    """Whether this is an installation for tests, with the keys that everybody knows; its pages say so."""
    watch: Database | None = None
    """The connection by which this process watches whether cached views may be believed."""

    insight: Database | None = None
    """The connections of what reads many customers at length, opened when they are needed."""

    async def drop_views(self, customer_ids: Collection[UUID]) -> None:
        """No cached view shows the state before the caller's committed change any more."""
        await self.reader.cache.drop(customer_ids)

    async def close(self) -> None:
        """Give the connections back."""
        await self.mail_readers.close()
        await self.reader.trust.stop()
        self.cache.close()
        for own in (self.watch, self.insight):
            if own is not None:
                await own.close()
        await self.database.close()


def create_long_reads(rooms: Rooms) -> LongReads:
    """The way of a process to what reads many customers; there is one, since it says how many read at once."""
    return LongReads(rooms.insight or rooms.database, limit_s=rooms.settings.insight_timeout_s)


async def open_rooms(
    settings: Settings, clock: Clock, *, resolve: Resolve | None = None, sandbox: bool = False
) -> Rooms:
    """The rooms on the servers of these settings. DatabaseUnavailable if PostgreSQL does not answer.

    `resolve` finds other systems, by default wherever they are.
    """
    use_keys(settings.secrets_key)
    database = await Database.connect(
        settings.database_url, connections=settings.database_connections, pooled=settings.pooled
    )
    cache = await connect_cache(settings.redis_url)
    watch = await Database.connect(
        settings.database_url, connections=1, statement_ms=WATCH_STATEMENT_MS, pooled=settings.pooled
    )
    insight = await Database.connect(
        settings.database_url,
        connections=AT_ONCE,
        statement_ms=settings.insight_timeout_s * 1000,
        pooled=settings.pooled,
        opened=0,
    )
    guidance = CurrentGuide(guide_loader(settings))
    reader = ContextReader(database, cache, settings, watch=watch, guidance=guidance)
    return Rooms(
        settings=settings,
        clock=clock,
        database=database,
        cache=cache,
        reader=reader,
        watch=watch,
        insight=insight,
        resolve=resolve or Resolver(),
        sandbox=sandbox,
    )
