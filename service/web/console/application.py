"""The console as a whole: its controllers behind one guard, with what they work with."""

from collections.abc import Sequence
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler, Guard

from service.access.accounts.oidc import OpenIdSignIn
from service.access.accounts.sessions import Sessions
from service.db.pool import Database
from service.model.clock import Clock
from service.settings.model import Settings
from service.web.console.guard import RequestGuard
from service.web.console.pages.assets import AssetPages
from service.web.console.pages.callbacks import CallbackPages
from service.web.console.pages.customer import CustomerPages
from service.web.console.pages.customer_writes import CustomerWrites
from service.web.console.pages.events import EventPages
from service.web.console.pages.find import FindPages
from service.web.console.pages.handoffs import HandoffPages
from service.web.console.pages.home import HomePages, WorkPages
from service.web.console.pages.preferences import PreferencePages
from service.web.console.pages.provider import ProviderPages
from service.web.console.pages.sign_in import SignInPages
from service.web.console.refusals import PageRefusal, refusal_for_browsers, refusal_of
from service.web.console.templating import Templates
from service.web.console.visit import Connection, HttpRequest, Visit
from service.web.http.asgi import App, Receive, Scope, Send

PAGES: list[ControllerRouterHandler] = [
    FindPages,
    HomePages,
    WorkPages,
    EventPages,
    CustomerPages,
    CustomerWrites,
    HandoffPages,
    CallbackPages,
    PreferencePages,
    ProviderPages,
    SignInPages,
]
"""Every controller of the console; a page of its own module is one entry here."""
MAX_FORM_BYTES = 65_536


def console_pages(*, database: Database, sessions: Sessions, settings: Settings, clock: Clock, **rooms: object) -> App:
    """The console, for the application of the API to pass on what is not the API's.

    Controllers ask for `rooms` by their names. It is built when the first such request comes: what serves programs
    alone does without it.
    """

    @cache
    def build() -> App:
        return cast("App", _litestar(database, sessions, settings, clock, rooms))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await build()(scope, receive, send)

    return serve


def _litestar(
    database: Database, sessions: Sessions, settings: Settings, clock: Clock, rooms: dict[str, object]
) -> Litestar:
    guard = RequestGuard(
        sessions=sessions,
        templates=Templates(ZoneInfo(settings.time_zone)),
        clock=clock,
        public_url=settings.public_url,
        single_sign_on=bool(settings.oidc_issuer),
        meters={},
    )
    refusals: dict[int | type[Exception], PageRefusal] = {Exception: refusal_of(guard)}
    provider = OpenIdSignIn(database, clock, settings, sessions) if settings.oidc_issuer else None
    given = {"database": database, "sessions": sessions, "provider": provider, "guard": guard, "settings": settings}
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
    return page_application([console, assets], refusal_for_browsers(guard))


def page_application(handlers: Sequence[ControllerRouterHandler], refuse: PageRefusal) -> Litestar:
    """Litestar with these handlers and nothing of its own; `refuse` answers what its router does not know."""
    return Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
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
