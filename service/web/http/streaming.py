"""An answer that goes on: what a source gives is sent as it comes, until either side ends it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Protocol

from prometheus_client import Gauge

from service.errors import Unavailable
from service.web.http.asgi import Message, Receive, Scope, Send
from service.web.http.response import Header, Response
from service.web.http.scope import SCOPE_KEY, RequestScope

EVENT_STREAM = "text/event-stream"
SEND_TIMEOUT_S = 30.0
"""A receiver that takes nothing for so long is gone, or as good as gone."""
PART_BYTES = 16_384
SMALL_PART_BYTES = 1024
TRUSTED_BYTES = 262_144
"""A receiver that was sent so much reads: more than its kernel and ours take by themselves."""
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


async def send_in_parts(response: Response, scope: RequestScope, *, first_bytes: int, timeout_s: float) -> None:
    """Send a large answer as its receiver reads it, until that reads no part of it for `timeout_s`.

    The server holds a copy of 16 parts that nobody reads: the parts are of `first_bytes` until the receiver has shown
    that it reads. The answer does not count as in flight meanwhile.
    """
    scope.start_streaming()
    await scope.send(response.start_message())
    loop, at, body = asyncio.get_running_loop(), 0, response.body
    with suppress(TimeoutError):  # the server ends the connection of an answer that has no end
        async with asyncio.timeout(timeout_s) as limit:
            while len(body) > at:
                end = at + (first_bytes if at < TRUSTED_BYTES else PART_BYTES)
                await scope.send({"type": "http.response.body", "body": body[at:end], "more_body": end < len(body)})
                limit.reschedule(loop.time() + timeout_s)
                at = end


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
