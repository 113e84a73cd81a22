"""The console as a whole: its controllers behind one guard, with what they work with."""

import asyncio
from collections.abc import Sequence
from functools import cache, partial
from typing import cast
from zoneinfo import ZoneInfo

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler, Guard

from service.access.accounts.oidc import OpenIdSignIn
from service.access.accounts.sessions import Sessions
from service.db.pool import Database
from service.model.clock import Clock
from service.settings.model import Settings
from service.web.console.admin.pages import ADMIN_PAGES
from service.web.console.calls.pages import CallPages
from service.web.console.calls.reads import DeskCalls
from service.web.console.conditions.pages import ConditionWrites
from service.web.console.customer.reads import CustomerReads
from service.web.console.embed.application import card_router
from service.web.console.embed.links import CardLinkPages
from service.web.console.golden.pages import GoldenPages
from service.web.console.guard import AS_IT_IS, RequestGuard
from service.web.console.insight.at_risk import AtRiskPages
from service.web.console.insight_feedback.pages import FeedbackPages
from service.web.console.insight_feedback.report import ReportPages
from service.web.console.insight_feedback.survey import SurveyPages
from service.web.console.journey.pages import JourneyPages
from service.web.console.journey.writes import JourneyWrites
from service.web.console.journeys.pages import JourneysPages
from service.web.console.looks.pages import LookPages, ReasonPages
from service.web.console.matches.pairs import PairPages
from service.web.console.matches.queue import MatchQueuePages
from service.web.console.merging.pages import MergeFindPages
from service.web.console.merging.split_pages import SplitPages
from service.web.console.operations.channels import ChannelPages
from service.web.console.operations.webhooks import WebhookPages
from service.web.console.pages.assets import AssetPages
from service.web.console.pages.callbacks import CallbackPages
from service.web.console.pages.customer import CustomerPages
from service.web.console.pages.customer_writes import CustomerWrites
from service.web.console.pages.drafts import DraftPages
from service.web.console.pages.events import EventPages
from service.web.console.pages.find import FindPages
from service.web.console.pages.handoffs import HandoffPages
from service.web.console.pages.home import HomePages, WorkPages
from service.web.console.pages.next_actions import NextActionWrites
from service.web.console.pages.preferences import PreferencePages
from service.web.console.pages.provider import ProviderPages
from service.web.console.pages.sign_in import SignInPages
from service.web.console.presence.pages import PresencePages
from service.web.console.privacy.pages import PrivacyPages
from service.web.console.refusals import PageRefusal, allowed_methods, refusal_for_browsers, refusal_of
from service.web.console.templating import Templates
from service.web.console.visit import Connection, HttpRequest, Visit
from service.web.http.asgi import App, Message, Receive, Scope, Send
from service.web.restrictions.gate import RestrictionGate

PAGES: list[ControllerRouterHandler] = [
    ReasonPages,
    LookPages,
    FindPages,
    HomePages,
    WorkPages,
    CallPages,
    EventPages,
    CustomerPages,
    CustomerWrites,
    JourneyPages,
    JourneyWrites,
    NextActionWrites,
    ConditionWrites,
    MergeFindPages,
    PairPages,
    MatchQueuePages,
    GoldenPages,
    SplitPages,
    HandoffPages,
    CallbackPages,
    DraftPages,
    JourneysPages,
    ChannelPages,
    WebhookPages,
    PreferencePages,
    PresencePages,
    AtRiskPages,
    ProviderPages,
    SignInPages,
    CardLinkPages,
    SurveyPages,
    FeedbackPages,
    ReportPages,
    PrivacyPages,
    *ADMIN_PAGES,
]
"""Every controller of the console; a page of its own module is one entry here."""
MAX_FORM_BYTES = 65_536
_COMPRESSION = CompressionConfig(
    backend="brotli",
    brotli_quality=5,  # 50 KB become 8 in 0.5 ms
    minimum_size=1000,
    exclude_opt_key=AS_IT_IS,
)
"""Of pages. Their size tells an onlooker nothing of the CSRF token, which stands there in another form each time."""


def console_pages(*, database: Database, sessions: Sessions, settings: Settings, clock: Clock, **rooms: object) -> App:
    """The console, for the application of the API to pass on what is not the API's.

    Controllers ask for `rooms` by their names. It is built when the first such request comes: what serves programs
    alone does without it.
    """

    @cache
    def build() -> App:
        return cast("App", _litestar(database, sessions, settings, clock, rooms))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await _answer_head(build(), scope, send)
        elif scope["method"] == "OPTIONS":
            await build()(scope, receive, partial(_send_with_head, send))
        else:
            await build()(scope, receive, send)

    return serve


async def _answer_head(app: App, scope: Scope, send: Send) -> None:
    """The answer to GET without its body: Litestar's handlers know no HEAD. A stream ends as soon as it has begun."""
    began = asyncio.Event()

    async def send_start(message: Message) -> None:
        if message["type"] == "http.response.start":
            began.set()
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def receive_end() -> Message:
        await began.wait()
        return {"type": "http.disconnect"}

    await app({**scope, "method": "GET"}, receive_end, send_start)


async def _send_with_head(send: Send, message: Message) -> None:
    """Send what Litestar answers to OPTIONS."""
    if message["type"] == "http.response.start":
        headers = dict(message["headers"])
        if b"allow" in headers:
            headers[b"allow"] = allowed_methods(headers[b"allow"].decode()).encode()
        message = {**message, "headers": list(headers.items())}
    await send(message)


def _litestar(
    database: Database, sessions: Sessions, settings: Settings, clock: Clock, rooms: dict[str, object]
) -> Litestar:
    guard = RequestGuard(
        sessions=sessions,
        templates=Templates(ZoneInfo(settings.time_zone), sandbox=bool(rooms.get("sandbox"))),
        clock=clock,
        public_url=settings.public_url,
        single_sign_on=bool(settings.oidc_issuer),
        meters={},
        gate=cast("RestrictionGate", rooms["gate"]),
    )
    refusals: dict[int | type[Exception], PageRefusal] = {Exception: refusal_of(guard)}
    provider = OpenIdSignIn(database, clock, settings, sessions) if settings.oidc_issuer else None
    given = {"database": database, "sessions": sessions, "provider": provider, "guard": guard, "settings": settings}
    given["desk_calls"] = DeskCalls(cast("CustomerReads", rooms["customer_reads"]), settings.default_region)
    dependencies = {name: _always(value) for name, value in (given | rooms).items()}
    admit, visit = _functions_of(guard)
    dependencies["visit"] = visit
    console = Router(
        "/",
        route_handlers=PAGES,
        guards=[admit],
        dependencies=dependencies,
        exception_handlers=refusals,
        request_max_body_size=MAX_FORM_BYTES,
    )
    assets = Router("/", route_handlers=[AssetPages], exception_handlers=refusals)
    card = card_router(guard, database, settings.embed_origins, dependencies, MAX_FORM_BYTES)
    return page_application([console, card, assets], refusal_for_browsers(guard))


def page_application(handlers: Sequence[ControllerRouterHandler], refuse: PageRefusal) -> Litestar:
    """Litestar with these handlers and nothing of its own; `refuse` answers what its router does not know."""
    return Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
        compression_config=_COMPRESSION,
        exception_handlers={Exception: refuse},
    )


def _functions_of(guard: RequestGuard) -> tuple[Guard, Provide]:
    """The guard's methods as functions: Litestar copies what it is given, and with a method the object behind it."""

    async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
        await guard.admit(connection, handler)

    def visit_of(request: HttpRequest) -> Visit:
        return guard.visit_of(request)

    return admit, Provide(visit_of, sync_to_thread=False)


def _always(value: object) -> Provide:
    def provide() -> object:
        return value

    return Provide(provide, sync_to_thread=False)
