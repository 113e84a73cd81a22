"""Writes and looks at once what the next reader sees, over many connections and two server processes."""

import asyncio
from itertools import count
from time import perf_counter

import msgspec
from msgspec import Struct

from benchmarks.connection import HttpAnswer, HttpConnection, open_connections
from benchmarks.dataset import customer_phone
from benchmarks.services import MeasuredService


class FreshnessResult(Struct, kw_only=True):
    """How many acknowledged writes the next look-up showed, and the times until they were seen."""

    pairs: int = 0
    stale: int = 0
    failed: int = 0
    acknowledged_s: list[float] = []
    visible_s: list[float] = []


async def measure_pairs(service: MeasuredService, *, customers: int, pairs: int, run: str) -> FreshnessResult:
    """`pairs` writes, each followed by a look-up over another connection, as soon as it is acknowledged."""
    result = FreshnessResult()
    numbers = count()

    async def work(writer: HttpConnection, reader: HttpConnection) -> None:
        while (number := next(numbers)) < pairs:
            await _write_then_read(writer, reader, f"{run}-{number}", number * 7919 % customers, result)

    async with open_connections(service) as writers, open_connections(service) as readers:
        await asyncio.gather(*(work(*both) for both in zip(writers, readers, strict=True)))
    return result


async def _write_then_read(
    writer: HttpConnection, reader: HttpConnection, event: str, customer: int, result: FreshnessResult
) -> None:
    identity = {"kind": "phone", "value": customer_phone(customer)}
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
    written = await writer.post("/v1/interactions", msgspec.json.encode(interaction))
    acknowledged = perf_counter()
    if written.status != 201:  # noqa: PLR2004 (created)
        result.failed += 1
        return
    seen = await reader.post("/v1/context/lookup", msgspec.json.encode({"identity": identity}))
    result.pairs += 1
    result.stale += seen.status != 200 or _context_version(seen) < _context_version(written)  # noqa: PLR2004 (found)
    result.acknowledged_s.append(acknowledged - started)
    result.visible_s.append(perf_counter() - started)


def _context_version(answer: HttpAnswer) -> int:
    """Of the customer, when this was answered."""
    return int(answer.headers["context-version"])
