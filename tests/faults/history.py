"""Judges a service by its history: every request is recorded as ok, refused or unknown, and nothing is believed."""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

from tests.registration.events import event_json

PATIENCE_S = 30.0
PAUSE_S = 0.05
"""Who was refused does not storm."""


class Unknown(Exception):
    """The connection ended before the answer came: it may have taken effect, or not."""


@dataclass
class Caller:
    """A caller that opens a connection per request, as long as nobody asks for speed."""

    url: str
    key: str

    async def post(self, path: str, body: object) -> tuple[int, dict[str, str], bytes]:
        host, _, port = self.url.removeprefix("http://").partition(":")
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
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
    acknowledged: dict[str, dict] = field(default_factory=dict)
    unknown: dict[str, dict] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    refused: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    _numbers: count = field(default_factory=count)

    async def write(self) -> None:
        """One new interaction; afterwards a look-up, if the write was acknowledged."""
        number = next(self._numbers)
        event = event_json(id=f"event-{number}", email=f"c{number % self.customers}@example.com", text=f"{number}")
        await self.send(event)
        if event["source_event_id"] in self.acknowledged:
            await self.read_back(event)
        else:
            await asyncio.sleep(PAUSE_S)

    async def send(self, event: dict) -> None:
        event_id = event["source_event_id"]
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

    async def read_back(self, event: dict) -> None:
        """The next look-up shows the acknowledged write, and the right customer."""
        written = self.acknowledged[event["source_event_id"]]
        try:
            status, headers, body = await self.caller.post("/v1/context/lookup", {"identity": event["identities"][0]})
        except Unknown:
            return
        self.statuses[status] += 1
        if status == 200:
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
                for event in list(self.unknown.values()):
                    await self.send(event)

    async def judge(self, connection) -> None:
        """Every acknowledged write is there once, with the ids that were answered, and versions have no gap."""
        rows = await connection.fetch("SELECT source_event_id, interaction_id, version, customer_id FROM interaction")
        stored = {row["source_event_id"]: row for row in rows}
        assert len(stored) == len(rows), "something counts twice"
        assert stored.keys() == self.acknowledged.keys(), "something is lost, or was never sent"
        for event_id, answer in self.acknowledged.items():
            assert str(stored[event_id]["interaction_id"]) == answer["interaction_id"]
            assert stored[event_id]["version"] == answer["version"]
        versions = defaultdict(list)
        for row in rows:
            versions[row["customer_id"]].append(row["version"])
        for found in versions.values():
            assert sorted(found) == list(range(1, len(found) + 1)), "a version is missing"
