"""GET /v1/events and the tickets for it: what happens, as it happens."""

from typing import Literal
from uuid import UUID

from service.access.model import Principal
from service.access.tickets import EventTicket, create_ticket
from service.db.pool import Database
from service.errors import CustomerUnknown, InvalidInput, QueueUnknown
from service.events import journal
from service.events.feed import EventFeed
from service.events.rules import EventFilter
from service.model.vocabulary import Audience, Role
from service.web.http.parameters import text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import MediaType, Parameter, route
from service.web.http.streaming import EVENT_STREAM, NO_BUFFERING, StreamingResponse
from service.web.routes.operations.key_watch import RevokedKeyWatcher

_AUDIENCES = {
    Role.ADMIN: Audience.CONSOLE,
    Role.CONSOLE: Audience.CONSOLE,
    Role.BOT: Audience.BOT,
    Role.STORE: Audience.STORE,
    Role.PARTNER: Audience.PARTNER,
}
_SINGLE_CUSTOMER_ROLES = frozenset({Role.BOT, Role.STORE})
"""They hear of the customer they speak with, and a bot of what it gave away."""
_GIVERS = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT})
"""They may hear of all they gave away in one stream: a store hears of no handoffs, a partner of its queue."""

_TICKET_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
"""Those of people, who have browsers."""


class EventRoutes:
    """The route of live events."""

    def __init__(self, database: Database, feed: EventFeed, key_watcher: RevokedKeyWatcher) -> None:
        self._database = database
        self._feed = feed
        self._key_watcher = key_watcher

    @route(
        "POST",
        "/v1/events/tickets",
        roles=_TICKET_ROLES,
        summary="A ticket that opens one stream of events where no key can be sent",
        answers={201: EventTicket},
    )
    async def create_event_ticket(self, request: Request) -> Response:
        """Makes a ticket for `GET /v1/events?ticket=`, which counts once and within 60 seconds.

        It is for the EventSource of browsers, which sends no key. The stream has the rights of the key that made the
        ticket, and ends with it.
        """
        async with self._database.connection() as connection:
            ticket = await create_ticket(connection, request.principal.key_id, now=request.now)
        return json_response(ticket, status=201)

    @route(
        "GET",
        "/v1/events",
        roles=_AUDIENCES,
        budgeted=True,
        takes_ticket=True,
        summary="Live events as Server-Sent Events, from now on or from Last-Event-ID on",
        answers={200: MediaType(EVENT_STREAM)},
        parameters=(
            Parameter(name="queue", description="Only handoffs and callbacks that stand in this queue."),
            Parameter(
                name="customer",
                shape=UUID,
                description="Only this customer; stores must name one, and bots that do not ask for what they gave.",
            ),
            Parameter(
                name="given",
                shape=Literal["me"],
                description="`me`: only the handoffs that this key gave, of whichever customer, and the callbacks that "
                "it made or that came of them (bot, console, admin).",
            ),
            Parameter(name="ticket", description="A ticket, in the place of a key in Authorization; it counts once."),
            Parameter(name="Last-Event-ID", location="header", description="The id of the last event that arrived."),
        ),
        problems=(CustomerUnknown, QueueUnknown),
    )
    async def stream_events(self, request: Request) -> Response:
        """Streams events until the caller or the service ends it.

        A caller that sends Last-Event-ID first gets what it missed.
        """
        event_filter = _event_filter(request)
        request.subject = event_filter.customer_id
        if request.principal.role is not Role.PARTNER:
            await _check_exists(self._database, event_filter)
        stream = await self._feed.open_stream(event_filter, resume=request.header(b"last-event-id") or None)
        self._key_watcher.add(request.headers.get(b"authorization") or request.principal.key_id, stream)
        return StreamingResponse(200, content_type=EVENT_STREAM.encode(), headers=(NO_BUFFERING,), source=stream)


async def _check_exists(database: Database, event_filter: EventFilter) -> None:
    """Refuse what does not exist, rather than be silent for ever."""
    if event_filter.queue is None and event_filter.customer_id is None:
        return
    async with database.connection() as connection:
        if event_filter.queue is not None and not await journal.queue_exists(connection, event_filter.queue):
            raise QueueUnknown
        if event_filter.customer_id is not None and not await journal.customer_exists(
            connection, event_filter.customer_id
        ):
            raise CustomerUnknown


def _event_filter(request: Request) -> EventFilter:
    principal, customer_id, given_by = request.principal, _customer_id(request), _giver(request)
    if customer_id is None and given_by is None and principal.role in _SINGLE_CUSTOMER_ROLES:
        own = ", or ask for what you gave by given=me" if principal.role in _GIVERS else ""
        raise _mistaken("customer", f"A {principal.role} hears of one customer: name it{own}.")
    return EventFilter(
        audience=_AUDIENCES[principal.role],
        queue=_requested_queue(request, principal),
        customer_id=customer_id,
        given_by=given_by,
    )


def _giver(request: Request) -> UUID | None:
    """The caller's own key if it asks for what it gave."""
    asked = request.query.get("given")
    if not asked:
        return None
    if asked != "me":
        raise _mistaken("given", "The word me is expected.")
    if request.principal.role not in _GIVERS:
        raise _mistaken("given", f"A {request.principal.role} does not hear of what it gave.")
    return request.principal.key_id


def _requested_queue(request: Request, principal: Principal) -> str | None:
    """The queue that is asked for; a partner's own one is the only one there is for it."""
    requested = text_parameter(request, "queue")
    if principal.role is not Role.PARTNER:
        return requested
    if requested not in {None, principal.queue}:
        raise QueueUnknown
    return principal.queue


def _customer_id(request: Request) -> UUID | None:
    text = request.query.get("customer")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise _mistaken("customer", "An id is expected.") from None


def _mistaken(name: str, message: str) -> InvalidInput:
    return InvalidInput(f"{name}: {message}", field=name, message=message)
