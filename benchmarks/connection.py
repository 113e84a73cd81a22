"""One kept-alive HTTP/1.1 connection; as little of the protocol as the measurements need."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from msgspec import Struct

from benchmarks.services import MeasuredService

LOAD_CONNECTIONS = 32
"""Over which a measurement asks at once, as wrk does."""
_END_OF_HEAD = b"\r\n\r\n"


class HttpAnswer(Struct, frozen=True, kw_only=True):
    """What the service answered; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class HttpConnection:
    """A connection that sends one request after the other, or reads a stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: MeasuredService) -> None:
        self._reader = reader
        self._writer = writer
        self._head = f"Host: bench\r\nAuthorization: Bearer {service.key}\r\nContent-Type: application/json\r\n"

    @classmethod
    async def open(cls, service: MeasuredService) -> Self:
        """A connection to this service."""
        host, _, port = service.url.removeprefix("http://").partition(":")
        return cls(*await asyncio.open_connection(host, int(port)), service)

    async def post(self, path: str, body: bytes, *, idempotency_key: str | None = None) -> HttpAnswer:
        """The answer to a POST; `once` is its Idempotency-Key."""
        return await self.request(
            "POST", path, body, f"Idempotency-Key: {idempotency_key}\r\n" if idempotency_key else ""
        )

    async def request(self, method: str, path: str, body: bytes, more_headers: str = "") -> HttpAnswer:
        """The answer to a request, read to its end."""
        head = await self._send(method, path, body, more_headers)
        content = await self._reader.readexactly(int(head.headers["content-length"]))
        return HttpAnswer(status=head.status, headers=head.headers, body=content)

    async def open_stream(self, path: str, more_headers: str = "") -> AsyncIterator[bytes]:
        """The chunks of a stream that the service has begun to send, as they arrive."""
        head = await self._send("GET", path, b"", more_headers)
        if head.headers.get("transfer-encoding") != "chunked":
            raise ConnectionError(f"{path} is no stream: {head.status}.")
        return self._chunks()

    async def _send(self, method: str, path: str, body: bytes, more_headers: str = "") -> HttpAnswer:
        """The answer to a request without its body, which follows."""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{more_headers}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(_END_OF_HEAD)).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return HttpAnswer(status=int(lines[0].split()[1]), headers=headers)

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self._reader.readline(), 16):
            yield (await self._reader.readexactly(size + 2))[:size]

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


@asynccontextmanager
async def open_connections(
    service: MeasuredService, number: int = LOAD_CONNECTIONS
) -> AsyncIterator[list[HttpConnection]]:
    """So many connections to this service, for the length of the block."""
    connections = [await HttpConnection.open(service) for _ in range(number)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()
