"""Keeps one listener running: it restarts after every failure, later each time, and the failure is logged once."""

import asyncio
import random

import structlog

from service.errors import AskonceError, PeerUnavailable
from service.listeners.model import Listener, ListenerConfig

log = structlog.get_logger()


class SupervisedListener:
    """One listener of an instance, kept running by its task."""

    def __init__(self, listener: Listener, source: str, config: ListenerConfig) -> None:
        self._listener = listener
        self._config = config
        self._log = log.bind(source=source, listener=listener.name)
        self._failures = 0
        self._recovery_timer: asyncio.TimerHandle | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Keep it running until `stop`."""
        try:
            while not stop.is_set():
                await self._run_once(stop)
                await self._back_off(stop)
        finally:
            self._cancel_recovery()
            self._log.info("listener_stopped")

    async def _run_once(self, stop: asyncio.Event) -> None:
        try:
            await self._listener.run(stop, self._on_connected)
        except Exception as error:  # noqa: BLE001 (whatever ended it, it must listen again)
            self._on_failure(error)
        else:
            if not stop.is_set():
                self._on_failure(PeerUnavailable())

    def _on_connected(self) -> None:
        self._cancel_recovery()
        if self._failures:
            self._recovery_timer = asyncio.get_running_loop().call_later(
                self._config.recovered_after_s, self._on_recovered
            )
        else:
            self._log.info("listener_connected")

    def _on_recovered(self) -> None:
        self._log.info("listener_resumed", failures=self._failures)
        self._failures = 0

    def _cancel_recovery(self) -> None:
        if self._recovery_timer is not None:
            self._recovery_timer.cancel()
            self._recovery_timer = None

    def _on_failure(self, error: Exception) -> None:
        """Count the failure, and log the first of a series; a defect is logged with its place in the code."""
        self._cancel_recovery()
        self._failures += 1
        if self._failures > 1:
            return
        if isinstance(error, AskonceError):
            self._log.warning("listener_interrupted", reason=type(error).__name__, detail=error.detail)
        elif isinstance(error, OSError):
            self._log.warning("listener_interrupted", reason=type(error).__name__, detail=error.strerror)
        else:
            self._log.error("listener_failed", exc_info=error)

    async def _back_off(self, stop: asyncio.Event) -> None:
        """Wait for `stop`, the longer the more it failed; up to a half less, so that several do not march in step."""
        growth = 2.0 ** min(max(self._failures - 1, 0), 16)
        max_delay_s = min(self._config.min_backoff_s * growth, self._config.max_backoff_s)
        try:
            async with asyncio.timeout(max_delay_s * random.uniform(0.5, 1.0)):  # noqa: S311 (no secret)
                await stop.wait()
        except TimeoutError:
            return
