"""Which matters are counted: of what segments, from when, and about what."""

from datetime import datetime, timedelta

from msgspec import Struct

from service.insight.flow.model import FlowEnding
from service.model.vocabulary import Channel
from service.timeline.model import subject_key

DEFAULT_DAYS = 30
DEFAULT_THRESHOLD = 0.01
MAX_PAUSE_MIN = 24 * 60


class FlowFilter(Struct, frozen=True, kw_only=True):
    """What a flow is asked for; None stands for any."""

    segments: tuple[str, ...]
    """One name, or two that are compared."""
    opened_from: datetime
    opened_to: datetime
    now: datetime
    gave_up_days: int
    subject: str | None = None
    queue: str | None = None
    channel: Channel | None = None
    pause: timedelta = timedelta(0)
    """Messages of one channel with no more than this between them are one contact."""
    threshold: float = DEFAULT_THRESHOLD
    """Ways with a lower share are hidden."""

    def as_row(self) -> tuple[object, ...]:
        """The columns of `matter_filter`."""
        key = subject_key(self.subject) if self.subject else None
        silent_since = self.now - timedelta(days=self.gave_up_days)
        return (self.opened_from, self.opened_to, key, self.queue, self.channel, silent_since, self.pause)


class MatterPlace(Struct, frozen=True, kw_only=True):
    """Which of the counted matters are listed; the number that they are behind says it."""

    step: int | None = None
    channel: Channel | None = None
    """Of the contact `step`."""
    came_from: Channel | None = None
    """Of the contact before."""
    way: tuple[Channel, ...] | None = None
    """A whole way; the empty one is that of matters without a contact of the customer's own."""
    ending: FlowEnding | None = None
    """At the contact `step`, if there is one."""
    asked_again: bool = False
    hidden: bool = False

    def as_row(self) -> tuple[object, ...]:
        """The columns of `matter_place`."""
        way = None if self.way is None else list(self.way)
        return (self.step, self.channel, self.came_from, way, self.ending, self.asked_again, self.hidden)
