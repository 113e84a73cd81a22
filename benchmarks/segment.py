"""What an event costs that comes through the Segment door, next to the same interaction in a plain batch."""

import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from statistics import median
from time import perf_counter
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from benchmarks import services
from benchmarks.connection import HttpConnection, open_connections
from benchmarks.report import ReportRow, minimum_row
from benchmarks.scenarios import BenchmarkSetup
from benchmarks.services import MeasuredService
from service.channels.base import ChannelAccount, Delivery
from service.channels.web.segment.door import ADAPTER
from service.channels.web.segment.events import SegmentSettings
from service.demo import processes
from service.errors import AskonceError
from service.model.interaction import Interaction

EVENTS_PER_REQUEST = 100
"""Events in one request, as the SDK for Python sends them."""
REQUESTS_PER_ROUND = 60
"""Requests of each kind in a round."""
USER_COUNT = 1000
CONNECTION_COUNT = 4
BATCH_PATH = "/v1/interactions/batch"
_OK = 200


def measure_segment(setup: BenchmarkSetup) -> list[ReportRow]:
    """The Segment door next to the batch, whose interactions are those that the door would make of its events."""
    name = f"bench-{token_hex(4)}"
    with services.running_askonce(setup.folder, setup.key) as service:
        added = json.loads(processes.run_command(setup.folder, "channels", "add", "segment", "--name", name))
        try:
            return asyncio.run(compare_with_batches(service, added["path"], added["secret"], setup.rounds))
        finally:
            processes.run_command(setup.folder, "channels", "remove", name)


async def compare_with_batches(service: MeasuredService, path: str, secret: str, rounds: int) -> list[ReportRow]:
    """Both, alternately; the first round, which makes the customers, does not count."""
    basic = base64.b64encode(f"{secret}:".encode()).decode()
    measured: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        events = [_make_event_batch() for _ in range(REQUESTS_PER_ROUND)]
        plain = await _events_per_second(
            service, BATCH_PATH, [_make_interaction_batch(_make_event_batch()) for _ in range(REQUESTS_PER_ROUND)], ""
        )
        door = await _events_per_second(service, f"{path}/v1/batch", events, f"Authorization: Basic {basic}\r\n")
        measured.append((plain, door))
    counted = measured[1:]
    return [
        ReportRow(name="plain batches, interactions", value=f"{median(plain for plain, _ in counted):,.0f}/s"),
        ReportRow(name="Segment door, events", value=f"{median(door for _, door in counted):,.0f}/s"),
        minimum_row("Segment door / plain batches, per event", median(door / plain for plain, door in counted), 0.5),
    ]


async def _events_per_second(service: MeasuredService, path: str, bodies: Sequence[bytes], headers: str) -> float:
    """Events taken in a second. AskonceError if a request is refused."""
    waiting = iter(bodies)

    async def work(connection: HttpConnection) -> None:
        for body in waiting:
            answer = await connection.request("POST", path, body, headers)
            if answer.status != _OK:
                raise AskonceError(f"{path} answered {answer.status}.")

    async with open_connections(service, CONNECTION_COUNT) as connections:
        started = perf_counter()
        await asyncio.gather(*(work(connection) for connection in connections))
        return len(bodies) * EVENTS_PER_REQUEST / (perf_counter() - started)


_numbers = count(1)


def _make_event_batch() -> bytes:
    """A batch of events of visitors who have logged in, as browsers send it."""
    now = datetime.now(UTC)
    return msgspec.json.encode(
        {"batch": [_make_event(next(_numbers), now) for _ in range(EVENTS_PER_REQUEST)], "sentAt": now}
    )


def _make_event(number: int, now: datetime) -> dict[str, object]:
    user = number * 7919 % USER_COUNT
    page = {
        "path": "/help/returns",
        "referrer": "https://www.example.com/",
        "search": "?utm_source=newsletter",
        "title": "Returns",
        "url": "https://shop.example.com/help/returns?utm_source=newsletter",
    }
    return {
        "type": "track",
        "event": "Article Read",
        "messageId": f"bench-{uuid4()}",
        "userId": f"bench-user-{user}",
        "anonymousId": f"bench-device-{user}",
        "timestamp": now,
        "properties": {"article": f"returns-{number}", "seconds": number % 300, "helpful": False},
        "context": {
            "page": page,
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
            "locale": "en-US",
            "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            "campaign": {"source": "newsletter"},
            "timezone": "Europe/Berlin",
        },
        "integrations": {"Segment.io": True},
    }


def _make_interaction_batch(events: bytes) -> bytes:
    """What the door makes of these events, as a plain batch."""
    door = ChannelAccount(
        account_id=uuid4(), adapter=ADAPTER.name, name="bench-plain", secret="", settings=SegmentSettings()
    )
    delivery = Delivery(raw=events, headers={}, received_at=datetime.now(UTC))
    return msgspec.json.encode(
        [replace(one, source="bench-plain") for one in ADAPTER.parse(delivery, door) if isinstance(one, Interaction)]
    )
