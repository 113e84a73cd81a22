"""Runs the listeners of every instance that this process has a lease of, until `stop` is set."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import structlog

from service.channels.base import ChannelAccount
from service.errors import Unavailable
from service.listeners.leases import ListenerLeases
from service.listeners.model import Listener, ListenerConfig
from service.listeners.supervise import SupervisedListener

log = structlog.get_logger()

SHUTDOWN_GRACE_S = 5.0
"""So long a listener may take to end what is under way."""


async def run_listeners(config: ListenerConfig, stop: asyncio.Event) -> None:
    """Listen until `stop`, then return once what is under way is done. Any number of workers may run at once."""
    leases = ListenerLeases(config.database_url, lease_s=config.lease_s)
    running = RunningAccounts(config, leases)
    try:
        while not stop.is_set():
            await running.reconcile()
            await _wait_for_stop(config.poll_interval_s, stop)
    finally:
        await running.end_all_accounts()
        await leases.give_up_all()


class RunningAccounts:
    """The instances of this process, each with its listeners running.

    While PostgreSQL is down, nothing changes: running listeners go on, so that a mail server gets `later` rather than
    no answer. If two processes receive the same delivery for a moment after that, it still counts once.
    """

    def __init__(self, config: ListenerConfig, leases: ListenerLeases) -> None:
        self._config = config
        self._leases = leases
        self._running: dict[UUID, RunningAccount] = {}
        self._outage_reported = False

    async def reconcile(self) -> None:
        """Start and end listeners until they are those of the instances there are."""
        try:
            await self._start_and_end()
        except Exception as error:  # noqa: BLE001 (a supervisor that ended would be an outage without a log line)
            self._report(error)
        else:
            self._outage_reported = False

    async def end_all_accounts(self) -> None:
        """End every listener."""
        await self._end(list(self._running))

    async def _start_and_end(self) -> None:
        factories = self._config.factories
        configured = {each.account_id: each for each in await self._config.accounts() if each.adapter in factories}
        await self._end([key for key, running in self._running.items() if running.account != configured.get(key)])
        leased = await self._leases.renew(configured.keys())
        await self._end(self._running.keys() - leased)
        for key in leased - self._running.keys():
            self._running[key] = RunningAccount(
                configured[key], factories[configured[key].adapter](configured[key]), self._config
            )

    async def _end(self, keys: Collection[UUID]) -> None:
        await asyncio.gather(*[self._running.pop(key).end_listeners() for key in keys])

    def _report(self, error: Exception) -> None:
        """Say it once per outage."""
        if self._outage_reported:
            return
        self._outage_reported = True
        if isinstance(error, Unavailable):
            log.warning("listeners_unwatched", reason=type(error).__name__)
        else:
            log.error("listeners_unwatched", exc_info=error)


class RunningAccount:
    """One instance with its listeners, running from now on."""

    def __init__(self, account: ChannelAccount, listeners: Sequence[Listener], config: ListenerConfig) -> None:
        self.account = account
        self._stop = asyncio.Event()
        supervised = [SupervisedListener(listener, account.source, config) for listener in listeners]
        self._tasks = [asyncio.create_task(each.run(self._stop)) for each in supervised]

    async def end_listeners(self) -> None:
        """Let them end what is under way, for a while."""
        self._stop.set()
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=SHUTDOWN_GRACE_S)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def _wait_for_stop(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
