"""Receivers of webhooks, good and bad ones, as tiny HTTP servers on the loopback interface."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from standardwebhooks import Webhook as Signer


class Received(NamedTuple):
    """One request: its headers by lower-case name, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)

    def verified(self, secret: str) -> dict[str, Any]:
        """The event, if the signature of Standard Webhooks is right and the message is not old."""
        return Signer(secret).verify(self.body, self.headers)


Answer = Callable[["Sink", asyncio.StreamWriter], Awaitable[None]]


class Sink:
    """Keeps what it receives, and answers as it was told to."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.received: list[Received] = []
        self.connections = 0
        self.hung_up = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, tls: ssl.SSLContext | None = None) -> "Sink":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        return self

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=abc"

    @property
    def ids(self) -> list[int]:
        return [int(one.headers["webhook-id"]) for one in self.received]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(headers, body))
            await self.answer(self, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.hung_up.set()
        finally:
            writer.close()


def status(code: int, *headers: str) -> Answer:
    """Answer with this status."""

    async def answer(_sink: Sink, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([f"HTTP/1.1 {code} Said", "content-length: 0", *headers, "", ""]).encode())
        await writer.drain()

    return answer


async def hang(_sink: Sink, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def drip_headers(_sink: Sink, writer: asyncio.StreamWriter) -> None:
    """Send one header after another, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-drop: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_body(_sink: Sink, writer: asyncio.StreamWriter) -> None:
    """Accept the event, and go on talking for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood(sink: Sink, writer: asyncio.StreamWriter) -> None:
    """Accept the event, and answer with as much as the sender reads."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
    sent = 0
    try:
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536
    finally:
        sink.sent = sent  # type: ignore[attr-defined]


async def nonsense(_sink: Sink, writer: asyncio.StreamWriter) -> None:
    """Answer in no protocol."""
    writer.write(b"\x00\x01 nonsense\r\n\r\n")
    await writer.drain()


async def slam(_sink: Sink, writer: asyncio.StreamWriter) -> None:
    """Hang up."""
    writer.transport.abort()
