"""The newest events, remembered by a process that reads them anyway."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from service.events.model import Event
from service.events.payload import sse_frame


class JournalEntry(NamedTuple):
    """An event and how it is written, made once for all streams."""

    event: Event
    frame: bytes

    @property
    def event_id(self) -> int:
        """The number of the event."""
        return self.event.event_id


def journal_entries(events: Iterable[Event]) -> list[JournalEntry]:
    """The events with how they are written."""
    return [JournalEntry(event, sse_frame(event)) for event in events]


class RecentEvents:
    """At most `most` events without a gap up to `newest`; `newest` is None until the journal was read."""

    def __init__(self, max_events: int) -> None:
        self._events: deque[JournalEntry] = deque(maxlen=max_events)
        self.newest: int | None = None

    def start_after(self, newest: int) -> None:
        """Remember nothing yet, and expect what comes after this event."""
        self.newest = newest

    def extend(self, events: Sequence[JournalEntry]) -> None:
        """Add what follows the newest one."""
        self._events.extend(events)
        if events:
            self.newest = events[-1].event_id

    def can_resume_after(self, event_id: int) -> bool:
        """Whether this event has happened, and every one after it is remembered."""
        if self.newest is None:
            return False
        return self.newest - len(self._events) <= event_id <= self.newest

    def entries_after(self, event_id: int, limit: int) -> list[JournalEntry]:
        """At most `limit` of the events after one that it reaches."""
        assert self.newest is not None
        start = len(self._events) - (self.newest - event_id)
        return list(islice(self._events, start, start + limit))
