"""Reads a customer from PostgreSQL, renders the views, and stores them: what a reader does who finds nothing cached."""

import asyncio
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.cache import ContextCache, Lease
from service.context.content import Context
from service.context.projection import project
from service.context.records import current_version, load_records
from service.context.subject import CustomerQuery
from service.context.views import render
from service.db.pool import Connection, Database
from service.errors import CustomerUnknown


class RenderedViews(Struct, frozen=True, kw_only=True):
    """The views of a customer, fresh from the database."""

    context: Context
    views: dict[str, bytes]
    cached: bool
    """Whether they were stored in the cache too."""

    @property
    def customer_id(self) -> UUID:
        """Whose views these are: the survivor, whoever was asked for."""
        return self.context.customer.id


class _SharedLoad:
    """One load that readers of the same subject share, as long as it has not begun to read."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.begun = False
        self.result: asyncio.Task[RenderedViews]


class ContextLoader:
    """Loads that run at the same time for one subject are one load.

    A reader joins a load only before that sends its statement: one that has begun may not have seen a write that was
    acknowledged before the reader came.
    """

    def __init__(self, database: Database, cache: ContextCache, zone: ZoneInfo) -> None:
        self._database = database
        self._cache = cache
        self._zone = zone
        self._loads: dict[bytes, _SharedLoad] = {}

    async def load(self, subject: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views, from the database as it is now or a moment later. CustomerUnknown if there is nobody."""
        load = self._loads.get(subject.field)
        if load is None or load.begun:
            load = self._loads[subject.field] = _SharedLoad(now)
            load.result = asyncio.create_task(self._run(subject, load))
        load.now = max(load.now, now)
        return await asyncio.shield(load.result)

    async def _run(self, subject: CustomerQuery, load: _SharedLoad) -> RenderedViews:
        try:
            lease = await self._cache.lease(subject.customer_id) if subject.customer_id is not None else None
            async with self._database.connection() as connection:
                load.begun = True
                context = await self._read(connection, subject, load.now)
                if lease is None or lease.customer_id != context.customer.id:
                    lease = await self._lease_afterwards(connection, context)
        finally:
            load.begun = True
            if self._loads.get(subject.field) is load:
                del self._loads[subject.field]
        views = render(context)
        cached = lease is not None and await self._cache.fill(lease, context, views)
        return RenderedViews(context=context, views=views, cached=cached)

    async def _read(self, connection: Connection, subject: CustomerQuery, now: datetime) -> Context:
        records = await load_records(connection, subject.asked, now=now, zone=self._zone)
        if records is None:
            raise CustomerUnknown
        return project(records, now=now, zone=self._zone)

    async def _lease_afterwards(self, connection: Connection, context: Context) -> Lease | None:
        """A lease for what was read already, if no write came between the reading and the lease."""
        lease = await self._cache.lease(context.customer.id)
        if lease is None or await current_version(connection, context.customer.id) != context.version:
            return None
        return lease

    async def fresh(self, subject: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views as of `now`, read and rendered, not stored."""
        async with self._database.connection() as connection:
            context = await self._read(connection, subject, now)
        return RenderedViews(context=context, views=render(context), cached=False)
