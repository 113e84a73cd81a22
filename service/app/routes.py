"""The routes of the API, each with the rooms that it works with."""

from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.app.arrivals import create_deliveries, create_registrar
from service.app.insight import insight_routes
from service.app.privacy import privacy_routes
from service.app.rooms import Rooms
from service.channels.registry import ADAPTERS
from service.desks.batching import DeskActions
from service.inbound.accounts import ChannelAccounts
from service.inbound.delivery_log import DeliveryLog
from service.insight.long_reads import LongReads
from service.registration.batcher import Registrar
from service.settings.model import Settings
from service.web.http.cors import Cors
from service.web.http.route import Route, routes_of
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
from service.web.routes.operations.health import HealthRoutes
from service.web.routes.operations.webhooks import WebhookRoutes
from service.web.routes.people.consents import ConsentRoutes
from service.web.routes.people.decisions import DecisionRoutes
from service.web.routes.people.golden import GoldenRoutes
from service.web.routes.people.matches import MatchRoutes
from service.web.routes.people.merging_settings import MergingSettingsRoutes
from service.web.routes.people.playback import PlaybackRoutes
from service.web.routes.people.previews import MergePreviewRoutes
from service.web.routes.people.quality import QualityRoutes
from service.web.routes.people.reads import ReadRoutes
from service.web.routes.people.records import SourceRecordRoutes
from service.web.routes.people.sources import SourceRoutes


def all_routes(
    rooms: Rooms, audit: ReadAudit, desk_actions: DeskActions, log: DeliveryLog, reads: LongReads
) -> list[Route]:
    """Every route of the API, but the live events; a class of routes is one line here."""
    registrar = create_registrar(rooms)
    accounts, deliveries = ChannelAccounts(rooms.database, ADAPTERS), create_deliveries(rooms, registrar, log)
    return [
        *_record_routes(rooms, audit, registrar),
        *_desk_routes(rooms, audit, desk_actions),
        *_form_page_routes(rooms, audit),
        *insight_routes(rooms, audit, reads),
        *privacy_routes(rooms, audit),
        *channel_routes(ADAPTERS.values(), accounts, deliveries, public_url=rooms.settings.public_url),
        *routes_of(
            CallRoutes(rooms.database, rooms.reader, audit),
            EmailTokenRoutes(rooms.database, registrar, ADAPTERS),
            FormTokenRoutes(rooms.database, region=rooms.settings.default_region),
            WebhookRoutes(rooms.database, rooms.resolve, allow_private=rooms.settings.webhook_allow_private),
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
        DecisionRoutes(rooms.database, rooms.drop_views),
        MergingSettingsRoutes(rooms.database),
        MergePreviewRoutes(rooms.database),
        MatchRoutes(rooms.database, audit, region=region),
        SearchRoutes(rooms.database, audit, region=region),
        SplitRoutes(rooms.database, rooms.drop_views, region=rooms.settings.default_region),
        TimelineRoutes(rooms.database, rooms.drop_views),
        ConversationRoutes(rooms.database),
        PreferenceRoutes(rooms.database, rooms.drop_views),
        ConsentRoutes(rooms.database, rooms.drop_views, rooms.reader.trust.restrictions.note_restriction),
        ReadRoutes(rooms.database, audit),
        GoldenRoutes(rooms.database, rooms.drop_views, region=region),
        ConditionRoutes(rooms.database, rooms.drop_views),
        RedemptionRoutes(rooms.database, rooms.drop_views, zone=zone),
        StoreRoutes(rooms.database, audit, region=region, zone=zone),
        OfflineRoutes(rooms.database, audit, region=region, zone=zone),
        SourceRoutes(rooms.database),
        PlaybackRoutes(rooms.database),
        QualityRoutes(rooms.database),
        SourceRecordRoutes(rooms.database, rooms.drop_views, region=region),
    )


def _desk_routes(rooms: Rooms, audit: ReadAudit, desk_actions: DeskActions) -> list[Route]:
    zone = ZoneInfo(rooms.settings.time_zone)
    return routes_of(
        QueueRoutes(rooms.database),
        AgentRoutes(desk_actions, absent_after=rooms.settings.agent_absence),
        HandoffRoutes(desk_actions, audit, zone=zone, default_language=rooms.settings.default_language),
        HandoffActionRoutes(desk_actions),
        CallbackRoutes(desk_actions, audit, zone=zone),
        CallbackActionRoutes(desk_actions, audit, zone=zone),
    )


def _form_page_routes(rooms: Rooms, audit: ReadAudit) -> list[Route]:
    settings = rooms.settings
    pages = FormPageRoutes(
        rooms.database,
        rooms.reader,
        rooms.drop_views,
        audit,
        reopen=settings.reopen_period,
        default_language=settings.default_language,
    )
    return Cors(settings.form_origins.split()).open_routes(routes_of(pages))


def with_open_streams(routes: list[Route], settings: Settings) -> list[Route]:
    """These routes, of which pages of `event_origins` may open the stream; their servers ask for tickets.

    Wraps what guards the stream: that counts the problems which this makes answers of.
    """
    streams = [one for one in routes if one.takes_ticket]
    others = [one for one in routes if not one.takes_ticket]
    return others + Cors(settings.event_origins.split()).open_routes(streams)
