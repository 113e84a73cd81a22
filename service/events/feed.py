"""Live events in one process: one reader of the journal, which tells every open stream what is new.

The reader remembers the newest events, so that after a break of the network a thousand streams resume without a
thousand queries; older ones are read from the journal, by few streams at once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import structlog

from service.db.pool import Database, urgent_work
from service.errors import DatabaseUnavailable, Overloaded, Unavailable
from service.events import journal
from service.events.recent_events import JournalEntry, RecentEvents, journal_entries
from service.events.rules import EventFilter
from service.events.stream import EventStream

log = structlog.get_logger()

POLL_INTERVAL_S = 0.05
IDLE_INTERVAL_S = 1.0
"""Between two looks while no stream is open, or the journal cannot be read."""
FIRST_READ_TIMEOUT_S = 1.0
"""A stream that is opened while the process starts waits so long for the first look at the journal."""
MAX_RECENT_EVENTS = 2000
PAGE_SIZE = 500
_MAX_JOURNAL_READERS = 2
"""Streams that read the journal at once: most connections are for requests."""
_MAX_ID_DIGITS = 18

Topic = UUID | str | None
"""What a stream is about: a customer, else what a key gave, else a queue, else everything."""


class EventFeed:
    """The live streams of one process, at most `most_streams` at once."""

    def __init__(self, database: Database, *, max_streams: int) -> None:
        self._database = database
        self._max_streams = max_streams
        self._open_streams: set[EventStream] = set()
        self._live_streams: defaultdict[Topic, set[EventStream]] = defaultdict(set)
        self._recent = RecentEvents(MAX_RECENT_EVENTS)
        self._journal_slots = asyncio.Semaphore(_MAX_JOURNAL_READERS)
        self._stream_opened = asyncio.Event()
        self._journal_read = asyncio.Event()
        self._reader_task: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to read the journal."""
        self._reader_task = asyncio.create_task(self._poll_journal())

    def close(self) -> None:
        """End every stream and open no other: the server is about to stop."""
        self._closed = True
        for stream in tuple(self._open_streams):
            stream.close()

    async def stop(self) -> None:
        """End the streams and the reading."""
        self.close()
        if self._reader_task is not None:
            self._reader_task.cancel()
            await asyncio.wait({self._reader_task})

    async def open_stream(self, event_filter: EventFilter, *, resume: str | None = None) -> EventStream:
        """A stream of what happens from now on, or of everything after the event whose id is `resume`.

        Where the journal does not reach back so far, the stream says so and begins now. Overloaded if too many are
        open, DatabaseUnavailable while the journal cannot be read.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_READ_TIMEOUT_S):
                await self._journal_read.wait()
        if self._closed or len(self._open_streams) >= self._max_streams:
            raise Overloaded
        start = None if resume is None else await self._resume_position(resume)
        reset = resume is not None and start is None
        stream = EventStream(self, event_filter, position=self.newest if start is None else start, reset=reset)
        self._open_streams.add(stream)
        self._stream_opened.set()
        return stream

    async def _resume_position(self, resume: str) -> int | None:
        """The number of the event to go on from; None if it is no id of ours, or too old."""
        if not (resume.isascii() and resume.isdecimal() and len(resume) <= _MAX_ID_DIGITS):
            return None
        event_id = int(resume)
        if self._recent.can_resume_after(event_id):
            return event_id
        async with self._journal_slots, self._database.connection() as connection:
            extent = await journal.read_extent(connection)
        return event_id if extent.can_resume_after(event_id) else None

    @property
    def newest(self) -> int:
        """The number of the newest event that live streams were told of."""
        if self._recent.newest is None:
            raise DatabaseUnavailable
        return self._recent.newest

    async def read_after(self, event_id: int) -> Sequence[JournalEntry]:
        """Some of the events after this one, without a gap; none if there are none."""
        if self._recent.can_resume_after(event_id):
            return self._recent.entries_after(event_id, PAGE_SIZE)
        async with self._journal_slots, self._database.connection() as connection:
            return journal_entries(await journal.read_events_after(connection, event_id, PAGE_SIZE))

    def subscribe(self, stream: EventStream) -> None:
        """Tell the stream of everything newer than `newest` from now on."""
        self._live_streams[_topic(stream.event_filter)].add(stream)

    def unsubscribe(self, stream: EventStream) -> None:
        """Tell it nothing more."""
        topic = _topic(stream.event_filter)
        self._live_streams[topic].discard(stream)
        if not self._live_streams[topic]:
            del self._live_streams[topic]

    def remove_stream(self, stream: EventStream) -> None:
        """The stream has ended."""
        self.unsubscribe(stream)
        self._open_streams.discard(stream)

    async def _poll_journal(self) -> None:
        """Look for new events for ever; an outage is said once."""
        failing = False
        while True:
            try:
                more = await self._publish_new_events()
            except Unavailable as error:
                if not failing:
                    log.warning("events_unread", reason=type(error).__name__)
                failing = True
                await asyncio.sleep(IDLE_INTERVAL_S)
            except Exception as error:  # a reader that ended would be an outage nobody sees
                log.exception("events_unread", exc_info=error)
                await asyncio.sleep(IDLE_INTERVAL_S)
            else:
                failing = False
                if not more:
                    await self._wait_for_next_poll()

    async def _publish_new_events(self) -> bool:
        """Tell of what is new; gives whether there may be more."""
        with urgent_work():
            async with self._database.connection() as connection:
                if self._recent.newest is None:
                    extent = await journal.read_extent(connection)
                    start = extent.newest - min(extent.kept, MAX_RECENT_EVENTS)
                    events = journal_entries(await journal.read_events_after(connection, start, MAX_RECENT_EVENTS))
                    self._recent.start_after(start)
                else:
                    events = journal_entries(
                        await journal.read_events_after(connection, self._recent.newest, PAGE_SIZE)
                    )
        self._recent.extend(events)
        self._journal_read.set()
        for one in events:
            self._publish(one)
        return len(events) == PAGE_SIZE

    def _publish(self, entry: JournalEntry) -> None:
        """Offer an event to the live streams whose topic it touches and that may hear of it."""
        event = entry.event
        for topic in {None, event.queue, event.customer_id, event.giver, *event.merged}:
            for stream in tuple(self._live_streams.get(topic, ())):
                if stream.event_filter.matches(event):
                    stream.enqueue(entry)

    async def _wait_for_next_poll(self) -> None:
        """Wait for the next look: not long while streams are open, else until one is opened."""
        if self._open_streams:
            await asyncio.sleep(POLL_INTERVAL_S)
            return
        self._stream_opened.clear()
        try:
            async with asyncio.timeout(IDLE_INTERVAL_S):
                await self._stream_opened.wait()
        except TimeoutError:
            return


def _topic(event_filter: EventFilter) -> Topic:
    return event_filter.customer_id or event_filter.given_by or event_filter.queue
