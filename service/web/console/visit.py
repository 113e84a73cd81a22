"""One request to the console: who makes it, how they want pages to look, and the pages made for them."""

import re
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.status_codes import HTTP_303_SEE_OTHER
from msgspec import Struct
from msgspec.structs import replace

from service.access.accounts.model import AgentSession
from service.errors import Unauthenticated
from service.web.console.csrf import fresh_token
from service.web.console.templating import Templates
from service.web.console.words import LANGUAGES, choose_language

Connection = ASGIConnection[Any, Any, Any, Any]
HttpRequest = Request[Any, Any, Any]
VERSION_HEADER = "x-askonce-version"
"""What a page that asks for itself again shows by now."""
HOME_PATH = "/console"
SIGN_IN_PATH = "/signin"
LANGUAGE_COOKIE = "askonce_language"
THEME_COOKIE = "askonce_theme"
KEYS_COOKIE = "askonce_keys"
RING_COOKIE = "askonce_ring"
PASSED_COOKIE = "askonce_passed_calls"
"""The calls that the agent has left to others, for as long as the browser is open."""
CHOICES = {
    LANGUAGE_COOKIE: LANGUAGES,
    THEME_COOKIE: ("light", "dark"),
    KEYS_COOKIE: ("on", "off"),
    RING_COOKIE: ("on", "off"),
}
"""What a person may choose for as long as the browser is open."""
PAGE_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # under no-referrer, browsers send `Origin: null` with our own forms
    "vary": "Accept-Language, Cookie, HX-Request",
}
_OWN_PATH = re.compile(r"/console(?:[/?][\x21-\x5b\x5d-\x7e]*)?")


class Look(Struct, frozen=True, kw_only=True):
    """How pages look and speak: chosen for this browser session, else by the account or the browser."""

    language: str
    theme: str | None
    keys: bool
    ring: bool
    """Whether a sound and a notice tell of calls."""


class Visit:
    """What controllers ask for as `visit`; `session` is the signed-in agent's, or None."""

    more_headers: dict[str, str] = {}  # noqa: RUF012 (read only)
    """Beside those of every page, or in their place."""

    def __init__(
        self,
        connection: Connection,
        session: AgentSession | None,
        templates: Templates,
        *,
        now: datetime,
        single_sign_on: bool,
    ) -> None:
        self._connection = connection
        self._agent_session = session
        self._templates = templates
        self.now = now
        self.look = _look(connection, session)
        self.single_sign_on = single_sign_on
        self.passed_calls = tuple(filter(None, connection.cookies.get(PASSED_COOKIE, "").split(".")))
        self.is_partial = connection.headers.get("hx-request") == "true"
        """htmx asks, and will put the answer into the page that is there."""

    def has_version(self, version: int) -> bool:
        """Whether the page that asks shows this version of what it is about."""
        return self._connection.headers.get(VERSION_HEADER) == str(version)

    @property
    def session(self) -> AgentSession:
        """The agent's session. Unauthenticated if there is none."""
        if self._agent_session is None:
            raise Unauthenticated
        return self._agent_session

    @property
    def is_signed_in(self) -> bool:
        """Whether an agent is signed in."""
        return self._agent_session is not None

    def html(self, template: str, **values: object) -> str:
        """The HTML of a template, which knows the visit by its name too."""
        agent = self._agent_session
        if agent is not None:
            agent = replace(agent, csrf_token=fresh_token(agent.csrf_token))
        shown = {"visit": self, "agent": agent, "look": self.look, "path": self._connection.url.path}
        return self._templates.render(template, self.look.language, self.now, shown | values)

    def page(self, template: str, *, status: int = 200, **values: object) -> Response[str]:
        """A page, or a fragment of one, from a template."""
        return self.respond(self.html(template, **values), status=status)

    def respond(self, html: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
        """HTML with the headers of a page of this visit."""
        return page_response(html, status=status, headers=self.more_headers | (headers or {}))

    def redirect(self, path: str) -> Response[str]:
        """Leads the browser elsewhere: as a whole, even if htmx asks."""
        if self.is_partial:
            return self.respond("", headers={"hx-redirect": path})
        return self.respond("", status=HTTP_303_SEE_OTHER, headers={"location": path})


def page_response(html: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    """HTML with the headers that every page of the console has."""
    return Response(html, status_code=status, media_type="text/html", headers=PAGE_HEADERS | (headers or {}))


def own_path(text: str) -> str:
    """A path of the console that a browser may be led to; its home if the text leads anywhere else."""
    return text if _OWN_PATH.fullmatch(text) else HOME_PATH


def choice_cookie(name: str, value: str, *, secure: bool) -> Cookie:
    """A choice that is kept until the browser closes; an unknown one is taken back."""
    return browser_cookie(name, value if value in CHOICES[name] else "", secure=secure)


def browser_cookie(name: str, value: str, *, secure: bool) -> Cookie:
    """A cookie that ends with the browser; an empty value takes it away."""
    return Cookie(
        key=name,
        value=value,
        max_age=None if value else 0,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def _look(connection: Connection, session: AgentSession | None) -> Look:
    chosen = {name: value for name, value in connection.cookies.items() if value in CHOICES.get(name, ())}
    account = session.language if session is not None and session.language in LANGUAGES else None
    accepted = connection.headers.get("accept-language", "")
    return Look(
        language=chosen.get(LANGUAGE_COOKIE) or account or choose_language(accepted),
        theme=chosen.get(THEME_COOKIE),
        keys=chosen.get(KEYS_COOKIE) != "off",
        ring=chosen.get(RING_COOKIE) == "on",
    )
