"""Reads a customer from PostgreSQL, renders the views, and stores them: the way of a read that finds nothing cached."""

import asyncio
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.cache import ContextCache, Lease
from service.context.content import Context
from service.context.disclosure import ContactFacts, is_proven, restrict_to_identity
from service.context.guidance.guide import CurrentGuide, Guide, ViewGuide
from service.context.model import ConversationRecord, CustomerRecords
from service.context.projection import project_context
from service.context.records import BatchedReads, PendingRead, load_records
from service.context.subject import CustomerQuery
from service.context.views import render_claimed_views, render_views
from service.db.pool import Database
from service.errors import CustomerRestricted, CustomerUnknown


class LoadedContext(Struct, frozen=True, kw_only=True):
    """The context of a customer, fresh from the database, and what an automatic audience may read of it."""

    whole: Context
    asked: Context
    """What may be read by what was asked for: all by an id or a proven link."""
    conversations: tuple[ConversationRecord, ...]
    """Those of `asked`."""
    by_claim: bool

    @property
    def customer_id(self) -> UUID:
        """The survivor of the merge set."""
        return self.whole.customer.id


class RenderedViews(Struct, frozen=True, kw_only=True):
    """The views of a customer, fresh from the database."""

    loaded: LoadedContext
    views: dict[str, bytes]
    cached: bool
    """Whether they were stored in the cache too."""


class _SharedLoad:
    """One load that readers of the same subject share, as long as it has not begun to read."""

    def __init__(self, query: CustomerQuery, now: datetime) -> None:
        self.read = PendingRead(query=query.records_query, now=now)
        self.task: asyncio.Task[RenderedViews]


class ContextLoader:
    """Loads that run at the same time for one subject are one load; those of many subjects share a statement.

    A reader joins a load only before that sends its statement: one that has begun may not have seen a write that was
    acknowledged before the reader came.
    """

    def __init__(
        self,
        database: Database,
        cache: ContextCache,
        zone: ZoneInfo,
        contact_facts: ContactFacts,
        guidance: CurrentGuide,
    ) -> None:
        self.reads = BatchedReads(database, zone)
        self._database = database
        self._guidance = guidance
        self._cache = cache
        self._zone = zone
        self._contact_facts = contact_facts
        self._loads: dict[bytes, _SharedLoad] = {}

    async def load_views(self, query: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views, from the database as it is now or a moment later.

        CustomerUnknown if there is none; CustomerRestricted.
        """
        load = self._loads.get(query.proof_field)
        if load is None or load.read.begun:
            load = self._loads[query.proof_field] = _SharedLoad(query, now)
            load.task = asyncio.create_task(self._run_load(query, load))
        load.read.now = max(load.read.now, now)
        return await asyncio.shield(load.task)

    async def _run_load(self, query: CustomerQuery, load: _SharedLoad) -> RenderedViews:
        try:
            lease = await self._cache.acquire_lease(query.customer_id) if query.customer_id is not None else None
            loaded = await self._read_context(query, load.read)
            if lease is None or lease.customer_id != loaded.customer_id:
                lease = await self._acquire_lease_if_unchanged(loaded.whole)
        finally:
            load.read.begun = True
            if self._loads.get(query.proof_field) is load:
                del self._loads[query.proof_field]
        guide = ViewGuide(self._guidance.guide)
        views = self._render(query, loaded, guide)
        cached = lease is not None and await self._cache.fill(lease, loaded.whole, views, guide)
        return RenderedViews(loaded=loaded, views=views, cached=cached)

    def _render(self, query: CustomerQuery, loaded: LoadedContext, guide: Guide) -> dict[str, bytes]:
        views = render_views(loaded.whole, self._contact_facts, guide)
        if loaded.by_claim:
            views |= render_claimed_views(loaded.asked, self._contact_facts, query.identity_key, guide)
        return views

    async def _read_context(self, query: CustomerQuery, read: PendingRead) -> LoadedContext:
        records = await self.reads.load_records(read)
        return self._project(query, records, read.now)

    def _project(self, query: CustomerQuery, records: CustomerRecords | None, now: datetime) -> LoadedContext:
        if records is None:
            raise CustomerUnknown
        if records.is_restricted:
            raise CustomerRestricted
        whole = asked = project_context(records, now=now, zone=self._zone)
        identity = query.records_query
        by_claim = identity.kind is not None and not is_proven(records.identities, identity.kind, identity.value)
        if by_claim:
            records = restrict_to_identity(records, query.identity_key)
            asked = project_context(records, now=now, zone=self._zone)
        return LoadedContext(whole=whole, asked=asked, conversations=records.conversations, by_claim=by_claim)

    async def _acquire_lease_if_unchanged(self, context: Context) -> Lease | None:
        """A lease for what was read already, if no write came between the reading and the lease."""
        lease = await self._cache.acquire_lease(context.customer.id)
        if lease is None or await self.reads.current_version(context.customer.id) != context.version:
            return None
        return lease

    async def load_context(self, query: CustomerQuery, *, now: datetime) -> LoadedContext:
        """The subject's context as of `now` or a moment later, not rendered. CustomerUnknown; CustomerRestricted."""
        return await self._read_context(query, PendingRead(query=query.records_query, now=now))

    async def load_uncached(self, query: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views as of exactly `now`, read by itself and rendered, not stored."""
        async with self._database.connection() as connection:
            records = await load_records(connection, query.records_query, now=now, zone=self._zone)
        loaded = self._project(query, records, now)
        return RenderedViews(loaded=loaded, views=self._render(query, loaded, self._guidance.guide), cached=False)
