"""Lets requests in: finds the session of the cookie, asks where a change comes from, and checks the role."""

from collections.abc import Awaitable, Callable
from typing import cast

from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from service.access.accounts.model import AgentSession
from service.access.accounts.sessions import Sessions
from service.errors import ForeignHost, RoleNotAllowed, Unauthenticated
from service.model.clock import Clock
from service.model.vocabulary import AgentRole
from service.web.console import csrf
from service.web.console.templating import Templates
from service.web.console.visit import Connection, HttpRequest, Visit
from service.web.http.asgi import Scope
from service.web.http.metrics import RouteMeter
from service.web.http.scope import SCOPE_KEY
from service.web.restrictions.gate import RestrictionGate

OPEN = {"open": True}
"""`opt` of handlers that need no session."""
BY_LINK = OPEN | {"by_link": True}
"""`opt` of forms whose address is the proof: a browser may leave out which page sends them."""
RESTRICTED_TOO = {"restricted_too": True}
"""`opt` of handlers that show nothing of a customer, or are the privacy desk's: they serve restricted ones too."""
AUTOMATIC = {"automatic": True}
"""`opt` of handlers that pages ask by themselves: that is no use of the session."""
AUTOMATIC_HEADER = "x-askonce-automatic"
"""Of other requests that pages make by themselves."""
AS_IT_IS = "as_it_is"
"""In `opt` of handlers: the answer is not to be compressed; it is already, or must not be held back."""
VISIT_KEY = "visit"
ASKS_FOR_METHODS = "OPTIONS"
"""Litestar answers with the methods of a path, which is no secret."""
PASSWORD_PATH = "/password"  # noqa: S105 (a path)


class PasswordDue(Unauthenticated):
    """An agent who came by a link chooses a password first."""


class RequestGuard(Struct, frozen=True, kw_only=True):
    """The guard of every handler of the console, and what it needs to know."""

    sessions: Sessions
    templates: Templates
    clock: Clock
    public_url: str
    single_sign_on: bool
    """Whether agents may come by their account of the company."""
    meters: dict[tuple[str, str], RouteMeter]
    gate: RestrictionGate
    """Closes pages about restricted customers."""

    async def admit(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise Unauthenticated, ForeignHost or PasswordDue, or leave the visit where `visit_of` finds it."""
        request = cast("HttpRequest", connection)  # a guard of HTTP handlers is given no other
        self._count(request)
        if request.method == ASKS_FOR_METHODS:
            return
        if request.method not in csrf.SAFE_METHODS and not self._is_ours(request, handler):
            raise ForeignHost
        is_automatic = handler.opt.get("automatic") or AUTOMATIC_HEADER in request.headers
        session = await self.session_of(self.session_id(connection), touch=not is_automatic)
        connection.scope["state"][VISIT_KEY] = self._visit(connection, session)
        if handler.opt.get("open"):
            return
        if session is None:
            raise Unauthenticated
        if request.method not in csrf.SAFE_METHODS and not await _has_token(request, session):
            raise ForeignHost
        if session.must_set_password and request.url.path != PASSWORD_PATH:
            raise PasswordDue
        if not handler.opt.get("restricted_too"):
            await self.gate.check_texts([*map(str, connection.path_params.values()), *connection.query_params.values()])

    async def session_of(self, session_id: str, *, touch: bool) -> AgentSession | None:
        """The session in force of this id."""
        return await self.sessions.current(session_id, touch=touch)

    def visit_of(self, connection: Connection) -> Visit:
        """The visit that `admit` left; one without a session if it did not come so far."""
        return connection.scope["state"].get(VISIT_KEY) or self._visit(connection, None)

    def session_id(self, connection: Connection) -> str:
        """The id that the browser's cookie holds; empty if it has none."""
        return connection.cookies.get(self.cookie_name, "")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the console by TLS."""
        return self.public_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """The session cookie's; with TLS its prefix binds it to this host alone."""
        return "__Host-askonce_session" if self.is_secure else "askonce_session"

    def session_cookie(self, session_id: str) -> Cookie:
        """The cookie of a new session, which ends with the browser; an empty id takes it away."""
        return Cookie(
            key=self.cookie_name,
            value=session_id,
            path="/",
            max_age=None if session_id else 0,
            httponly=True,
            secure=self.is_secure,
            samesite="lax",
        )

    def _is_ours(self, request: HttpRequest, handler: BaseRouteHandler) -> bool:
        if handler.opt.get("by_link") and csrf.names_no_page(request.headers):
            return True
        return csrf.is_from_our_page(request.headers, self.public_url)

    def _visit(self, connection: Connection, session: AgentSession | None) -> Visit:
        return Visit(connection, session, self.templates, now=self.clock.now(), single_sign_on=self.single_sign_on)

    def _count(self, request: HttpRequest) -> None:
        scope = cast("Scope", request.scope)
        route = (request.method, scope["path_template"])
        scope[SCOPE_KEY].meter = self.meters.setdefault(route, RouteMeter(*route))


def for_roles(*roles: AgentRole) -> Callable[[Connection, BaseRouteHandler], Awaitable[None]]:
    """A guard that lets agents of these roles in and no others; it stands behind the one of every handler."""

    async def check_role(connection: Connection, _handler: BaseRouteHandler) -> None:  # else Litestar takes a thread
        if cast("HttpRequest", connection).method == ASKS_FOR_METHODS:
            return
        visit: Visit = connection.scope["state"][VISIT_KEY]
        if visit.session.role not in roles:
            raise RoleNotAllowed

    return check_role


async def _has_token(request: HttpRequest, session: AgentSession) -> bool:
    given = request.headers.get(csrf.TOKEN_HEADER)
    if given is None:
        given = (await request.form()).get(csrf.TOKEN_FIELD)
    return csrf.is_token_of(session.csrf_token, given if isinstance(given, str) else None)
