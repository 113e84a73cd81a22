"""The console as a whole: its controllers behind one guard, with what they work with."""

from zoneinfo import ZoneInfo

from litestar import Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler, Guard

from service.access.accounts.sessions import Sessions
from service.db.pool import Database
from service.model.clock import Clock
from service.settings.model import Settings
from service.web.console.guard import RequestGuard
from service.web.console.pages.assets import AssetPages
from service.web.console.pages.home import HomePages
from service.web.console.pages.preferences import PreferencePages
from service.web.console.pages.sign_in import SignInPages
from service.web.console.refusals import PageRefusal, refusal_for_browsers, refusal_of
from service.web.console.templating import Templates
from service.web.console.visit import Connection, HttpRequest, Visit
from service.web.http.application import Pages

PAGES: list[ControllerRouterHandler] = [HomePages, PreferencePages, SignInPages]
"""Every controller of the console; a page of its own module is one entry here."""
MAX_FORM_BYTES = 65_536


def console_pages(*, database: Database, sessions: Sessions, settings: Settings, clock: Clock) -> Pages:
    """The console, for the application of the API to stand beside."""
    guard = RequestGuard(
        sessions=sessions,
        templates=Templates(ZoneInfo(settings.time_zone)),
        clock=clock,
        public_url=settings.public_url,
        meters={},
    )
    refusals: dict[int | type[Exception], PageRefusal] = {Exception: refusal_of(guard)}
    given = {"database": database, "sessions": sessions, "guard": guard, "settings": settings}
    dependencies = {name: _always(value) for name, value in given.items()}
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
    return Pages((console, assets), refusal_for_browsers(guard))


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
