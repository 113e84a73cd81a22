"""The dependencies of a worker: its rooms, subscribers and timer effects. `service/app/worker.py` fills it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from service.db.outbox import OutboxRow
from service.db.pool import Connection, Database
from service.db.timers import Timer
from service.events.transport import Resolve, Resolver
from service.model.clock import Clock
from service.settings.model import Settings

TimerHandler = Callable[[Connection, Timer, datetime], Awaitable[Sequence[UUID]]]
"""The effect of one kind of timer, inside the transaction that ends the timer; gives the customers that changed.

It locks what it changes and looks at its state first: a callback that was kept meanwhile is not due any more.
"""

TimerBatchHandler = Callable[[Connection, Sequence[Timer], datetime], Awaitable[Collection[UUID]]]
"""What a kind of timer does for many timers at once, inside the transaction that ends them; otherwise as Effect."""

OutboxSubscriber = Callable[[Connection, Sequence[OutboxRow]], Awaitable[None]]
"""A receiver of outbox rows, inside the transaction that deletes them; it may receive a row twice."""

CleanupTask = Callable[[datetime], Awaitable[None]]
"""Deletes what has expired by now; is called every minute."""


class WorkerConfig(Struct, frozen=True, kw_only=True):
    """The rooms of one worker and the tables of what it does."""

    database: Database
    clock: Clock
    settings: Settings
    resolve: Resolve = field(default_factory=Resolver)
    """The way to the addresses of those who are told."""
    drop_views: Callable[[Collection[UUID]], Awaitable[None]]
    """Drop the cached views of these customers."""
    drop_outdated_views: Callable[[Mapping[UUID, int]], Awaitable[None]]
    """Drop the cached views that are older than these versions; Unavailable if that is not possible now."""
    timer_handlers: Mapping[str, TimerHandler]
    """Kind of timer -> what it does, in a transaction for each timer."""
    timer_batch_handlers: Mapping[str, TimerBatchHandler] = {}
    """Kind of timer -> what it does, for many timers in one transaction."""
    finish_erasures: Callable[[datetime], Awaitable[bool]] | None = None
    """Take the next step of an erasure that is due; gives whether there was one."""
    cleanup_tasks: Sequence[CleanupTask] = ()
    """What else is cleared of what may not be kept any longer."""
    subscribers: Sequence[OutboxSubscriber] = ()
    """The subscribers that receive every outbox row, in this order."""
    retain: Callable[[datetime], Awaitable[bool]] | None = None
    """Take the next step of letting go what is over its time; gives whether there is another one."""
    listen_url: str = ""
    """The database without a pooler, to be woken by changes; without it a worker looks often all of the time."""

    @property
    def timer_kinds(self) -> list[str]:
        """The kinds of timers that this worker handles."""
        return [*self.timer_handlers, *self.timer_batch_handlers]
