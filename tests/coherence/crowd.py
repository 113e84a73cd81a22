"""Many customers who are written and read at once, with a note of every look-up that was answered with something old."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import cycle

from tests.coherence.conftest import Process
from tests.patience import until

SIZE = 48


class Crowd:
    """Customers by number; `old_s` tells of each old answer for how long something newer had been acknowledged."""

    def __init__(self, writer: Process, *readers: Process) -> None:
        self.writer, self.readers = writer, (writer, *readers)
        self.acknowledged: dict[int, tuple[int, float]] = {}
        """Version and time of each customer's last answered write."""
        self.old_s: list[float] = []
        self.errors: list[BaseException] = []
        self.lookups = self.from_cache = self.writes = 0

    async def write_all(self) -> None:
        """One more interaction of every customer, and what a worker does then."""
        for number in range(SIZE):
            await self.write(number)
        await self.writer.relay()

    async def is_cached(self) -> None:
        """Return when everyone is shown from the cache, as it is believed, to every process."""
        for reader in self.readers:
            for number in range(SIZE):
                await until(lambda reader=reader, number=number: self._is_from_cache(reader, number), seconds=30)

    async def write(self, number: int) -> None:
        """One more interaction of a customer."""
        registered = await self.writer.register(email=_address(number))
        self.acknowledged[number] = registered.version, time.monotonic()
        self.writes += 1

    async def read(self, reader: Process, number: int) -> str:
        """Look a customer up; gives where the answer came from."""
        began, (version, at) = time.monotonic(), self.acknowledged[number]
        answer = await reader.lookup(_address(number))
        self.lookups += 1
        self.from_cache += answer.source == "cache"
        if answer.version < version and not answer.stale:
            self.old_s.append(began - at)
        return answer.source

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """All are written and read, and a worker relays, for as long as the context lasts."""
        ended = asyncio.Event()
        loops = [self._again(ended, self.write), self._again(ended, self._relay, pause_s=0.1)]
        loops += [self._again(ended, lambda number, one=one: self.read(one, number)) for one in self.readers]
        tasks = [asyncio.create_task(one) for one in loops]
        try:
            yield
        finally:
            ended.set()
            await asyncio.gather(*tasks)

    async def works_for(self, seconds: float) -> None:
        """Return after so long at work."""
        deadline = time.monotonic() + seconds
        await until(lambda: time.monotonic() > deadline, seconds=seconds + 5)

    async def _again(
        self, ended: asyncio.Event, act: Callable[[int], Awaitable[object]], *, pause_s: float = 0.0
    ) -> None:
        for number in cycle(range(SIZE)):
            if ended.is_set():
                return
            try:
                await act(number)
            except Exception as error:  # noqa: BLE001 (every error counts)
                self.errors.append(error)
            await asyncio.sleep(pause_s)

    async def _relay(self, _number: int) -> None:
        await self.writer.relay()

    async def _is_from_cache(self, reader: Process, number: int) -> bool:
        return await self.read(reader, number) == "cache" and reader.reader.trust.trusts(await self.tag(number))

    async def tag(self, number: int) -> bytes:
        """The hash tag of a customer's keys."""
        registered = await self.writer.lookup(_address(number))
        return str(registered.customer_id).encode()


def _address(number: int) -> str:
    return f"customer{number}@example.de"
