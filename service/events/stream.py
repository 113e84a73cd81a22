"""One live stream of events: what it has to send next."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from service.events.recent import JournalEntry
from service.events.rules import EventFilter

KEEP_ALIVE_S = 15.0
MOST_WAITING = 1000
"""Events that wait in memory for a receiver who is slow; beyond it the stream turns back to the journal."""
_RETRY_MS = 2000
_RESET = b"event: reset\ndata: {}\n"


class EventSource(Protocol):
    """Where a stream's events come from: `service.events.feed.Feed`."""

    @property
    def newest(self) -> int:
        """The number of the newest event that live streams have been told of."""

    async def after(self, event_id: int) -> Sequence[JournalEntry]:
        """Some of the events after this one, without a gap; empty if there are none."""

    def go_live(self, stream: "EventStream") -> None:
        """Tell the stream of everything newer than `newest` from now on."""

    def turn_back(self, stream: "EventStream") -> None:
        """Tell it nothing more: it reads by itself."""

    def forget(self, stream: "EventStream") -> None:
        """The stream has ended."""


class EventStream:
    """Events for one receiver, in order, each once: first those it missed, then those that happen.

    A live stream is handed its events. One that is behind, because it resumes or its receiver is slow, reads the
    journal in the receiver's own pace until it has caught up; so a slow receiver costs no memory and misses nothing.
    """

    def __init__(self, source: EventSource, receiver: EventFilter, *, position: int, reset: bool) -> None:
        self.receiver = receiver
        self._source = source
        self._position = position
        """Every event up to this number was sent, or is not for the receiver."""
        self._told = position
        """The newest number that the receiver knows."""
        self._reset = reset
        self._live = False
        self._waiting: list[JournalEntry] = []
        self._woken = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._closed

    def offer(self, told: JournalEntry) -> None:
        """Keep an event until the receiver takes it; the journal may have given it already."""
        if told.event_id <= self._position:
            return
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(told)
        else:
            self._source.turn_back(self)
            self._live = False
            self._position = self._waiting[0].event_id - 1
            self._waiting.clear()
        self._woken.set()

    def close(self) -> None:
        """End the stream; the receiver resumes elsewhere."""
        if not self._closed:
            self._closed = True
            self._woken.set()
            self._source.forget(self)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """What to send, until the stream is closed: events, and a comment at once and whenever nothing happens."""
        yield self._opening()
        while not self._closed:
            if self._live:
                yield await self._next()
            elif self._position >= self._source.newest:
                self._source.go_live(self)
                self._live = True
            elif chunk := self._written(await self._source.after(self._position)):
                yield chunk

    def _opening(self) -> bytes:
        """How to resume: the time to wait, and from where should nothing happen meanwhile."""
        return b": open\nretry: %d\n%sid: %d\n\n" % (_RETRY_MS, _RESET if self._reset else b"", self._told)

    async def _next(self) -> bytes:
        """What has happened, or a comment after a while in which nothing has."""
        if not self._waiting:
            self._woken.clear()
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await self._woken.wait()
            except TimeoutError:
                return self._comment()
        waiting, self._waiting = self._waiting, []
        return b"".join(self._sent(told) for told in waiting)

    def _comment(self) -> bytes:
        """A sign of life, with a newer number to resume from if events passed that are not for the receiver."""
        if self._told >= self._source.newest:
            return b": \n\n"
        self._position = self._told = self._source.newest
        return b": \nid: %d\n\n" % self._told

    def _written(self, events: Sequence[JournalEntry]) -> bytes:
        """Those of the events that the receiver hears of."""
        if events:
            self._position = events[-1].event_id
        else:  # deleted meanwhile: nothing is left between here and the newest one
            self._position = self._source.newest
        return b"".join(self._sent(told) for told in events if self.receiver.hears(told.event))

    def _sent(self, told: JournalEntry) -> bytes:
        self._told = told.event_id
        return told.frame
