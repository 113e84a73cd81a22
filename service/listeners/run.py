"""Runs the listeners of every instance that this process holds, until it is told to stop."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import structlog

from service.channels.base import ChannelAccount
from service.errors import Unavailable
from service.listeners.keep import SupervisedListener
from service.listeners.locks import ListenerLocks
from service.listeners.model import Listener, ListenerConfig

log = structlog.get_logger()

GRACE_S = 5.0
"""So long a listener may take to end what is under way."""


async def run(watch: ListenerConfig, stop: asyncio.Event) -> None:
    """Listen until `stop`, then return once what is under way is done. Any number of workers may run at once."""
    locks = ListenerLocks(watch.database_url)
    posts = RunningAccounts(watch, locks)
    try:
        while not stop.is_set():
            await posts.look()
            await _pause(watch.look_every_s, stop)
    finally:
        await posts.end_all()
        locks.close()


class RunningAccounts:
    """The instances of this process, each with its listeners running.

    While PostgreSQL cannot be asked, nothing changes: who listens goes on, so that a mail server hears `later` rather
    than nothing. Should two processes hear the same thing for a moment after that, it still counts once.
    """

    def __init__(self, watch: ListenerConfig, locks: ListenerLocks) -> None:
        self._watch = watch
        self._locks = locks
        self._manned: dict[UUID, RunningAccount] = {}
        self._blind = False

    async def look(self) -> None:
        """Start and end listeners until they are those of the instances there are."""
        try:
            await self._match()
        except Exception as error:  # noqa: BLE001 (a keeper that ended would be an outage nobody sees)
            self._report(error)
        else:
            self._blind = False

    async def end_all(self) -> None:
        """End every listener."""
        await self._end(list(self._manned))

    async def _match(self) -> None:
        kinds = self._watch.kinds
        wanted = {each.account_id: each for each in await self._watch.accounts() if each.adapter in kinds}
        await self._end([key for key, post in self._manned.items() if post.account != wanted.get(key)])
        held = await self._locks.hold(wanted.keys())
        await self._end(self._manned.keys() - held)
        for key in held - self._manned.keys():
            self._manned[key] = RunningAccount(wanted[key], kinds[wanted[key].adapter](wanted[key]), self._watch)

    async def _end(self, keys: Collection[UUID]) -> None:
        await asyncio.gather(*[self._manned.pop(key).end() for key in keys])

    def _report(self, error: Exception) -> None:
        """Say it once per outage."""
        if self._blind:
            return
        self._blind = True
        if isinstance(error, Unavailable):
            log.warning("listeners_unwatched", reason=type(error).__name__)
        else:
            log.error("listeners_unwatched", exc_info=error)


class RunningAccount:
    """One instance with its listeners, running from now on."""

    def __init__(self, account: ChannelAccount, listeners: Sequence[Listener], watch: ListenerConfig) -> None:
        self.account = account
        self._stop = asyncio.Event()
        kept = [SupervisedListener(listener, account.source, watch) for listener in listeners]
        self._tasks = [asyncio.create_task(each.run(self._stop)) for each in kept]

    async def end(self) -> None:
        """Let them end what is under way, for a while."""
        self._stop.set()
        if not self._tasks:
            return
        _, unwilling = await asyncio.wait(self._tasks, timeout=GRACE_S)
        for task in unwilling:
            task.cancel()
        await asyncio.gather(*unwilling, return_exceptions=True)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
