"""One pipelined connection: commands of one event loop iteration leave in one write, replies return in order.

A client that lends a connection to one command at a time spends most of the process on lending (docs/adr/0002). The
protocol itself is parsed by hiredis.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

import hiredis

from service.errors import CacheUnavailable

Reply = bytes | int | list["Reply"] | None
"""A reply without its errors, which are raised."""

_FINAL_CHECK_S = 0.01


class PipelinedConnection(asyncio.Protocol):
    """Gives a future per command; a reply later than `timeout_s` fails all waiting commands and ends the connection."""

    def __init__(self, *, timeout_s: float, on_lost: Callable[["PipelinedConnection"], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader()
        self._pending: deque[asyncio.Future[Reply]] = deque()
        self._unsent: list[bytes] = []
        self._timeout_s = timeout_s
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._timeout_handle: asyncio.TimerHandle | None = None
        self._progress_at = 0.0
        self._in_final_check = False

    def send(self, *command: bytes | str | float) -> asyncio.Future[Reply]:
        """The reply to one command, to be awaited; CacheUnavailable if it does not come, or is an error."""
        if self._transport is None:
            raise CacheUnavailable
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(hiredis.pack_command(command))  # type: ignore[arg-type]  # the stub forgot the ellipsis
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._pending.append(future)
        return future

    def close(self) -> None:
        """End the connection; whatever still waits fails."""
        if self._transport is not None:
            self._transport.abort()
        self._fail_pending()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's call: the connection stands."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own are none by inheritance

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (the protocol's signature)
        """Asyncio's call: the connection is gone."""
        self._fail_pending()

    def data_received(self, data: bytes) -> None:
        """Asyncio's callback: set each complete reply as the result of the oldest waiting future."""
        self._progress_at = self._loop.time()
        self._reader.feed(data)
        while (reply := self._reader.gets()) is not False:
            future = self._pending.popleft()
            if future.done():  # its request was cancelled
                continue
            if isinstance(reply, hiredis.ReplyError):
                future.set_exception(CacheUnavailable(str(reply).partition(" ")[0]))
            else:
                future.set_result(reply)

    def _flush(self) -> None:
        if self._transport is None:
            return
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()
        if self._timeout_handle is None:
            self._progress_at = self._loop.time()
            self._timeout_handle = self._loop.call_later(self._timeout_s, self._check_timeout)

    def _check_timeout(self) -> None:
        """Fail if replies are due and none came for `timeout_s`; look again while any is due.

        A process that was kept busy runs its timers before it reads what came meanwhile, so silence is believed only
        after the sockets were looked at once more: Redis must not count as hung because we were.
        """
        self._timeout_handle = None
        if not self._pending:
            return
        silent_s = self._loop.time() - self._progress_at
        if silent_s < self._timeout_s:
            self._in_final_check = False
            self._timeout_handle = self._loop.call_later(self._timeout_s - silent_s, self._check_timeout)
        elif self._in_final_check:
            self.close()
        else:
            self._in_final_check = True
            self._timeout_handle = self._loop.call_later(_FINAL_CHECK_S, self._check_timeout)

    def _fail_pending(self) -> None:
        if self._transport is None:
            return
        self._transport = None
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        for future in self._pending:
            if not future.done():
                future.set_exception(CacheUnavailable())
                future.exception()  # seen: a request that went away must not be reported as a lost error
        self._pending.clear()
        self._on_lost(self)
