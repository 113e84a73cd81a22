"""How a route is declared: nothing is served that does not say who may call it and what it answers."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from enum import Enum
from types import MethodType
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from service.errors import AskonceError, ConfigurationError
from service.model.vocabulary import Role
from service.web.http.request import Request
from service.web.http.response import Header, Response

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Handler = Callable[[Request], Awaitable[Response]]

MAX_BODY_BYTES = 256 * 1024
MAX_BATCH_BYTES = 4 * 1024 * 1024
MAX_EMAIL_BYTES = 25 * 1024 * 1024
ANY_MEDIA_TYPE = "*/*"
"""As a content type in `bodies`: the handler is given whatever comes, compressed or not."""

LEAST_NOTICE = timedelta(days=180)
"""How long a deprecated route goes on at least (docs/compatibility.md)."""

_LINK: Header = (b"link", b'</docs>; rel="deprecation"; type="text/html"')


class Access(Enum):
    """Who may call a route that is not for certain roles."""

    PUBLIC = "public"
    ANY_KEY = "any key"


PUBLIC = Access.PUBLIC
"""Everybody, without a key."""
ANY_KEY = Access.ANY_KEY
"""Every valid key, whatever its role."""

Roles = frozenset[Role] | Access


class Parameter(Struct, frozen=True, kw_only=True):
    """A header or query parameter as the published description shows it; `shape` is a type that msgspec knows."""

    name: str
    location: Literal["query", "header"] = "query"
    shape: object = str
    description: str
    required: bool = False


class MediaType(Struct, frozen=True):
    """A body that is not JSON, in `answers`: `MediaType("text/html")`."""

    content_type: str


class Deprecation(Struct, frozen=True, kw_only=True):
    """The end of a route: deprecated since a day in UTC, gone on another one, and what callers use instead.

    Every answer of the route says so (RFC 9745, RFC 8594), and the published description.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        """ConfigurationError if the notice is too short."""
        if self.sunset - self.since < LEAST_NOTICE:
            raise ConfigurationError(f"A route that is deprecated goes on for {LEAST_NOTICE.days} days at least.")

    def headers(self) -> tuple[Header, ...]:
        """What each answer carries: since when, until when, and where it is described."""
        sunset = format_datetime(_midnight(self.sunset), usegmt=True)
        since = b"@%d" % int(_midnight(self.since).timestamp())
        return (b"deprecation", since), (b"sunset", sunset.encode()), _LINK

    def published(self, description: str) -> dict[str, Any]:
        """What the description of the route says differently."""
        notice = f"Deprecated since {self.since}, gone on {self.sunset}: use {self.instead}."
        return {"deprecated": True, "description": f"{notice} {description}".strip()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class Route(Struct, frozen=True, kw_only=True):
    """One method of one path.

    `operation` is what it does in words of snake case, such as `accept_handoff`; `description` tells callers more than
    the `summary`. `answers` holds the shape of the body of each successful status, None where it has none; `bodies` the
    shape of each content type that is read.
    """

    method: Method
    path: str
    handler: Handler
    roles: Roles | None
    summary: str
    description: str = ""
    operation: str
    answers: dict[int, object]
    media_types: tuple[str, ...] = ()
    """What a successful answer may be besides JSON, by the Accept header."""
    bodies: dict[str, object] = {}
    body_limit_bytes: int = MAX_BODY_BYTES
    idempotent: bool = False
    optionally_idempotent: bool = False
    """Whether an Idempotency-Key may be sent; without one a repetition is another request."""
    budgeted: bool = False
    takes_ticket: bool = False
    """Whether a ticket in the query stands for a key."""
    restricted_too: bool = False
    """Whether it serves restricted customers too, because it only stores, or shows nothing of them."""
    parameters: tuple[Parameter, ...] = ()
    refers_to: tuple[type, ...] = ()
    """Shapes of JSON that stands in its answers as bytes (`service.model.fields.shown_as`)."""
    problems: tuple[type[AskonceError], ...] = ()
    refuse: Callable[[AskonceError], Response] | None = None
    """How its callers read an error, if not as a problem."""
    deprecated: Deprecation | None = None
    described: bool = True
    """Whether it stands in the published description; the second paths of a route that does need not."""

    @property
    def name(self) -> str:
        """How people speak of it, e.g. `POST /v1/handoffs`."""
        return f"{self.method} {self.path}"


def route(
    method: Method,
    path: str,
    *,
    roles: Roles | Iterable[Role] | None = None,
    summary: str = "",
    description: str = "",
    operation: str | None = None,
    answers: dict[int, object] | None = None,
    media_types: tuple[str, ...] = (),
    body: object | None = None,
    bodies: dict[str, object] | None = None,
    body_limit_bytes: int = MAX_BODY_BYTES,
    idempotent: bool = False,
    optionally_idempotent: bool = False,
    budgeted: bool = False,
    takes_ticket: bool = False,
    restricted_too: bool = False,
    parameters: tuple[Parameter, ...] = (),
    refers_to: tuple[type, ...] = (),
    problems: tuple[type[AskonceError], ...] = (),
    deprecated: Deprecation | None = None,
) -> Callable[[Callable[..., Awaitable[Response]]], Route]:
    """Declare the decorated handler as `method` of `path`, whose values stand in braces: `/v1/customers/{customer_id}`.

    A handler is a function, or a method of a class of routes, which `routes_of` binds. `operation` is its name and
    `description` its docstring, unless told.

    `body` is the shape of a JSON body, `bodies` that of each content type if there are several; the handler finds the
    bytes in `request.raw` and decodes them. `idempotent` makes the Idempotency-Key header required. A `budgeted` route
    is a look-up: its handler says in `request.subject` which customer its answer is about. A route that `takes_ticket`
    also serves callers without a key who send `?ticket=`. One with `restricted_too` is not closed for restricted
    customers (`web/restrictions/gate.py`). `problems` are the errors of this very route, beyond those
    every route can meet. A `deprecated` one says in every answer when it ends.
    """

    def declare(handler: Callable[..., Awaitable[Response]]) -> Route:
        return Route(
            method=method,
            path=path,
            handler=handler,
            roles=roles if roles is None or isinstance(roles, Access) else frozenset(roles),
            summary=summary,
            description=description or " ".join((handler.__doc__ or "").split()),
            operation=operation or handler.__name__,
            answers=answers or {},
            media_types=media_types,
            bodies=bodies or ({} if body is None else {"application/json": body}),
            body_limit_bytes=body_limit_bytes,
            idempotent=idempotent,
            optionally_idempotent=optionally_idempotent,
            budgeted=budgeted,
            takes_ticket=takes_ticket,
            restricted_too=restricted_too,
            parameters=parameters,
            refers_to=refers_to,
            problems=problems,
            deprecated=deprecated,
        )

    return declare


def routes_of(*instances: object) -> list[Route]:
    """The routes that the classes of these instances declare, in that order, with their handlers bound."""
    return [
        replace(declared, handler=MethodType(declared.handler, instance))
        for instance in instances
        for declared in vars(type(instance)).values()
        if isinstance(declared, Route)
    ]


def check_routes(routes: Iterable[object]) -> list[Route]:
    """The routes, if each is declared in full and only once; ConfigurationError names the first that is not."""
    checked: dict[str, Route] = {}
    for candidate in routes:
        if not isinstance(candidate, Route):
            raise ConfigurationError(f"{candidate!r} is not declared with service.web.http.route.")
        if not candidate.roles:
            raise ConfigurationError(f"{candidate.name} does not say which roles may call it.")
        if not candidate.answers or not candidate.summary:
            raise ConfigurationError(f"{candidate.name} does not say what it answers.")
        if candidate.name in checked:
            raise ConfigurationError(f"{candidate.name} is declared twice.")
        checked[candidate.name] = candidate
    return list(checked.values())
