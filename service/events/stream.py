"""One live stream of events: what it has to send next."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from service.events.recent_events import JournalEntry
from service.events.rules import EventFilter

KEEP_ALIVE_S = 15.0
MAX_WAITING_EVENTS = 1000
"""Events that wait in memory for a receiver who is slow; beyond it the stream turns back to the journal."""
MAX_WAITING_NOTICES = 100
_RETRY_MS = 2000
_RESET_EVENT = b"event: reset\ndata: {}\n"


class EventSource(Protocol):
    """The source of a stream's events: `service.events.feed.EventFeed`."""

    @property
    def newest(self) -> int:
        """The number of the newest event that live streams have been told of."""

    async def read_after(self, event_id: int) -> Sequence[JournalEntry]:
        """Some of the events after this one, without a gap; empty if there are none."""

    def subscribe(self, stream: "EventStream") -> None:
        """Tell the stream of everything newer than `newest` from now on."""

    def unsubscribe(self, stream: "EventStream") -> None:
        """Tell it nothing more: it reads by itself."""

    def remove_stream(self, stream: "EventStream") -> None:
        """The stream has ended."""


class EventStream:
    """Events for one receiver, in order, each once: first those it missed, then those that happen.

    A live stream is handed its events. One that is behind, because it resumes or its receiver is slow, reads the
    journal in the receiver's own pace until it has caught up; so a slow receiver costs no memory and misses nothing.
    """

    def __init__(self, source: EventSource, event_filter: EventFilter, *, position: int, reset: bool) -> None:
        self.event_filter = event_filter
        self._source = source
        self._position = position
        """Every event up to this number was sent, or is not for the receiver."""
        self._last_sent_id = position
        """The newest number that the receiver knows."""
        self._reset = reset
        self._live = False
        self._queued: list[JournalEntry] = []
        self._notices: list[bytes] = []
        self._wake_up = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._closed

    def enqueue(self, entry: JournalEntry) -> None:
        """Keep an event until the receiver takes it; the journal may have given it already."""
        if entry.event_id <= self._position:
            return
        if len(self._queued) < MAX_WAITING_EVENTS:
            self._queued.append(entry)
        else:
            self._source.unsubscribe(self)
            self._live = False
            self._position = self._queued[0].event_id - 1
            self._queued.clear()
        self._wake_up.set()

    def notify(self, frame: bytes) -> None:
        """Send what no journal holds. It is lost on a stream that is behind, and never resumed."""
        if self._live and len(self._notices) < MAX_WAITING_NOTICES:
            self._notices.append(frame)
            self._wake_up.set()

    def close(self) -> None:
        """End the stream; the receiver resumes elsewhere."""
        if not self._closed:
            self._closed = True
            self._wake_up.set()
            self._source.remove_stream(self)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """What to send, until the stream is closed: events, and a comment at once and whenever nothing happens."""
        yield self._opening_chunk()
        while not self._closed:
            if self._live:
                yield await self._next_chunk()
            elif self._position >= self._source.newest:
                self._source.subscribe(self)
                self._live = True
            elif chunk := self._frames_of(await self._source.read_after(self._position)):
                yield chunk

    def _opening_chunk(self) -> bytes:
        """How to resume: the time to wait, and from where should nothing happen meanwhile."""
        return b": open\nretry: %d\n%sid: %d\n\n" % (
            _RETRY_MS,
            _RESET_EVENT if self._reset else b"",
            self._last_sent_id,
        )

    async def _next_chunk(self) -> bytes:
        """What has happened, or a comment after a while in which nothing has."""
        if not self._queued and not self._notices:
            self._wake_up.clear()
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await self._wake_up.wait()
            except TimeoutError:
                return self._heartbeat()
        waiting, self._queued, notices, self._notices = self._queued, [], self._notices, []
        return b"".join([*(self._mark_sent(told) for told in waiting), *notices])

    def _heartbeat(self) -> bytes:
        """A sign of life, with a newer number to resume from if events passed that are not for the receiver."""
        if self._last_sent_id >= self._source.newest:
            return b": \n\n"
        self._position = self._last_sent_id = self._source.newest
        return b": \nid: %d\n\n" % self._last_sent_id

    def _frames_of(self, events: Sequence[JournalEntry]) -> bytes:
        """Those of the events that the receiver hears of."""
        if events:
            self._position = events[-1].event_id
        else:  # deleted meanwhile: nothing is left between here and the newest one
            self._position = self._source.newest
        return b"".join(self._mark_sent(told) for told in events if self.event_filter.matches(told.event))

    def _mark_sent(self, entry: JournalEntry) -> bytes:
        self._last_sent_id = entry.event_id
        return entry.frame
