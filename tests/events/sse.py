"""Reading Server-Sent Events as a browser does (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, NamedTuple

import httpx


class Heard(NamedTuple):
    """An event that was dispatched."""

    event_id: str
    type: str
    data: Any


class EventSource:
    """What a browser keeps of a stream: the events, the last id, and how many comments there were."""

    def __init__(self) -> None:
        self.events: list[Heard] = []
        self.last_id = ""
        self.comments = 0
        self.raw = b""
        self._text = ""

    def feed(self, chunk: bytes) -> None:
        self.raw += chunk
        self._text += chunk.decode()
        while "\n\n" in self._text:
            block, _, self._text = self._text.partition("\n\n")
            self._take(block)

    def _take(self, block: str) -> None:
        kind, data = "message", []
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if not name:
                self.comments += 1
            elif name == "id":
                self.last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data.append(value)
        if data:
            self.events.append(Heard(self.last_id, kind, json.loads("\n".join(data))))

    @property
    def ids(self) -> list[int]:
        return [int(event.event_id) for event in self.events]

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


class Listener(EventSource):
    """Listens to chunks until they end, the connection does, or it is told to stop."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with suppress(httpx.TransportError):
            async for chunk in self._chunks:
                self.feed(chunk)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})
