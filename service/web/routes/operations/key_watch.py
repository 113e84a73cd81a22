"""Keys of open streams: a key that is revoked or expires ends its streams as soon as it would be refused."""

import asyncio
from typing import Protocol
from uuid import UUID

from service.access.model import Principal
from service.errors import AskonceError

CHECK_INTERVAL_S = 0.5


class KeySource(Protocol):
    """Who knows the keys: `service.access.principals.Principals`."""

    async def authenticate(self, authorization: bytes) -> Principal:
        """The caller, or Unauthenticated."""

    async def check_key(self, key_id: UUID) -> None:
        """Unauthenticated unless the key of this id is in force."""


class ClosableStream(Protocol):
    """An open stream."""

    @property
    def closed(self) -> bool:
        """Whether it has ended."""

    def close(self) -> None:
        """End it."""


class RevokedKeyWatcher:
    """The open streams of one process by the key that opened them."""

    def __init__(self, keys: KeySource, *, interval_s: float = CHECK_INTERVAL_S) -> None:
        self._keys = keys
        self._interval_s = interval_s
        self._streams: dict[bytes | UUID, list[ClosableStream]] = {}
        self._check_task: asyncio.Task[None] | None = None

    def add(self, key: bytes | UUID, stream: ClosableStream) -> None:
        """End the stream when its key ends, which is known by its header, or by its id where a ticket was sent."""
        self._streams.setdefault(key, []).append(stream)
        if self._check_task is None:
            self._check_task = asyncio.create_task(self._check_keys())

    async def stop(self) -> None:
        """Watch no longer."""
        if self._check_task is not None:
            self._check_task.cancel()
            await asyncio.wait({self._check_task})

    async def _check_keys(self) -> None:
        """Ask for every key again and again, as long as there are streams."""
        while self._streams:
            await asyncio.sleep(self._interval_s)
            for key in tuple(self._streams):
                await self._check_key(key)
        self._check_task = None

    async def _check_key(self, key: bytes | UUID) -> None:
        try:
            await (self._keys.check_key(key) if isinstance(key, UUID) else self._keys.authenticate(key))
        except AskonceError:
            for stream in self._streams[key]:
                stream.close()
        still_open = [stream for stream in self._streams[key] if not stream.closed]
        if still_open:
            self._streams[key] = still_open
        else:
            del self._streams[key]
