"""Answers who asks for a context: from Redis in one round trip, else from PostgreSQL in one, whatever is broken.

The hot path awaits one reply and touches no JSON. Everything else is the slow path, which is still correct:

    hint -> HMGET version, end, view, proof -> all there, not past its end, believed -> the bytes as they are
    else -> lease -> one statement -> projection -> views -> fill (`loader.py`)
"""

import asyncio
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.cache.cluster import CacheClient
from service.coherence.trust import CacheTrust
from service.context.cache import CachedView, ContextCache
from service.context.disclosure import ContactFacts
from service.context.guidance.guide import CurrentGuide
from service.context.loader import ContextLoader, LoadedContext
from service.context.model import ConversationRecord
from service.context.partner import is_entitled
from service.context.subject import CustomerQuery, QueryHints, QueryKey, query_by_customer_id, query_by_identity
from service.context.views import (
    BOT_VIEWS,
    ViewName,
    claimed_view_name,
    is_automatic_view,
    is_partner_view,
    queue_of_partner_view,
    render_bot_view,
)
from service.db.change_bell import ChangeBell
from service.db.pool import Database
from service.errors import CustomerUnknown, Unavailable
from service.identity.canonical import canonical_value
from service.model.vocabulary import IdentityKind
from service.settings.model import Settings
from service.telemetry.instruments import READ_CONFIRMED, READ_HIT, READ_MISS, READ_STALE

DATABASE_PROBE_INTERVAL_S = 1.0
"""While PostgreSQL is out of reach and views come from the cache, how often a read probes whether it is back."""


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
    asking: "ConversationInView | None"


class ConversationInView(Protocol):
    """The conversation in which an automatic audience asks."""

    @property
    def id(self) -> UUID | None:
        """The conversation by its id."""

    @property
    def ref(self) -> str | None:
        """The conversation by the channel's own name of it."""


class ContextReader:
    """The contexts of customers, as views."""

    def __init__(
        self,
        database: Database,
        cache: CacheClient,
        settings: Settings,
        *,
        watch: Database | None = None,
        guidance: CurrentGuide | None = None,
    ) -> None:
        self.guidance = guidance or CurrentGuide()
        self.trust = CacheTrust(cache, database, watch=watch, renew_guidance=self.guidance.renew)
        self.cache = ContextCache(cache, self.trust, settings, self.guidance, ChangeBell(database))
        self.contact_facts = ContactFacts(frozenset(settings.contact_facts.split()))
        zone = ZoneInfo(settings.time_zone)
        self.loader = ContextLoader(database, self.cache, zone, self.contact_facts, self.guidance)
        self._database = database
        self._region = settings.default_region
        self._stale_s = settings.context_stale_s
        self._hints = QueryHints(settings.identity_hints)
        self._probed_at = 0.0
        self._probe: asyncio.Task[None] | None = None

    async def read_by_identity(
        self,
        kind: IdentityKind,
        value: str,
        view: str,
        *,
        now: datetime,
        min_version: int | None = None,
        validate: bool = False,
        conversation: ConversationInView | None = None,
    ) -> ContextAnswer:
        """The view of the identity's customer; `value` in any spelling. InvalidInput if malformed.

        A bot that names its `conversation` reads the contact facts that were said in it; the cache holds no such view.
        """
        key = (kind, value)
        query = None if is_partner_view(view) else self._hints.get(key)
        if query is None:
            query = await self.cache.guess_customer(query_by_identity(kind, canonical_value(kind, value, self._region)))
            if query.owner:
                self._hints.remember(key, query)
        return await self._read(
            key,
            query,
            ReadOptions(view=view, now=now, min_version=min_version or 0, validate=validate, asking=conversation),
        )

    async def read_by_id(
        self,
        customer_id: UUID,
        view: str,
        *,
        now: datetime,
        min_version: int | None = None,
        validate: bool = False,
        conversation: ConversationInView | None = None,
    ) -> ContextAnswer:
        """The view of this customer, or of the one they were merged into. CustomerUnknown if there is none."""
        query = self._hints.get(customer_id) or query_by_customer_id(customer_id)
        return await self._read(
            customer_id,
            query,
            ReadOptions(view=view, now=now, min_version=min_version or 0, validate=validate, asking=conversation),
        )

    def _read(self, key: QueryKey, query: CustomerQuery, options: ReadOptions) -> Awaitable[ContextAnswer]:
        if options.asking is not None and options.view in BOT_VIEWS:
            return self._read_in_conversation(key, query, options, options.asking)
        return self._read_view(key, query, options)

    async def _read_in_conversation(
        self, key: QueryKey, query: CustomerQuery, options: ReadOptions, conversation: ConversationInView
    ) -> ContextAnswer:
        """The bot's view for a conversation; from the cache it lacks the contact facts of this conversation alone."""
        try:
            return await self._load_in_conversation(query, options, conversation)
        except Unavailable:
            if options.validate:
                raise
        return await self._read_view(key, query, options)

    async def _load_in_conversation(
        self, query: CustomerQuery, options: ReadOptions, conversation: ConversationInView
    ) -> ContextAnswer:
        """The bot's view for a conversation, from the database."""
        loaded = await self.loader.load_context(query, now=options.now)
        body = render_bot_view(
            loaded.asked,
            self.contact_facts,
            identified=options.view == ViewName.BOT_IDENTIFIED and not loaded.by_claim,
            asking=_find_conversation(conversation, loaded.conversations),
            guide=self.guidance.guide,
        )
        return _database_answer(loaded, body)

    async def _read_view(self, key: QueryKey, query: CustomerQuery, options: ReadOptions) -> ContextAnswer:
        entry = None
        if query.owner or is_partner_view(options.view):  # whom an absent customer costs as much
            entry = await self.cache.find_view(query, options.view)
        usable = entry is not None and _is_usable(entry, options)
        if entry is not None and usable and not options.validate and self._may_be_stale():
            stale = self._database_is_unreachable(query)
            if stale or self.cache.trusts(query):
                (READ_STALE if stale else READ_HIT).inc()
                return _cached_answer(query, entry, stale=stale)
        try:
            if entry is not None and usable and await self._is_current(query, entry):
                READ_CONFIRMED.inc()
                return _cached_answer(query, entry, stale=False)
            return await self._load_view(key, query, options)
        except Unavailable:
            if entry is None or options.validate or entry.version < options.min_version or not self._may_be_stale():
                raise
            if is_partner_view(options.view) and not usable:
                raise  # what entitled the partner may have ended
            READ_STALE.inc()
            return _cached_answer(query, entry, stale=True)

    def etag_of(self, answer: ContextAnswer) -> bytes:
        """The version, followed by the history of the database unless it is the first: versions of two may be equal."""
        history = self.trust.history
        return b'"%d.%b"' % (answer.version, history.encode()) if history else b'"%d"' % answer.version

    async def _is_current(self, query: CustomerQuery, entry: CachedView) -> bool:
        """Whether the database has this version too."""
        assert query.customer_id is not None
        return await self.loader.reads.current_version(query.customer_id) == entry.version

    async def _load_view(self, key: QueryKey, query: CustomerQuery, options: ReadOptions) -> ContextAnswer:
        if is_partner_view(options.view):
            await self._check_entitled(query, options)
        try:
            rendered = await self.loader.load_views(query, now=options.now)
        except CustomerUnknown:
            self._hints.forget(key)
            raise
        if rendered.loaded.customer_id != query.customer_id:
            query = query.with_customer(rendered.loaded.customer_id)
            self._hints.remember(key, query)
        view = options.view
        if rendered.loaded.by_claim and is_automatic_view(view):
            view = claimed_view_name(view, query.identity_key)
        if view not in rendered.views:
            raise CustomerUnknown  # nothing entitles this partner
        return _database_answer(rendered.loaded, rendered.views[view])

    async def _check_entitled(self, query: CustomerQuery, options: ReadOptions) -> None:
        """CustomerUnknown for a customer that is not in the partner's hands, before anything else is read of them."""
        async with self._database.connection() as connection:
            entitled = await is_entitled(
                connection, query.records_query, queue_of_partner_view(options.view), options.now
            )
        if not entitled:
            raise CustomerUnknown

    def _may_be_stale(self) -> bool:
        """Whether the database answers, or has not been away for too long to go on without it."""
        return self._database.unavailable_s <= self._stale_s

    def _database_is_unreachable(self, query: CustomerQuery) -> bool:
        """Whether the last statement found it so; cached reads send none, so a probe runs once in a while."""
        if self._database.available:
            return False
        time = asyncio.get_running_loop().time()
        if time >= self._probed_at + DATABASE_PROBE_INTERVAL_S and (self._probe is None or self._probe.done()):
            self._probed_at = time
            self._probe = asyncio.create_task(self._probe_database(query))
        return True

    async def _probe_database(self, query: CustomerQuery) -> None:
        """Any statement will do: the database says by itself that it is available again."""
        assert query.customer_id is not None
        with suppress(Unavailable):
            await self.loader.reads.current_version(query.customer_id)


def _find_conversation(asking: ConversationInView, conversations: Iterable[ConversationRecord]) -> UUID | None:
    """The conversation that asks, among those that may be read; of its ref the unresolved or resolved last."""
    found = [one for one in conversations if one.conversation_id == asking.id or (one.ref and one.ref == asking.ref)]
    latest = max(found, key=lambda one: (one.resolved_at is None, one.resolved_at or one.opened_at), default=None)
    return None if latest is None else latest.conversation_id


def _is_usable(entry: CachedView, options: ReadOptions) -> bool:
    """Whether time has not changed the content, and no version beyond it is asked for."""
    return entry.expires_ms > options.now.timestamp() * 1000 and entry.version >= options.min_version


def _database_answer(loaded: LoadedContext, body: bytes) -> ContextAnswer:
    READ_MISS.inc()
    return ContextAnswer(
        body=body, version=loaded.whole.version, source="database", stale=False, customer_id=loaded.customer_id
    )


def _cached_answer(query: CustomerQuery, entry: CachedView, *, stale: bool) -> ContextAnswer:
    assert query.customer_id is not None
    return ContextAnswer(
        body=b'{"stale":true,' + entry.body[1:] if stale else entry.body,
        version=entry.version,
        source="cache",
        stale=stale,
        customer_id=query.customer_id,
    )
