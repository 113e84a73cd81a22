"""The only wiring: opens the rooms, and gives each caller of them what it needs."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from service.access.accounts.sessions import Sessions
from service.access.audit import ReadAudit
from service.access.budgets import LookUpBudgets
from service.access.principals import Principals
from service.cache.client import Cache
from service.channels.base import ChannelAccount
from service.channels.registry import ADAPTERS
from service.conditions import boundaries
from service.context.reader import ContextReader
from service.db.pool import Database
from service.desks.batching import DeskActions
from service.desks.subject import business_settings
from service.embedded.folder import default_data_dir
from service.events import journal, reports
from service.events.feed import EventFeed
from service.events.transport import Resolver
from service.handoff.timers import TIMER_EFFECTS
from service.inbound.accounts import ChannelAccounts, read_accounts
from service.inbound.calls import live as calls
from service.inbound.deliveries import Deliveries
from service.inbound.mail.attachments import AttachmentStorage, open_attachment_storage
from service.inbound.mail.fetch import MailFetcher, transport_factory
from service.inbound.mail.parsers import MailParsers
from service.inbound.mail.register import MailIntake
from service.listeners.asterisk import connect as asterisk_lines
from service.listeners.email import connect as mail
from service.listeners.email import delivery as mail_arrival
from service.listeners.model import ListenerConfig, ListenerFactory
from service.model.clock import Clock
from service.model.vocabulary import TimerKind
from service.registration.batcher import Registrar
from service.settings.model import Settings
from service.web import application
from service.web.console.application import console_pages
from service.web.console.customer.reads import CustomerReads
from service.web.console.pages.events import SESSION_CHECK_INTERVAL_S, SessionKeys
from service.web.http.asgi import App
from service.web.http.cors import Cors
from service.web.http.route import Route, routes_of
from service.web.mcp.routes import mcp_routes
from service.web.routes.channels.calls import CallRoutes
from service.web.routes.channels.deliveries import channel_routes
from service.web.routes.channels.email_tokens import EmailTokenRoutes
from service.web.routes.channels.forms import FormPageRoutes, FormTokenRoutes
from service.web.routes.conditions.conditions import ConditionRoutes
from service.web.routes.conditions.offline import OfflineRoutes
from service.web.routes.conditions.redemptions import RedemptionRoutes
from service.web.routes.conditions.store import StoreRoutes
from service.web.routes.customers.context import ContextRoutes
from service.web.routes.customers.conversations import ConversationRoutes
from service.web.routes.customers.customers import CustomerRoutes
from service.web.routes.customers.interactions import InteractionRoutes
from service.web.routes.customers.merges import MergeRoutes
from service.web.routes.customers.preferences import PreferenceRoutes
from service.web.routes.customers.search import SearchRoutes
from service.web.routes.customers.splits import SplitRoutes
from service.web.routes.customers.suggestions import SuggestionRoutes
from service.web.routes.customers.timeline import TimelineRoutes
from service.web.routes.desks.agents import AgentRoutes
from service.web.routes.desks.callback_actions import CallbackActionRoutes
from service.web.routes.desks.callbacks import CallbackRoutes
from service.web.routes.desks.handoff_actions import HandoffActionRoutes
from service.web.routes.desks.handoffs import HandoffRoutes
from service.web.routes.desks.queues import QueueRoutes
from service.web.routes.operations.events import EventRoutes
from service.web.routes.operations.health import HealthRoutes
from service.web.routes.operations.key_watch import RevokedKeyWatcher
from service.web.routes.operations.look_up_budgets import within_budgets
from service.web.routes.operations.webhooks import WebhookRoutes
from service.worker.model import WorkerConfig

WATCH_STATEMENT_MS = 500
"""A database that answers later is out of reach for those who read cached views."""


class Rooms(Struct, frozen=True, kw_only=True):
    """What every caller works with; opened once a process."""

    settings: Settings
    clock: Clock
    database: Database
    cache: Cache
    reader: ContextReader
    mail_readers: MailParsers = field(default_factory=MailParsers)
    watch: Database | None = None
    """The connection by which this process watches whether cached views may be believed."""

    async def drop_views(self, customer_ids: Collection[UUID]) -> None:
        """No cached view shows the state before the caller's committed change any more."""
        await self.reader.cache.drop(customer_ids)

    async def close(self) -> None:
        """Give the connections back."""
        await self.mail_readers.close()
        await self.reader.trust.stop()
        self.cache.close()
        if self.watch is not None:
            await self.watch.close()
        await self.database.close()


async def open_rooms(settings: Settings, clock: Clock) -> Rooms:
    """The rooms on the servers of these settings. DatabaseUnavailable if PostgreSQL does not answer."""
    database = await Database.connect(
        settings.database_url, connections=settings.database_connections, pooled=settings.pooled
    )
    cache = await Cache.connect(settings.redis_url)
    watch = await Database.connect(
        settings.database_url, connections=1, statement_ms=WATCH_STATEMENT_MS, pooled=settings.pooled
    )
    reader = ContextReader(database, cache, settings, watch=watch)
    return Rooms(settings=settings, clock=clock, database=database, cache=cache, reader=reader, watch=watch)


def worker_dependencies(rooms: Rooms) -> WorkerConfig:
    """What a worker does, for whom."""
    return WorkerConfig(
        database=rooms.database,
        clock=rooms.clock,
        settings=rooms.settings,
        drop_views=rooms.reader.cache.drop,
        drop_outdated_views=rooms.reader.cache.drop_older,
        timer_handlers={TimerKind.CALL_CLOSE: calls.close_call_handler(business_settings(rooms.settings))},
        timer_batch_handlers={TimerKind.CONDITION_BOUNDARY: boundaries.cross_boundaries, **TIMER_EFFECTS},
        cleanup_tasks=[partial(_expire_attachments, rooms.settings)],
        subscribers=[journal.append_events, reports.queue_reports],
    )


async def _expire_attachments(settings: Settings, now: datetime) -> None:
    await attachment_storage(settings).delete_before((now - timedelta(days=settings.attachment_days)).date())


def create_registrar(rooms: Rooms) -> Registrar:
    """A registrar of these rooms; the interactions that come to one share transactions."""
    return Registrar(rooms.database, rooms.drop_views, settings=rooms.settings, clock=rooms.clock)


def attachment_storage(settings: Settings) -> AttachmentStorage:
    """Where attachments of mail lie."""
    return open_attachment_storage(settings.attachments_dir, settings.data_dir or default_data_dir())


def create_deliveries(rooms: Rooms, registrar: Registrar) -> Deliveries:
    """The way of what comes through doors into these rooms."""
    mail_intake = MailIntake(
        database=rooms.database,
        registrar=registrar,
        parsers=rooms.mail_readers,
        attachments=attachment_storage(rooms.settings),
        fetch=MailFetcher(transport_factory(Resolver(), allow_private=rooms.settings.webhook_allow_private)).fetch_mail,
        region=rooms.settings.default_region,
    )
    return Deliveries(
        database=rooms.database,
        registrar=registrar,
        drop_views=rooms.drop_views,
        business=business_settings(rooms.settings),
        clock=rooms.clock,
        register_mail=mail_intake.register_mail,
    )


def listener_config(rooms: Rooms) -> ListenerConfig:
    """What a worker listens to, for whom; an adapter that listens is one line here."""
    deliveries = create_deliveries(rooms, create_registrar(rooms))
    factories: dict[str, ListenerFactory] = {
        "email": mail.mail_listeners(mail_arrival.mail_receiver(deliveries), rooms.database, rooms.clock),
        "asterisk": asterisk_lines.asterisk_listeners(deliveries),
    }

    async def accounts() -> list[ChannelAccount]:
        async with rooms.database.connection() as connection:
            return await read_accounts(connection, ADAPTERS)

    return ListenerConfig(database_url=rooms.settings.direct_url, accounts=accounts, factories=factories)


@asynccontextmanager
async def web_application(rooms: Rooms) -> AsyncIterator[App]:
    """The web application on these rooms, with what runs beside it."""
    audit = ReadAudit(rooms.database)
    audit.start(rooms.clock)
    principals = Principals(rooms.database, rooms.clock)
    await rooms.reader.trust.start()
    feed = _start_feed(rooms)
    key_watcher = RevokedKeyWatcher(principals)
    sessions = Sessions(rooms.database, rooms.clock, rooms.settings)
    session_watcher = RevokedKeyWatcher(SessionKeys(sessions), interval_s=SESSION_CHECK_INTERVAL_S)
    desk_actions = DeskActions(rooms.database, rooms.drop_views, business_settings(rooms.settings))
    routes = [*_all_routes(rooms, audit, desk_actions), *routes_of(EventRoutes(rooms.database, feed, key_watcher))]
    budgets = LookUpBudgets(rooms.database, rooms.settings)
    routes = within_budgets(routes, budgets)
    routes += mcp_routes(routes, public_url=rooms.settings.public_url, clock=rooms.clock)
    reads = CustomerReads(rooms.database, rooms.reader, audit, budgets)
    beside = {"desk_actions": desk_actions, "customer_reads": reads, "audit": audit}
    beside |= {"feed": feed, "session_watcher": session_watcher}
    try:
        yield application.create_application(
            routes,
            principals=principals,
            settings=rooms.settings,
            clock=rooms.clock,
            pages=_console(rooms, sessions, **beside),
        )
    finally:
        await feed.stop()
        await key_watcher.stop()
        await session_watcher.stop()
        await rooms.reader.trust.stop()
        await audit.stop(rooms.clock.now())


def _console(rooms: Rooms, sessions: Sessions, **beside: object) -> App:
    beside["registrar"] = create_registrar(rooms)
    settings, clock = rooms.settings, rooms.clock
    return console_pages(database=rooms.database, sessions=sessions, settings=settings, clock=clock, **beside)


def _start_feed(rooms: Rooms) -> EventFeed:
    """The live events; the server that is about to stop ends them: it waits for requests, and streams have no end."""
    feed = EventFeed(rooms.database, max_streams=rooms.settings.event_streams)
    feed.start()
    if threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, feed.close)
    return feed


def _all_routes(rooms: Rooms, audit: ReadAudit, desk_actions: DeskActions) -> list[Route]:
    registrar = create_registrar(rooms)
    doors = channel_routes(
        ADAPTERS.values(),
        ChannelAccounts(rooms.database, ADAPTERS),
        create_deliveries(rooms, registrar),
        public_url=rooms.settings.public_url,
    )
    return [
        *_record_routes(rooms, audit, registrar),
        *_desk_routes(rooms, audit, desk_actions),
        *_form_page_routes(rooms, audit),
        *doors,
        *routes_of(
            CallRoutes(rooms.database, rooms.reader, audit),
            EmailTokenRoutes(rooms.database, registrar, ADAPTERS),
            FormTokenRoutes(rooms.database, region=rooms.settings.default_region),
            WebhookRoutes(rooms.database, Resolver(), allow_private=rooms.settings.webhook_allow_private),
            HealthRoutes(rooms.database, rooms.cache),
        ),
    ]


def _record_routes(rooms: Rooms, audit: ReadAudit, registrar: Registrar) -> list[Route]:
    region, zone = rooms.settings.default_region, ZoneInfo(rooms.settings.time_zone)
    return routes_of(
        InteractionRoutes(registrar, region=region),
        ContextRoutes(rooms.reader, audit),
        CustomerRoutes(rooms.database, rooms.drop_views, region=region),
        MergeRoutes(rooms.database, rooms.drop_views),
        SuggestionRoutes(rooms.database, rooms.drop_views),
        SearchRoutes(rooms.database, audit, region=region),
        SplitRoutes(rooms.database, rooms.drop_views, region=rooms.settings.default_region),
        TimelineRoutes(rooms.database, rooms.drop_views),
        ConversationRoutes(rooms.database),
        PreferenceRoutes(rooms.database, rooms.drop_views),
        ConditionRoutes(rooms.database, rooms.drop_views),
        RedemptionRoutes(rooms.database, rooms.drop_views, zone=zone),
        StoreRoutes(rooms.database, audit, region=region, zone=zone),
        OfflineRoutes(rooms.database, audit, region=region, zone=zone),
    )


def _desk_routes(rooms: Rooms, audit: ReadAudit, desk_actions: DeskActions) -> list[Route]:
    zone = ZoneInfo(rooms.settings.time_zone)
    return routes_of(
        QueueRoutes(rooms.database),
        AgentRoutes(desk_actions, absent_after=rooms.settings.agent_absence),
        HandoffRoutes(desk_actions, audit, zone=zone),
        HandoffActionRoutes(desk_actions),
        CallbackRoutes(desk_actions, audit, zone=zone),
        CallbackActionRoutes(desk_actions, audit, zone=zone),
    )


def _form_page_routes(rooms: Rooms, audit: ReadAudit) -> list[Route]:
    pages = FormPageRoutes(rooms.database, rooms.reader, rooms.drop_views, audit, reopen=rooms.settings.reopen_period)
    return Cors(rooms.settings.form_origins.split()).open_routes(routes_of(pages))
