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


SentCommand = tuple[asyncio.Future[Reply], bytes, int]
"""A command that waits for its reply: the reply, what was written, and how many nodes have sent it elsewhere."""

Redirect = Callable[[SentCommand, str], None]
"""Told of a command that a node refuses with `MOVED slot host:port` or `ASK slot host:port`."""


class PipelinedConnection(asyncio.Protocol):
    """Gives a future per command; a reply later than `timeout_s` fails all waiting commands and ends the connection."""

    def __init__(self, *, timeout_s: float, on_lost: Callable[["PipelinedConnection"], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader()
        self._pending: deque[SentCommand] = deque()
        self._unsent: list[bytes] = []
        self._timeout_s = timeout_s
        self._on_lost = on_lost
        self.redirect: Redirect | None = None
        """Where refused commands go; without it they fail."""
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
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # the stub forgot the ellipsis
        self._unsent.append(packed)
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._pending.append((future, packed, 0))
        return future

    def send_redirected(self, command: SentCommand, *, asking: bool) -> None:
        """Send a command that another node refused; `asking` for this once, as the node said. CacheUnavailable."""
        if self._transport is None:
            raise CacheUnavailable
        if asking:
            self.send("ASKING").cancel()
        elif not self._unsent:
            self._loop.call_soon(self._flush)
        reply, packed, redirects = command
        self._unsent.append(packed)
        self._pending.append((reply, packed, redirects + 1))

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
            command = self._pending.popleft()
            if isinstance(reply, hiredis.ReplyError):
                self._refuse(command, str(reply))
            elif not (future := command[0]).done():  # else its request was cancelled
                future.set_result(reply)

    def _refuse(self, command: SentCommand, error: str) -> None:
        """Follow a redirection, even for a request that was cancelled: it may be a drop. Other errors are raised."""
        word = error.partition(" ")[0]
        if self.redirect is not None and word in {"MOVED", "ASK"}:
            self.redirect(command, error)
        elif not (future := command[0]).done():
            future.set_exception(CacheUnavailable(word))

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
        for future, _, _ in self._pending:
            fail(future)
        self._pending.clear()
        self._on_lost(self)


def fail(reply: asyncio.Future[Reply], detail: str = "") -> None:
    """CacheUnavailable for the request that waits for this reply, unless it has one."""
    if not reply.done():
        reply.set_exception(CacheUnavailable(detail))
        reply.exception()  # seen: a request that went away must not be reported as a lost error
