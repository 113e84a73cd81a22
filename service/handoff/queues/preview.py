"""What would happen to a handoff at a moment, by the opening hours of its queue and those it falls back to; pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.calendar import rules
from service.calendar.model import Interval, OpenStatus
from service.handoff.callbacks import windows
from service.handoff.queues.model import Queue


class PreviewedQueue(Struct, frozen=True, kw_only=True):
    """A queue of the chain, and whether it is open at the moment: a closed one is not asked."""

    queue: Queue
    status: OpenStatus


class HandoffPreview(Struct, frozen=True, kw_only=True):
    """Which queues are asked, in their order, and which callback is promised if none of their agents takes it."""

    at: datetime
    queues: tuple[PreviewedQueue, ...]
    callback: Interval

    @property
    def first(self) -> PreviewedQueue | None:
        """The queue that is asked first; None if all are closed: then the callback is promised at once."""
        return next((one for one in self.queues if one.status.open), None)


def preview_handoff(chain: Sequence[Queue], at: datetime) -> HandoffPreview:
    """What happens to a handoff that is given to the first queue of this chain at this moment."""
    return HandoffPreview(
        at=at,
        queues=tuple(PreviewedQueue(queue=queue, status=rules.open_status(queue.calendar, at)) for queue in chain),
        callback=windows.next_window(chain[0].calendar, at),
    )
