"""One route: checks the key and the role, then reads the body, then calls the handler.

It is a plain ASGI application: a framework's request and response objects cost more than everything askonce does in a
cached look-up (docs/adr/0003).
"""

from functools import partial
from typing import Protocol

import structlog
from msgspec.structs import replace

from service.access.model import Principal
from service.db.retry import retry_lost_races
from service.errors import AskonceError, DatabaseBusy, Overloaded, RoleNotAllowed
from service.model.clock import Clock
from service.settings.model import Settings
from service.web.admission.refusals import RefusalPacer
from service.web.http import problems
from service.web.http.asgi import Receive, Scope, Send
from service.web.http.body import check_content_type, read_body
from service.web.http.metrics import RouteMeter
from service.web.http.parameters import check_storable_query, idempotency_key
from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import ANY_MEDIA_TYPE, Access, Route
from service.web.http.scope import SCOPE_KEY, RequestScope
from service.web.http.streaming import PART_BYTES, SMALL_PART_BYTES, StreamingResponse, send_in_parts, send_stream

log = structlog.get_logger()

WHOLE_BYTES = 65_536
WHOLE_PUBLIC_BYTES = 16_384
"""An answer up to this size is given to the server as a whole, one that needs no key up to the lower one."""
MAX_PUBLIC_LARGE_ANSWERS = 128
"""Larger answers of one route without a key that are being read at once; beyond it, 503."""


class KeyAuthenticator(Protocol):
    """Who knows the keys: `service.access.principals.Principals`."""

    def find_cached(self, authorization: bytes) -> Principal | None:
        """The caller, if that needs no look at the database."""

    async def authenticate(self, authorization: bytes) -> Principal:
        """The caller, or Unauthenticated."""

    async def redeem_ticket(self, ticket: str) -> Principal:
        """The caller whose key made the ticket, once; or Unauthenticated."""


class Endpoint:
    """One route as an ASGI application."""

    def __init__(
        self, route: Route, *, keys: KeyAuthenticator, clock: Clock, settings: Settings, refusals: RefusalPacer
    ) -> None:
        self._route = route
        self._keys = keys
        self._refusals = refusals
        self._clock = clock
        self._body_timeout_s = settings.body_timeout_s
        self._write_timeout_s = settings.write_timeout_s
        public = route.roles is Access.PUBLIC
        self._whole_bytes = WHOLE_PUBLIC_BYTES if public else WHOLE_BYTES
        self._max_large_answers = MAX_PUBLIC_LARGE_ANSWERS if public else settings.connections
        self._large_answers = 0
        self._meter = RouteMeter(route.method, route.path)
        self._notice = route.deprecated.headers() if route.deprecated else ()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error becomes a problem."""
        try:
            response = await self._answer(scope, receive)
        except Exception as error:
            problem = problems.problem_of(type(error))
            scope[SCOPE_KEY].problem = problem.type
            if problem.status == problems.INTERNAL_ERROR_STATUS:
                log.exception("request_failed", exc_info=error)
            if isinstance(error, Overloaded | DatabaseBusy):
                await self._refusals.hold()
            if self._route.refuse is not None and isinstance(error, AskonceError):
                response = self._route.refuse(error)
            else:
                response = problems.problem_response(error)
        if self._notice:
            response = replace(response, headers=response.headers + self._notice)
        if isinstance(response, StreamingResponse):
            await send_stream(response, scope, receive, send)
            return
        large = len(response.body) > self._whole_bytes and scope["method"] != "HEAD"
        if large and self._large_answers < self._max_large_answers:
            await self._send_large(response, scope[SCOPE_KEY])
            return
        if large:
            response = problems.problem_response(Overloaded())
        await send(response.start_message())
        body = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _send_large(self, response: Response, request_scope: RequestScope) -> None:
        self._large_answers += 1
        try:
            first_bytes = SMALL_PART_BYTES if self._route.roles is Access.PUBLIC else PART_BYTES
            await send_in_parts(response, request_scope, first_bytes=first_bytes, timeout_s=self._write_timeout_s)
        finally:
            self._large_answers -= 1

    async def _authenticate(self, request: Request, authorization: bytes) -> Principal:
        """The caller, with a look at the database."""
        if not authorization and self._route.takes_ticket and (ticket := request.query.get("ticket")):
            return await self._keys.redeem_ticket(ticket)
        return await self._keys.authenticate(authorization)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        route = self._route
        request_scope: RequestScope = scope[SCOPE_KEY]
        request_scope.meter = self._meter
        request = Request(scope, request_scope.headers, self._clock)
        if route.roles is not Access.PUBLIC:
            authorization = request_scope.headers.get(b"authorization", b"")
            request.principal = self._keys.find_cached(authorization) or await self._authenticate(
                request, authorization
            )
            request_scope.key_id = request.principal.key_id
            if route.roles is not Access.ANY_KEY and request.principal.role not in route.roles:  # type: ignore[operator]
                raise RoleNotAllowed
        if b"%00" in scope["query_string"]:
            check_storable_query(request, route.parameters)
        if route.idempotent:
            idempotency_key(request_scope.headers)  # refused before anything is read
        if route.bodies:
            if ANY_MEDIA_TYPE not in route.bodies:
                check_content_type(request_scope.headers, route.bodies)
            request_scope.start_body_read(request_scope.started + self._body_timeout_s)
            request.raw = await read_body(receive, request_scope.headers, route.body_limit_bytes)
            request_scope.finish_body_read()
        return await retry_lost_races(partial(route.handler, request))
