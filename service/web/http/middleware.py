"""The edge of the service: what holds for every request, whatever its route.

Request ids, the queue in which requests wait for their start, a limit on those in flight, a limit on their time,
security headers, the count, time and span of every answer; and whatever goes wrong becomes a problem without a trace.
"""

import asyncio
from time import monotonic

import structlog

from service.errors import Overloaded, RequestTimedOut, RequestTooSlow
from service.telemetry import tracing
from service.telemetry.logs import REQUEST_ID
from service.telemetry.queue_time import publish_waits
from service.web.admission.queue import AdmissionQueue
from service.web.admission.refusals import RefusalPacer
from service.web.http import problems
from service.web.http.asgi import App, Message, Receive, Scope, Send
from service.web.http.metrics import RouteMeter
from service.web.http.response import Response
from service.web.http.scope import SCOPE_KEY, RequestScope

log = structlog.get_logger()

_CHECK_INTERVAL_S = 0.25
LOWEST_REFUSAL = 400
_UNTRACED = ("/health/", "/metrics")


class RequestMiddleware:
    """Wraps the application; at most `in_flight` requests are inside it at once."""

    def __init__(
        self,
        app: App,
        *,
        in_flight: int,
        queue: AdmissionQueue,
        refusals: RefusalPacer,
        always_served: tuple[str, ...],
        access_log: bool = False,
    ) -> None:
        self._app = app
        self._queue = queue
        self._refusals = refusals
        self._always_served = always_served
        self._access_log = access_log
        self._max_in_flight = in_flight
        self._in_flight: set[RequestScope] = set()
        self._check_timer: asyncio.TimerHandle | None = None
        self._unrouted_meter = RouteMeter("", "none")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request_scope = RequestScope(scope, receive, send, self._unrouted_meter)
        queued = not scope["path"].startswith(self._always_served)
        if queued and not self._has_room():
            await self._refusals.hold()
            await _send_problem(request_scope, Overloaded())
        else:
            REQUEST_ID.set(request_scope.request_id)
            scope[SCOPE_KEY] = request_scope
            await self._serve(request_scope, scope, receive, queued=queued)
        seconds = (request_scope.streaming_since or monotonic()) - request_scope.started
        request_scope.meter.observe(request_scope.status, seconds)
        if self._access_log or request_scope.status >= LOWEST_REFUSAL:
            _log_answer(request_scope, scope["method"], seconds)

    def _has_room(self) -> bool:
        return len(self._in_flight) < self._max_in_flight and self._queue.admits()

    async def _serve(self, request_scope: RequestScope, scope: Scope, receive: Receive, *, queued: bool) -> None:
        self._in_flight.add(request_scope)
        if self._check_timer is None:
            self._check_timer = asyncio.get_running_loop().call_later(_CHECK_INTERVAL_S, self._cancel_overdue)
        try:
            if queued and not self._queue.starts_at_once(len(self._in_flight)):
                await self._queue.wait_for_start()
            await self._app(scope, receive, request_scope.send)
        except asyncio.CancelledError:
            if not request_scope.timed_out or request_scope.task is None:
                raise
            request_scope.task.uncancel()
            await _send_problem(request_scope, RequestTooSlow() if request_scope.reading_body else RequestTimedOut())
        except Exception as error:  # the last resort: a mistake outside the endpoints
            log.exception("request_failed", exc_info=error)
            await _send_problem(request_scope, error)
        finally:
            self._in_flight.discard(request_scope)

    def _cancel_overdue(self) -> None:
        """Give up what is past its deadline, and count no stream; look again as long as anything is in flight."""
        publish_waits()
        now = monotonic()
        self._in_flight -= {exchange for exchange in self._in_flight if exchange.streaming_since}
        for request_scope in self._in_flight:
            if request_scope.deadline < now and not request_scope.timed_out:
                request_scope.time_out()
        self._check_timer = (
            asyncio.get_running_loop().call_later(_CHECK_INTERVAL_S, self._cancel_overdue) if self._in_flight else None
        )


def _log_answer(request_scope: RequestScope, method: str, seconds: float) -> None:
    """One line of an answer: the route as it is declared, for its path and query may name a person."""
    status = request_scope.status
    told: dict[str, object] = {"method": method, "route": request_scope.meter.path, "status": status}
    if request_scope.problem:
        told["problem"] = request_scope.problem
    if request_scope.key_id:
        told["key_id"] = str(request_scope.key_id)
    said = log.info if status < problems.INTERNAL_ERROR_STATUS else log.warning
    request_id = request_scope.request_id.decode()
    said("request_answered", request_id=request_id, **told, ms=round(seconds * 1000, 1))


async def _send_problem(request_scope: RequestScope, error: Exception) -> None:
    """Answer with the error's problem, unless an answer has begun."""
    request_scope.problem = problems.problem_of(type(error)).type
    if not request_scope.status:
        await _send_response(request_scope, problems.problem_response(error))


async def _send_response(request_scope: RequestScope, response: Response) -> None:
    await request_scope.send(response.start_message())
    await request_scope.send({"type": "http.response.body", "body": response.body, "more_body": False})


class TracedApp:
    """The application with a span around each request, under that of the caller if it sends a traceparent."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(_UNTRACED):
            await self._app(scope, receive, send)
            return
        statuses: list[int] = []

        async def send_noting_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        method = scope["method"]
        with tracing.span(method, kind="server", parent=_caller_of(scope)) as span:
            await self._app(scope, receive, send_noting_status)
            route, status = _route_of(scope), statuses[0] if statuses else 0
            span.describe(
                f"{method} {route}".rstrip(),
                {"http.request.method": method, "http.route": route, "http.response.status_code": status},
            )
            if status >= 500:  # noqa: PLR2004 (RFC 9110, 15.6)
                span.fail(str(status))


def _caller_of(scope: Scope) -> str:
    """The traceparent of the request; empty without one."""
    found: bytes = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
    return found.decode("latin-1")


def _route_of(scope: Scope) -> str:
    """The route as it is declared; empty for a request that was refused before it had one."""
    request_scope = scope.get(SCOPE_KEY)
    return "" if request_scope is None else request_scope.meter.path
