"""Load that does not wait for answers, as many callers who know nothing of each other make it.

Requests leave at a fixed rate. One that has no answer in time is lost, and its connection ends, as callers end theirs.
One that finds all connections in use is not sent.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from statistics import quantiles
from time import perf_counter
from typing import cast

from msgspec import Struct

from benchmarks.services import MeasuredService

PATIENCE_S = 1.0
"""A caller waits no longer for an answer."""
MAX_CONNECTIONS = 1500
"""Beyond it a request is not sent, as callers' pools have an end, too."""
TICK_S = 0.004
HEALTH_INTERVAL_S = 0.05
HEALTH_PATHS = ("/health/live", "/health/ready")
_END_OF_HEAD = b"\r\n\r\n"


class OpenLoad(Struct, frozen=True, kw_only=True):
    """What became of the requests of one load; the latencies are of those that succeeded, and of the health checks."""

    offered: int
    succeeded: int
    shed: int
    lost: int
    unsent: int
    seconds: float
    p95_s: float
    health_p95_s: float

    @property
    def goodput(self) -> float:
        """Successful answers in time, a second."""
        return self.succeeded / self.seconds


class _Connection(asyncio.Protocol):
    """A connection that has one request under way at most."""

    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._received = b""
        self._sent_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, due_at: float) -> None:
        """Send a request that was due at this time."""
        assert self._transport is not None
        self._sent_at, self._received = due_at, b""
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._give_up)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(_END_OF_HEAD)
        if head_end < 0 or self._timer is None:
            return
        head = self._received[:head_end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._received) < head_end + len(_END_OF_HEAD) + length:
            return
        self._timer.cancel()
        self._timer = None
        self._load.count_answer(int(head[9:12]), perf_counter() - self._sent_at)
        self._load.idle.append(self)

    def _give_up(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._load.connections -= 1
        if self._timer is not None:
            self._timer.cancel()
            self._load.lost += 1
        elif self in self._load.idle:
            self._load.idle.remove(self)

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()


class _Load:
    """The counts of a load, and its connections."""

    def __init__(self, service: MeasuredService) -> None:
        host, _, port = service.url.removeprefix("http://").partition(":")
        self._address = host, int(port)
        self.idle: list[_Connection] = []
        self.connections = 0
        self.succeeded = self.shed = self.lost = self.unsent = 0
        self.latencies: list[float] = []

    def count_answer(self, status: int, seconds: float) -> None:
        if status >= 500:  # noqa: PLR2004 (refused: overloaded)
            self.shed += 1
        elif status >= 400 or seconds > PATIENCE_S:  # noqa: PLR2004 (a request that is wrong)
            self.lost += 1
        else:
            self.succeeded += 1
            self.latencies.append(seconds)

    async def open_and_send(self, request: bytes, due_at: float) -> None:
        self.connections += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(self), *self._address
                )
        except OSError:
            self.connections -= 1
            self.lost += 1
        else:
            connection.send(request, due_at)


async def offer_load(
    service: MeasuredService, requests: Iterator[bytes], *, per_second: float, seconds: float
) -> OpenLoad:
    """Offer so many requests a second, and wait for the answers that still come in time."""
    load = _Load(service)
    health: list[float] = []
    watch = asyncio.create_task(_watch_health(service, health))
    opening: set[asyncio.Task[None]] = set()
    started, offered = perf_counter(), 0
    while (now := perf_counter()) < started + seconds:
        while offered < (now - started) * per_second:
            due_at = started + offered / per_second
            offered += 1
            if load.idle:
                load.idle.pop().send(next(requests), due_at)
            elif load.connections < MAX_CONNECTIONS:
                task = asyncio.create_task(load.open_and_send(next(requests), due_at))
                opening.add(task)
                task.add_done_callback(opening.discard)
            else:
                load.unsent += 1
        await asyncio.sleep(TICK_S)
    await asyncio.sleep(PATIENCE_S + TICK_S)
    watch.cancel()
    for connection in load.idle.copy():
        connection.close()
    return OpenLoad(
        offered=offered,
        succeeded=load.succeeded,
        shed=load.shed,
        lost=load.lost,
        unsent=load.unsent,
        seconds=seconds,
        p95_s=_p95(load.latencies),
        health_p95_s=_p95(health),
    )


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else float("nan")


async def _watch_health(service: MeasuredService, latencies: list[float]) -> None:
    """Ask for the health of the service over new connections, as monitors do; one that fails counts its time."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    number = 0
    while True:
        path = HEALTH_PATHS[number % len(HEALTH_PATHS)]
        number += 1
        started = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_S * 2):
                reader, writer = await asyncio.open_connection(host, int(port))
                with closing(writer):
                    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
                    answer = await reader.read(-1)
            if not answer.startswith(b"HTTP/1.1 200"):
                latencies.append(PATIENCE_S * 2)
        except OSError:
            latencies.append(PATIENCE_S * 2)
        else:
            latencies.append(perf_counter() - started)
        await asyncio.sleep(HEALTH_INTERVAL_S)
