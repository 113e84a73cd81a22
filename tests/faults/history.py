"""Judges a service by its history: every request is recorded as ok, refused or unknown, and nothing is believed."""

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count, islice
from typing import NamedTuple

from tests.registration.events import event_json

PATIENCE_S = 30.0


class Unknown(Exception):
    """The connection ended before the answer came: it may have taken effect, or not."""


@dataclass
class Caller:
    """A caller that opens a connection per request, as long as nobody asks for speed."""

    url: str
    key: str

    async def post(self, path: str, body: object, **extra: str) -> tuple[int, dict[str, str], bytes]:
        host, _, port = self.url.removeprefix("http://").partition(":")
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        )
        head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in extra.items()) + "\r\n"
        try:
            async with asyncio.timeout(PATIENCE_S):
                reader, writer = await asyncio.open_connection(host, int(port))
                try:
                    writer.write(head.encode() + content)
                    answer = await reader.read()
                finally:
                    writer.close()
        except (OSError, TimeoutError) as error:
            raise Unknown from error
        header, separator, rest = answer.partition(b"\r\n\r\n")
        if not separator:
            raise Unknown
        lines = header.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(rest) < int(headers.get("content-length", 0)):
            raise Unknown
        return int(lines[0].split()[1]), headers, rest


@dataclass
class History:
    """What callers sent and heard, and what that makes true."""

    caller: Caller
    customers: int = 5
    asks_for_freshness: bool = False
    """Whether each look-up is followed by one with `min_version` and one with `no-cache`."""
    pause_s: float = 0.05
    """Who was refused does not storm."""
    acknowledged: dict[str, dict] = field(default_factory=dict)
    unknown: dict[str, dict] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    refused: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slowest_refusal_s: float = 0.0
    stale: list[str] = field(default_factory=list)
    reads: int = 0
    """Look-ups that were answered, each compared with what had been acknowledged before it."""
    _numbers: count = field(default_factory=count)

    async def write(self) -> None:
        """One new interaction; afterwards a look-up, if the write was acknowledged."""
        number = next(self._numbers)
        event = event_json(id=f"event-{number}", email=_address(number % self.customers), text=f"{number}")
        await self.send(event)
        if event["source_event_id"] in self.acknowledged:
            await self.read_back(event)
        else:
            await asyncio.sleep(self.pause_s)

    async def send(self, event: dict) -> None:
        event_id = event["source_event_id"]
        began = time.monotonic()
        try:
            status, headers, body = await self.caller.post("/v1/interactions", event)
        except Unknown:
            self.unknown[event_id] = event
            return
        self.statuses[status] += 1
        if status < 300:
            self.unknown.pop(event_id, None)
            self.acknowledged[event_id] = json.loads(body)
        else:
            self.unknown[event_id] = event
            self.refused.append((headers, body))
            self.slowest_refusal_s = max(self.slowest_refusal_s, time.monotonic() - began)

    async def read_back(self, event: dict) -> None:
        """The next look-ups show the acknowledged write and the right customer, whatever freshness they ask for."""
        written = self.acknowledged[event["source_event_id"]]
        wanted = {"identity": event["identities"][0]}
        await self._look_up(event, wanted)
        if self.asks_for_freshness:
            await self._look_up(event, wanted | {"min_version": written["version"]})
            await self._look_up(event, wanted, cache_control="no-cache")

    async def _look_up(self, event: dict, wanted: dict, **headers_sent: str) -> None:
        written = self.acknowledged[event["source_event_id"]]
        try:
            status, headers, body = await self.caller.post("/v1/context/lookup", wanted, **headers_sent)
        except Unknown:
            return
        self.statuses[status] += 1
        if status == 200:
            self.reads += 1
            seen = json.loads(body)
            if int(headers["context-version"]) < written["version"] or seen["customer"]["id"] != written["customer_id"]:
                self.stale.append(event["source_event_id"])

    async def load(self, stop: asyncio.Event, writers: int = 8) -> None:
        """Write and read back from so many callers until told to stop."""

        async def go_on() -> None:
            while not stop.is_set():
                await self.write()

        await asyncio.gather(*(go_on() for _ in range(writers)))

    async def resolve(self) -> None:
        """Repeat what is unknown with the same ids until everything is acknowledged."""
        async with asyncio.timeout(60):
            while self.unknown:
                events = list(islice(self.unknown.values(), 8))
                await asyncio.gather(*map(self.send, events))

    async def read_all(self) -> None:
        """Look up each customer until the answer comes from the cache."""
        async with asyncio.timeout(60):
            for number in range(self.customers):
                wanted = {"identity": {"kind": "email", "value": _address(number)}}
                while (await self.caller.post("/v1/context/lookup", wanted))[1].get("context-source") != "cache":
                    await asyncio.sleep(0.05)

    async def judge(self, connection) -> None:
        """Every acknowledged write is there once, with the ids that were answered, and versions have no gap."""
        assert await self.find(connection) == Findings()

    async def find(self, connection) -> "Findings":
        """What is wrong in the database, once nothing is unknown any more."""
        assert not self.unknown
        rows = await connection.fetch("SELECT source_event_id, interaction_id, version, customer_id FROM interaction")
        stored = {row["source_event_id"]: row for row in rows}
        versions = defaultdict(list)
        for row in rows:
            versions[row["customer_id"]].append(row["version"])
        return Findings(
            lost=len(self.acknowledged.keys() - stored.keys()),
            doubled=len(rows) - len(stored),
            never_sent=len(stored.keys() - self.acknowledged.keys()),
            answered_otherwise=sum(
                (str(stored[event_id]["interaction_id"]), stored[event_id]["version"])
                != (answer["interaction_id"], answer["version"])
                for event_id, answer in self.acknowledged.items()
                if event_id in stored
            ),
            customers_with_gaps=sum(sorted(found) != list(range(1, len(found) + 1)) for found in versions.values()),
        )


def _address(number: int) -> str:
    return f"c{number}@example.com"


class Findings(NamedTuple):
    """How much of what callers were told is not true."""

    lost: int = 0
    doubled: int = 0
    never_sent: int = 0
    answered_otherwise: int = 0
    customers_with_gaps: int = 0
