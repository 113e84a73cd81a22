"""A listener, the factory of an instance's listeners, and the dependencies of their supervisor."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from service.channels.base import ChannelAccount


class Listener(Protocol):
    """One connection of an instance: a socket that mail servers call, or a line to a mailbox or an exchange.

    It passes every delivery to `inbound`, and acknowledges it to the other side only after the commit.
    """

    @property
    def name(self) -> str:
        """What is listened to, in one word for the log, such as `imap`; unique within the instance."""

    async def run(self, stop: asyncio.Event, connected: Callable[[], None]) -> None:
        """Listen until `stop`, and call `connected` as soon as that works.

        May raise whatever ended it, PeerUnavailable for what the other side does: it is then run again, later each
        time. Is cancelled if it does not return soon after `stop`, so what was acknowledged must be committed by then.
        """


ListenerFactory = Callable[[ChannelAccount], Sequence[Listener]]
"""The listeners of an instance of one adapter; none if its settings name nothing to listen to. Opens nothing yet."""


class ListenerConfig(Struct, frozen=True, kw_only=True):
    """The dependencies of the listeners' supervisor. `service/app/worker.py` fills it."""

    database_url: str
    """The way to PostgreSQL without a pooler, or with one."""
    accounts: Callable[[], Awaitable[Sequence[ChannelAccount]]]
    """Every instance of every adapter, as it is configured now."""
    factories: Mapping[str, ListenerFactory]
    """Adapter -> what listens for its instances; adapters that only HTTP calls are absent."""
    poll_interval_s: float = 2.0
    """How soon a change of the accounts is noticed, and how often the leases are renewed."""
    lease_s: float = 10.0
    """How soon the listeners of a process that died, or lost PostgreSQL, are taken over."""
    min_backoff_s: float = 0.5
    max_backoff_s: float = 60.0
    """Between two tries to connect: the first, and what it grows to."""
    recovered_after_s: float = 10.0
    """A listener that was connected for so long has recovered: its next failure is a new one."""
