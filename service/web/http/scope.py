"""One request on its way through the edge: what is known of it before and after its handler runs."""

import asyncio
import itertools
import os
import re
from collections.abc import Awaitable, Coroutine
from math import inf
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from service.errors import PeerUnavailable
from service.web.http.asgi import Message, Receive, Scope, Send
from service.web.http.metrics import RouteMeter
from service.web.http.response import Header

T = TypeVar("T")

REQUEST_TIMEOUT_S = 5.0
"""The last step of the ladder of timeouts: Redis 0.2 < acquire 1 < lock 2 < statement 3 < request 5 s."""
SCOPE_KEY = "askonce.exchange"

_REQUEST_ID_PATTERN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_REQUEST_ID_PREFIX = os.urandom(6).hex().encode()
_request_numbers = itertools.count(1)

_NOSNIFF: Header = (b"x-content-type-options", b"nosniff")
_DEFAULTS: tuple[Header, ...] = (
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""What an answer says of itself unless its route says something else."""


class RequestScope:
    """A request and its answer. Past its `deadline` (monotonic seconds) it is given up: 408 if `reading`, else 503."""

    reading_body = False
    timed_out = False
    streaming_since = 0.0
    """When an answer that has no end began; 0 for every other one."""
    status = 0
    """Of the answer; 0 until it begins."""
    problem = ""
    """The type of the problem that is answered; empty if none is."""
    key_id: UUID | None = None
    """Of the key that asks, once it is known; None on public pages and doors."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, meter: RouteMeter) -> None:
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id")
        self.request_id = (
            given
            if given and _REQUEST_ID_PATTERN.fullmatch(given)
            else b"%s-%x" % (_REQUEST_ID_PREFIX, next(_request_numbers))
        )
        self.task = asyncio.current_task()
        self.meter = meter
        self.started = monotonic()
        self.deadline = self.started + REQUEST_TIMEOUT_S
        self.receive = receive
        """For what listens while it works; the body is read already, if there is one."""
        self._send = send

    def send(self, message: Message) -> Awaitable[None]:
        """Pass a message of the answer on, its beginning with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                (b"x-request-id", self.request_id),
                _NOSNIFF,
                *[default for default in _DEFAULTS if default[0] not in given],
            ]
        return self._send(message)

    def start_body_read(self, deadline: float) -> None:
        """The body is being read, and must have arrived by then."""
        self.reading_body = True
        self.deadline = deadline

    def finish_body_read(self) -> None:
        """The body has arrived; now the work has its own time."""
        self.reading_body = False
        self.deadline = monotonic() + REQUEST_TIMEOUT_S

    def start_streaming(self) -> None:
        """The answer begins now and has no end in sight: it is never late, and not in flight any more."""
        self.streaming_since = monotonic()
        self.deadline = inf

    def time_out(self) -> None:
        """Cancel the handler; the edge answers in its place."""
        self.timed_out = True
        if self.task is not None:
            self.task.cancel()


async def while_connected(scope: Scope, work: Coroutine[Any, Any, T], *, limit_s: float) -> T:
    """What the work gives, which may take `limit_s` longer than requests do; it is cancelled when its caller leaves.

    The body of the request has been read, or it has none.
    """
    request_scope: RequestScope = scope[SCOPE_KEY]
    request_scope.deadline = monotonic() + limit_s + REQUEST_TIMEOUT_S
    working = asyncio.create_task(work)
    listening = asyncio.create_task(_until_disconnect(request_scope.receive))
    try:
        await asyncio.wait((working, listening), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise PeerUnavailable
        return working.result()
    finally:
        working.cancel()
        listening.cancel()
        await asyncio.gather(working, listening, return_exceptions=True)


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
