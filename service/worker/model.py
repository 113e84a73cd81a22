"""What a worker is given: its rooms, and what to do for whom. `service/app.py` fills it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db.outbox import OutboxRow
from service.db.pool import Connection, Database
from service.db.timers import Timer
from service.model.clock import Clock
from service.settings.model import Settings

Effect = Callable[[Connection, Timer, datetime], Awaitable[Sequence[UUID]]]
"""What a kind of timer does, inside the transaction that ends the timer; gives the customers whose views to drop.

It locks what it changes and looks at its state first: a callback that was kept meanwhile is not due any more.
"""

SharedEffect = Callable[[Connection, Sequence[Timer], datetime], Awaitable[Collection[UUID]]]
"""What a kind of timer does for many timers at once, inside the transaction that ends them; otherwise as Effect."""

Subscriber = Callable[[Connection, Sequence[OutboxRow]], Awaitable[None]]
"""Somebody to tell of outbox rows, inside the transaction that deletes them; may be told of a row twice."""

Clearing = Callable[[datetime], Awaitable[None]]
"""Deletes what has expired by now; is called every minute."""


class WorkerConfig(Struct, frozen=True, kw_only=True):
    """The rooms of one worker and the tables of what it does."""

    database: Database
    clock: Clock
    settings: Settings
    drop: Callable[[Collection[UUID]], Awaitable[None]]
    """Drop the cached views of these customers."""
    drop_older: Callable[[Mapping[UUID, int]], Awaitable[None]]
    """Drop the cached views that are older than these versions; CacheUnavailable if that is not possible now."""
    effects: Mapping[str, Effect]
    """Kind of timer -> what it does, in a transaction for each timer."""
    shared_effects: Mapping[str, SharedEffect] = {}
    """Kind of timer -> what it does, for many timers in one transaction."""
    clearing: Sequence[Clearing] = ()
    """What else is cleared of what may not be kept any longer."""
    subscribers: Sequence[Subscriber] = ()
    """Who else is told of every outbox row, in this order."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of timers that this worker knows."""
        return [*self.effects, *self.shared_effects]
