"""An answer that goes on: what a source gives is sent as it comes, until either side ends it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from prometheus_client import Gauge

from service.errors import Unavailable
from service.web.http.asgi import Message, Receive, Scope, Send
from service.web.http.response import Header, Response
from service.web.http.scope import SCOPE_KEY, RequestScope

EVENT_STREAM = "text/event-stream"
SEND_TIMEOUT_S = 30.0
"""A receiver that takes nothing for so long is gone, or as good as gone."""
NO_BUFFERING: Header = (b"x-accel-buffering", b"no")
"""For proxies: pass on what comes as it comes."""

_OPEN_STREAMS = Gauge("askonce_streams", "Answers that go on, such as streams of events.", multiprocess_mode="livesum")


class BodySource(Protocol):
    """What an answer is made of."""

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The parts of the body; they end after `close`."""

    def close(self) -> None:
        """Nobody listens any more."""


class StreamingResponse(Response, frozen=True, kw_only=True):
    """An answer whose body its source gives; it takes as long as it takes, and does not count as in flight."""

    source: BodySource

    def start_message(self) -> Message:
        """The ASGI message that begins this answer."""
        headers = [(b"content-type", self.content_type), *self.headers]
        return {"type": "http.response.start", "status": self.status, "headers": headers}


async def send_stream(response: StreamingResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer until its source ends, its receiver goes away, or does not read for STALLED_S."""
    request_scope: RequestScope = scope[SCOPE_KEY]
    request_scope.start_streaming()
    source = response.source
    disconnect_watch = asyncio.create_task(_close_on_disconnect(receive, source))
    try:
        await send(response.start_message())
        if scope["method"] != "HEAD":
            with _OPEN_STREAMS.track_inprogress():
                await _send_chunks(source, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        return  # the server ends the connection of an answer that has no end
    finally:
        disconnect_watch.cancel()
        source.close()


async def _send_chunks(source: BodySource, send: Send) -> None:
    async with aclosing(source.chunks()) as chunks:
        try:
            async for chunk in chunks:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except Unavailable:
            return  # the receiver comes back, and goes on where it was


async def _close_on_disconnect(receive: Receive, source: BodySource) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    source.close()
