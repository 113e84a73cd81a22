"""Live events in one process: one reader of the journal, which tells every open stream what is new.

The reader remembers the newest events, so that after a break of the network a thousand streams resume without a
thousand queries; older ones are read from the journal, by few streams at once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import structlog

from service.db.pool import Database
from service.errors import DatabaseUnavailable, Overloaded, Unavailable
from service.events import journal
from service.events.recent import JournalEntry, RecentEvents, told
from service.events.rules import EventFilter
from service.events.stream import EventStream

log = structlog.get_logger()

POLL_S = 0.05
REST_S = 1.0
"""Between two looks while no stream is open, or the journal cannot be read."""
REMEMBERED = 2000
PAGE = 500
_READERS = 2
"""Streams that read the journal at once: most connections are for requests."""
_LONGEST_ID = 18

Topic = UUID | str | None
"""What a stream is about: a customer, else a queue, else everything."""


class EventFeed:
    """The live streams of one process, at most `most_streams` at once."""

    def __init__(self, database: Database, *, most_streams: int) -> None:
        self._database = database
        self._most_streams = most_streams
        self._open: set[EventStream] = set()
        self._live: defaultdict[Topic, set[EventStream]] = defaultdict(set)
        self._recent = RecentEvents(REMEMBERED)
        self._turn = asyncio.Semaphore(_READERS)
        self._wanted = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to read the journal."""
        self._reader = asyncio.create_task(self._read())

    def close(self) -> None:
        """End every stream and open no other: the server is about to stop."""
        self._closed = True
        for stream in tuple(self._open):
            stream.close()

    async def stop(self) -> None:
        """End the streams and the reading."""
        self.close()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})

    async def open(self, receiver: EventFilter, *, resume: str | None = None) -> EventStream:
        """A stream of what happens from now on, or of everything after the event whose id is `resume`.

        Where the journal does not reach back so far, the stream says so and begins now. Overloaded if too many are
        open, DatabaseUnavailable while the journal cannot be read.
        """
        if self._closed or len(self._open) >= self._most_streams:
            raise Overloaded
        start = None if resume is None else await self._resumable(resume)
        reset = resume is not None and start is None
        stream = EventStream(self, receiver, position=self.newest if start is None else start, reset=reset)
        self._open.add(stream)
        self._wanted.set()
        return stream

    async def _resumable(self, resume: str) -> int | None:
        """The number of the event to go on from; None if it is no id of ours, or too old."""
        if not (resume.isascii() and resume.isdecimal() and len(resume) <= _LONGEST_ID):
            return None
        event_id = int(resume)
        if self._recent.reaches(event_id):
            return event_id
        async with self._turn, self._database.connection() as connection:
            extent = await journal.read_extent(connection)
        return event_id if extent.continues(event_id) else None

    @property
    def newest(self) -> int:
        """The number of the newest event that live streams were told of."""
        if self._recent.newest is None:
            raise DatabaseUnavailable
        return self._recent.newest

    async def after(self, event_id: int) -> Sequence[JournalEntry]:
        """Some of the events after this one, without a gap; none if there are none."""
        if self._recent.reaches(event_id):
            return self._recent.after(event_id, PAGE)
        async with self._turn, self._database.connection() as connection:
            return told(await journal.read_after(connection, event_id, PAGE))

    def go_live(self, stream: EventStream) -> None:
        """Tell the stream of everything newer than `newest` from now on."""
        self._live[_topic(stream.receiver)].add(stream)

    def turn_back(self, stream: EventStream) -> None:
        """Tell it nothing more."""
        topic = _topic(stream.receiver)
        self._live[topic].discard(stream)
        if not self._live[topic]:
            del self._live[topic]

    def forget(self, stream: EventStream) -> None:
        """The stream has ended."""
        self.turn_back(stream)
        self._open.discard(stream)

    async def _read(self) -> None:
        """Look for new events for ever; an outage is said once."""
        failing = False
        while True:
            try:
                more = await self._look()
            except Unavailable as error:
                if not failing:
                    log.warning("events_unread", reason=type(error).__name__)
                failing = True
                await asyncio.sleep(REST_S)
            except Exception as error:  # a reader that ended would be an outage nobody sees
                log.exception("events_unread", exc_info=error)
                await asyncio.sleep(REST_S)
            else:
                failing = False
                if not more:
                    await self._rest()

    async def _look(self) -> bool:
        """Tell of what is new; gives whether there may be more."""
        async with self._database.connection() as connection:
            if self._recent.newest is None:
                extent = await journal.read_extent(connection)
                start = extent.newest - min(extent.kept, REMEMBERED)
                events = told(await journal.read_after(connection, start, REMEMBERED))
                self._recent.begin(start)
            else:
                events = told(await journal.read_after(connection, self._recent.newest, PAGE))
        self._recent.extend(events)
        for one in events:
            self._tell(one)
        return len(events) == PAGE

    def _tell(self, one: JournalEntry) -> None:
        """Offer an event to the live streams whose topic it touches and that may hear of it."""
        event = one.event
        for topic in {None, event.queue, event.customer_id, *event.merged}:
            for stream in tuple(self._live.get(topic, ())):
                if stream.receiver.hears(event):
                    stream.offer(one)

    async def _rest(self) -> None:
        """Wait for the next look: not long while streams are open, else until one is opened."""
        if self._open:
            await asyncio.sleep(POLL_S)
            return
        self._wanted.clear()
        try:
            async with asyncio.timeout(REST_S):
                await self._wanted.wait()
        except TimeoutError:
            return


def _topic(receiver: EventFilter) -> Topic:
    return receiver.customer_id or receiver.queue
