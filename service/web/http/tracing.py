"""The span of a request, from its first byte to the end of its answer."""

from service.telemetry import tracing
from service.web.http.asgi import App, Message, Receive, Scope, Send
from service.web.http.scope import SCOPE_KEY

_UNTRACED = ("/health/", "/metrics")


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
