"""The console's live events: the same stream as /v1/events, by an agent's session, for as long as that lasts."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.types import ASGIApp, Receive, Scope, Send

from service.access.accounts.model import SessionPrincipal
from service.access.accounts.sessions import Sessions
from service.errors import Unauthenticated
from service.events.feed import EventFeed
from service.events.rules import EventFilter
from service.events.stream import EventStream
from service.model.vocabulary import Audience
from service.web.console.guard import AS_IT_IS, AUTOMATIC, RequestGuard, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.presence.streams import ConsoleStreams
from service.web.console.visit import HOME_PATH, HttpRequest, Visit
from service.web.http.streaming import EVENT_STREAM, NO_BUFFERING, StreamingResponse, send_stream

EVENTS_PATH = f"{HOME_PATH}/events"
SESSION_CHECK_INTERVAL_S = 2.0
"""How soon a stream ends after its session, at the latest."""


class SessionKeys:
    """Sessions as the keys of open streams: the id of one stands where an API key's secret does."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def authenticate(self, authorization: bytes) -> SessionPrincipal:
        """The caller, or Unauthenticated. That a stream is open is no use of the session."""
        principal = await self._sessions.principal_of(authorization.decode(), touch=False)
        if principal is None:
            raise Unauthenticated
        return principal

    async def check_key(self, key_id: UUID) -> None:
        """Unauthenticated: no session is known by the id of a key."""
        raise Unauthenticated(f"{key_id} is no session.")


class EventStreamResponse(Response[bytes]):
    """An answer of Litestar's that goes on, sent as those of the API are."""

    def __init__(self, source: EventStream) -> None:
        super().__init__(b"", media_type=EVENT_STREAM)
        headers = ((b"cache-control", b"no-store"), NO_BUFFERING)
        self._answer = StreamingResponse(200, content_type=EVENT_STREAM.encode(), headers=headers, source=source)

    def to_asgi_response(self, *_given: Any, **_named: Any) -> ASGIApp:  # type: ignore[override]
        """The application that sends the stream."""

        async def send_all(scope: Scope, receive: Receive, send: Send) -> None:
            await send_stream(self._answer, scope, receive, send)  # type: ignore[arg-type]

        return send_all


class EventPages(Controller):
    """What pages listen to."""

    path = EVENTS_PATH
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get("/", opt=AUTOMATIC | {AS_IT_IS: True}, include_in_schema=False)
    async def stream_events(
        self,
        *,
        request: HttpRequest,
        guard: NamedDependency[RequestGuard],
        feed: NamedDependency[EventFeed],
        visit: NamedDependency[Visit],
        streams: NamedDependency[ConsoleStreams],
    ) -> EventStreamResponse:
        """Events until the session or the service ends; after Last-Event-ID first what was missed."""
        stream = await feed.open_stream(
            EventFilter(audience=Audience.CONSOLE), resume=request.headers.get("last-event-id") or None
        )
        streams.add(guard.session_id(request), visit.session, stream)
        return EventStreamResponse(stream)
