"""How long work waits for its turn in this process: at the door, for a connection, for a transaction."""

from collections.abc import Callable
from time import monotonic
from typing import Literal
from weakref import WeakSet

from prometheus_client import Counter, Gauge

Queue = Literal["requests", "connections", "transactions"]
QUEUES: tuple[Queue, ...] = ("requests", "connections", "transactions")
MAX_WAIT_S = 0.25
"""While the first in a queue has waited longer than this, the queue takes no more."""

SHED_REQUESTS = Counter(
    "askonce_requests_shed_total", "Requests refused with 503 because they would have waited too long."
)
_WAIT_SECONDS = Gauge(
    "askonce_queue_seconds",
    "How long the first in each queue has waited for its turn, a few times a second.",
    ["queue"],
    multiprocess_mode="livemax",
)


class QueueTime:
    """The wait of the first in a queue; `first_since` gives the monotonic time at which it came, None if none waits."""

    def __init__(self, queue: Queue, first_since: Callable[[], float | None]) -> None:
        self.queue = queue
        self._first_since = first_since
        _QUEUE_TIMES.add(self)

    def wait_s(self) -> float:
        """In seconds; 0 if none waits."""
        since = self._first_since()
        return 0.0 if since is None else monotonic() - since

    def is_long(self) -> bool:
        """Whether the queue stands, and does not only level out a burst."""
        return self.wait_s() > MAX_WAIT_S


_QUEUE_TIMES: WeakSet[QueueTime] = WeakSet()


def publish_waits() -> None:
    """Show the longest wait of each kind of queue in the metrics."""
    waits = dict.fromkeys(QUEUES, 0.0)
    for queue_time in list(_QUEUE_TIMES):
        waits[queue_time.queue] = max(waits[queue_time.queue], queue_time.wait_s())
    for queue, wait_s in waits.items():
        _WAIT_SECONDS.labels(queue).set(wait_s)
