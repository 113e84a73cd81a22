"""Answers who asks for a context: from Redis in one round trip, else from PostgreSQL in one, whatever is broken.

The hot path awaits one reply and touches no JSON. Everything else is the slow path, which is still correct:

    hint -> HMGET version, end, view, proof -> all there, not past its end, believed -> the bytes as they are
    else -> lease -> one statement -> projection -> views -> fill (`loader.py`)
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.cache.client import Cache
from service.context.cache import CachedView, ContextCache
from service.context.loader import ContextLoader
from service.context.records import current_version
from service.context.subject import CustomerQuery, QueryHints, Spelling, subject_by_id, subject_by_identity
from service.context.views import is_partners
from service.db.pool import Database
from service.errors import CustomerUnknown, Unavailable
from service.identity.canonical import canonical_value
from service.model.vocabulary import IdentityKind
from service.settings.model import Settings

LOOK_EVERY_S = 1.0
"""While PostgreSQL is out of reach and views come from the cache, how often somebody looks whether it is back."""


class ContextAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """A view as it is sent; `stale` when PostgreSQL is out of reach, and the body then says so first."""

    body: bytes
    version: int
    source: Literal["cache", "database"]
    stale: bool
    customer_id: UUID


class ReadOptions(Struct, frozen=True, kw_only=True, gc=False):
    """What answer is good enough: which view, of which version at least, and whether the database must confirm it."""

    view: str
    now: datetime
    min_version: int
    validate: bool


class ContextReader:
    """The contexts of customers, as views."""

    def __init__(self, database: Database, cache: Cache, settings: Settings) -> None:
        self.cache = ContextCache(cache, settings)
        self.loader = ContextLoader(database, self.cache, ZoneInfo(settings.time_zone))
        self._database = database
        self._region = settings.default_region
        self._hints = QueryHints(settings.identity_hints)
        self._looked_at = 0.0
        self._look: asyncio.Task[None] | None = None

    async def lookup(
        self,
        kind: IdentityKind,
        value: str,
        view: str,
        *,
        now: datetime,
        min_version: int | None = None,
        validate: bool = False,
    ) -> ContextAnswer:
        """The view of whose identity this is, in any spelling. InvalidInput for none, CustomerUnknown for nobody's."""
        spelling = (kind, value)
        subject = self._hints.get(spelling)
        if subject is None:
            subject = await self.cache.guess(subject_by_identity(kind, canonical_value(kind, value, self._region)))
            if subject.owner:
                self._hints.remember(spelling, subject)
        wanted = ReadOptions(view=view, now=now, min_version=min_version or 0, validate=validate)
        return await self._answer(spelling, subject, wanted)

    async def read(
        self,
        customer_id: UUID,
        view: str,
        *,
        now: datetime,
        min_version: int | None = None,
        validate: bool = False,
    ) -> ContextAnswer:
        """The view of this customer, or of the one they were merged into. CustomerUnknown if there is none."""
        subject = self._hints.get(customer_id) or subject_by_id(customer_id)
        wanted = ReadOptions(view=view, now=now, min_version=min_version or 0, validate=validate)
        return await self._answer(customer_id, subject, wanted)

    async def _answer(self, spelling: Spelling, subject: CustomerQuery, wanted: ReadOptions) -> ContextAnswer:
        entry = await self.cache.find(subject, wanted.view) if subject.owner else None
        holds = entry is not None and _holds(entry, wanted)
        if entry is not None and holds and not wanted.validate and self.cache.believed:
            return _cached(subject, entry, stale=self._database_is_out_of_reach(subject))
        try:
            if entry is not None and holds and await self._is_current(subject, entry):
                return _cached(subject, entry, stale=False)
            return await self._load(spelling, subject, wanted)
        except Unavailable:
            if entry is None or wanted.validate or entry.version < wanted.min_version:
                raise
            if is_partners(wanted.view) and not holds:
                raise  # what entitled the partner may have ended
            return _cached(subject, entry, stale=True)

    async def _is_current(self, subject: CustomerQuery, entry: CachedView) -> bool:
        """Whether the database has this version too."""
        assert subject.customer_id is not None
        async with self._database.connection() as connection:
            return await current_version(connection, subject.customer_id) == entry.version

    async def _load(self, spelling: Spelling, subject: CustomerQuery, wanted: ReadOptions) -> ContextAnswer:
        try:
            rendered = await self.loader.load(subject, now=wanted.now)
        except CustomerUnknown:
            self._hints.forget(spelling)
            raise
        if rendered.customer_id != subject.customer_id:
            subject = subject.belonging_to(rendered.customer_id)
            self._hints.remember(spelling, subject)
        if wanted.view not in rendered.views:
            raise CustomerUnknown  # nothing entitles this partner
        return ContextAnswer(
            body=rendered.views[wanted.view],
            version=rendered.context.version,
            source="database",
            stale=False,
            customer_id=rendered.customer_id,
        )

    def _database_is_out_of_reach(self, subject: CustomerQuery) -> bool:
        """Whether it was when last spoken to; nobody may speak to it while all is cached, so one looks now and then."""
        if self._database.available:
            return False
        time = asyncio.get_running_loop().time()
        if time >= self._looked_at + LOOK_EVERY_S and (self._look is None or self._look.done()):
            self._looked_at = time
            self._look = asyncio.create_task(self._look_for_database(subject))
        return True

    async def _look_for_database(self, subject: CustomerQuery) -> None:
        """Any statement will do: the database says by itself that it is available again."""
        assert subject.customer_id is not None
        with suppress(Unavailable):
            async with self._database.connection() as connection:
                await current_version(connection, subject.customer_id)


def _holds(entry: CachedView, wanted: ReadOptions) -> bool:
    """Whether time has not changed the content, and no version beyond it is asked for."""
    return entry.expires_ms > wanted.now.timestamp() * 1000 and entry.version >= wanted.min_version


def _cached(subject: CustomerQuery, entry: CachedView, *, stale: bool) -> ContextAnswer:
    assert subject.customer_id is not None
    return ContextAnswer(
        body=b'{"stale":true,' + entry.body[1:] if stale else entry.body,
        version=entry.version,
        source="cache",
        stale=stale,
        customer_id=subject.customer_id,
    )
