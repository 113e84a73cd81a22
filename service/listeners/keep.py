"""Keeps one listener running: again after every failure, later each time, and said once."""

import asyncio
import random

import structlog

from service.errors import AskonceError, PeerUnavailable
from service.listeners.model import Listener, ListenerConfig

log = structlog.get_logger()


class SupervisedListener:
    """One listener of an instance, kept running by its task."""

    def __init__(self, listener: Listener, source: str, watch: ListenerConfig) -> None:
        self._listener = listener
        self._watch = watch
        self._log = log.bind(source=source, listener=listener.name)
        self._failures = 0
        self._recovery: asyncio.TimerHandle | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Keep it running until `stop`."""
        try:
            while not stop.is_set():
                await self._once(stop)
                await self._rest(stop)
        finally:
            self._forget_recovery()
            self._log.info("listener_stopped")

    async def _once(self, stop: asyncio.Event) -> None:
        try:
            await self._listener.run(stop, self._connected)
        except Exception as error:  # noqa: BLE001 (whatever ended it, it must listen again)
            self._failed(error)
        else:
            if not stop.is_set():
                self._failed(PeerUnavailable())

    def _connected(self) -> None:
        self._forget_recovery()
        if self._failures:
            self._recovery = asyncio.get_running_loop().call_later(self._watch.steady_s, self._recovered)
        else:
            self._log.info("listener_connected")

    def _recovered(self) -> None:
        self._log.info("listener_resumed", failures=self._failures)
        self._failures = 0

    def _forget_recovery(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
            self._recovery = None

    def _failed(self, error: Exception) -> None:
        """Count it, and say the first of a series; what is no outage is a defect, whose place in the code is said."""
        self._forget_recovery()
        self._failures += 1
        if self._failures > 1:
            return
        if isinstance(error, AskonceError):
            self._log.warning("listener_interrupted", reason=type(error).__name__, detail=error.detail)
        elif isinstance(error, OSError):
            self._log.warning("listener_interrupted", reason=type(error).__name__, detail=error.strerror)
        else:
            self._log.error("listener_failed", exc_info=error)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Wait for `stop`, the longer the more it failed; up to a half less, so that several do not march in step."""
        growth = 2.0 ** min(max(self._failures - 1, 0), 16)
        longest = min(self._watch.shortest_rest_s * growth, self._watch.longest_rest_s)
        try:
            async with asyncio.timeout(longest * random.uniform(0.5, 1.0)):  # noqa: S311 (no secret)
                await stop.wait()
        except TimeoutError:
            return
