"""Reads a customer from PostgreSQL, renders the views, and stores them: the way of a read that finds nothing cached."""

import asyncio
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.context.cache import ContextCache, Lease
from service.context.content import Context
from service.context.disclosure import ContactFacts, is_claimed, restrict_to_identity
from service.context.model import ConversationRecord
from service.context.projection import project_context
from service.context.records import current_version, load_records
from service.context.subject import CustomerQuery
from service.context.views import render_claimed_views, render_views
from service.db.pool import Connection, Database
from service.errors import CustomerUnknown


class RenderedViews(Struct, frozen=True, kw_only=True):
    """The views of a customer, fresh from the database."""

    context: Context
    """The whole context."""
    asked: "AskedCustomer"
    views: dict[str, bytes]
    cached: bool
    """Whether they were stored in the cache too."""

    @property
    def customer_id(self) -> UUID:
        """The customer of the views: the survivor of the merge set."""
        return self.context.customer.id


class AskedCustomer(Struct, frozen=True, kw_only=True):
    """What an automatic audience may read by what it asked for; all of it by an id or a proven link."""

    context: Context
    conversations: tuple[ConversationRecord, ...]
    by_claim: bool


class _SharedLoad:
    """One load that readers of the same subject share, as long as it has not begun to read."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.started = False
        self.task: asyncio.Task[RenderedViews]


class ContextLoader:
    """Loads that run at the same time for one subject are one load.

    A reader joins a load only before that sends its statement: one that has begun may not have seen a write that was
    acknowledged before the reader came.
    """

    def __init__(self, database: Database, cache: ContextCache, zone: ZoneInfo, contact_facts: ContactFacts) -> None:
        self._database = database
        self._cache = cache
        self._zone = zone
        self._contact_facts = contact_facts
        self._loads: dict[bytes, _SharedLoad] = {}

    async def load_views(self, query: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views, from the database as it is now or a moment later. CustomerUnknown if there is none."""
        load = self._loads.get(query.proof_field)
        if load is None or load.started:
            load = self._loads[query.proof_field] = _SharedLoad(now)
            load.task = asyncio.create_task(self._run_load(query, load))
        load.now = max(load.now, now)
        return await asyncio.shield(load.task)

    async def _run_load(self, query: CustomerQuery, load: _SharedLoad) -> RenderedViews:
        try:
            lease = await self._cache.acquire_lease(query.customer_id) if query.customer_id is not None else None
            async with self._database.connection() as connection:
                load.started = True
                context, asked = await self._read_context(connection, query, load.now)
                if lease is None or lease.customer_id != context.customer.id:
                    lease = await self._acquire_lease_if_unchanged(connection, context)
        finally:
            load.started = True
            if self._loads.get(query.proof_field) is load:
                del self._loads[query.proof_field]
        views = self._render(query, context, asked)
        cached = lease is not None and await self._cache.fill(lease, context, views)
        return RenderedViews(context=context, asked=asked, views=views, cached=cached)

    def _render(self, query: CustomerQuery, context: Context, asked: AskedCustomer) -> dict[str, bytes]:
        views = render_views(context, self._contact_facts)
        if asked.by_claim:
            views |= render_claimed_views(asked.context, self._contact_facts, query.identity_key)
        return views

    async def _read_context(
        self, connection: Connection, query: CustomerQuery, now: datetime
    ) -> tuple[Context, AskedCustomer]:
        records = await load_records(connection, query.records_query, now=now, zone=self._zone)
        if records is None:
            raise CustomerUnknown
        context = project_context(records, now=now, zone=self._zone)
        if not is_claimed(records.identities, query.records_query.kind, query.records_query.value):
            return context, AskedCustomer(context=context, conversations=records.conversations, by_claim=False)
        records = restrict_to_identity(records, query.identity_key)
        asked = project_context(records, now=now, zone=self._zone)
        return context, AskedCustomer(context=asked, conversations=records.conversations, by_claim=True)

    async def _acquire_lease_if_unchanged(self, connection: Connection, context: Context) -> Lease | None:
        """A lease for what was read already, if no write came between the reading and the lease."""
        lease = await self._cache.acquire_lease(context.customer.id)
        if lease is None or await current_version(connection, context.customer.id) != context.version:
            return None
        return lease

    async def load_uncached(self, query: CustomerQuery, *, now: datetime) -> RenderedViews:
        """The subject's views as of `now`, read and rendered, not stored."""
        async with self._database.connection() as connection:
            context, asked = await self._read_context(connection, query, now)
        views = self._render(query, context, asked)
        return RenderedViews(context=context, asked=asked, views=views, cached=False)
