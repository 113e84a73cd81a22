"""Writes and looks at once what the next reader sees, over many connections and two server processes."""

import asyncio
from itertools import count
from time import perf_counter

import msgspec
from msgspec import Struct

from service.cli.bench.dataset import phone
from service.cli.bench.stage import Service

CONNECTIONS = 32


class Freshness(Struct, kw_only=True):
    """How many acknowledged writes the next look-up showed, and the times until they were seen."""

    pairs: int = 0
    stale: int = 0
    failed: int = 0
    acknowledged_s: list[float] = []
    visible_s: list[float] = []


class Connection:
    """One kept-alive HTTP/1.1 connection; as little of the protocol as this measurement needs."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service) -> None:
        self._reader = reader
        self._writer = writer
        self._head = f"Host: bench\r\nAuthorization: Bearer {service.key}\r\nContent-Type: application/json\r\n"

    @classmethod
    async def open(cls, service: Service) -> "Connection":
        """A connection to this service."""
        host, _, port = service.url.removeprefix("http://").partition(":")
        return cls(*await asyncio.open_connection(host, int(port)), service)

    async def post(self, path: str, body: bytes) -> tuple[int, dict[str, str]]:
        """The status and headers of the answer, whose body is read to its end."""
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        await self._reader.readexactly(int(headers["content-length"]))
        return int(lines[0].split()[1]), headers

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


async def measure(service: Service, *, customers: int, pairs: int, run: str) -> Freshness:
    """`pairs` writes, each followed by a look-up over another connection, as soon as it is acknowledged."""
    result = Freshness()
    numbers = count()
    writers = [await Connection.open(service) for _ in range(CONNECTIONS)]
    readers = [await Connection.open(service) for _ in range(CONNECTIONS)]

    async def work(writer: Connection, reader: Connection) -> None:
        while (number := next(numbers)) < pairs:
            await _pair(writer, reader, f"{run}-{number}", number * 7919 % customers, result)

    await asyncio.gather(*(work(*both) for both in zip(writers, readers, strict=True)))
    for connection in (*writers, *readers):
        connection.close()
    return result


async def _pair(writer: Connection, reader: Connection, event: str, customer: int, result: Freshness) -> None:
    identity = {"kind": "phone", "value": phone(customer)}
    interaction = {
        "source": "bench",
        "source_event_id": event,
        "occurred_at": "2026-11-21T09:30:00Z",
        "channel": "chatbot",
        "kind": "message",
        "direction": "inbound",
        "identities": [identity],
        "text": f"This is {event}.",
    }
    started = perf_counter()
    status, written = await writer.post("/v1/interactions", msgspec.json.encode(interaction))
    acknowledged = perf_counter()
    if status != 201:  # noqa: PLR2004 (created)
        result.failed += 1
        return
    status, seen = await reader.post("/v1/context/lookup", msgspec.json.encode({"identity": identity}))
    result.pairs += 1
    result.stale += status != 200 or int(seen["context-version"]) < int(written["context-version"])  # noqa: PLR2004
    result.acknowledged_s.append(acknowledged - started)
    result.visible_s.append(perf_counter() - started)
