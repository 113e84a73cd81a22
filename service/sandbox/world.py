"""The service on the records of a sandbox, from a reset to the next one: its web application and its worker."""

import asyncio
from contextlib import AsyncExitStack
from typing import Self

from service.app.rooms import Rooms, open_rooms
from service.app.web import web_application
from service.app.worker import listener_config, worker_dependencies
from service.errors import CacheUnavailable
from service.listeners.run import run_listeners
from service.model.clock import Clock
from service.sandbox.loopback import LoopbackResolver
from service.settings.model import Settings
from service.web.http.asgi import App
from service.worker.run import run_worker

LAST_STEPS_S = 1.0
"""How long what a worker has under way may go on, such as a webhook that does not answer; then it is cut off."""

CACHE_S = 10.0
"""How long Valkey is asked for; on a busy machine it may miss the fifth of a second that a command has."""
RETRY_S = 0.1


class World:
    """A web application and a worker on the same rooms, so that one clock is that of both."""

    def __init__(self, rooms: Rooms, app: App, pages: AsyncExitStack) -> None:
        self.rooms = rooms
        self.app = app
        self.duties = worker_dependencies(rooms)
        self._pages = pages
        self._stop = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._hear_no_more = asyncio.Event()
        self._listening = asyncio.create_task(run_listeners(listener_config(rooms), self._hear_no_more))

    @classmethod
    async def open(cls, settings: Settings, clock: Clock) -> Self:
        """The service, with its worker at work."""
        rooms = await open_rooms(settings, clock, resolve=LoopbackResolver(), sandbox=True)
        pages = AsyncExitStack()
        try:
            world = cls(rooms, await pages.enter_async_context(web_application(rooms)), pages)
        except Exception:
            await rooms.close()
            raise
        world.start_worker()
        return world

    def start_worker(self) -> None:
        """Let the worker work."""
        self._stop = asyncio.Event()
        self._work = asyncio.create_task(run_worker(self.duties, self._stop))

    async def stop_worker(self) -> None:
        """Let the worker end what is under way."""
        self._stop.set()
        if self._work is not None:
            await self._work

    async def end_streams(self) -> None:
        """End the worker, if it takes a moment, and every stream of events; requests are still answered."""
        self._stop.set()
        self._hear_no_more.set()
        working = {task for task in (self._work, self._listening) if task is not None}
        _, late = await asyncio.wait(working, timeout=LAST_STEPS_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)  # what was cut off may fail as it likes
        await self._pages.aclose()

    async def forget_cached(self) -> None:
        """Have nothing in the cache: lifetimes there are those of the system's time. CacheUnavailable."""
        async with asyncio.timeout(CACHE_S):
            while True:
                try:
                    await self.rooms.cache.send("FLUSHALL")
                except CacheUnavailable:
                    await asyncio.sleep(RETRY_S)
                else:
                    return

    async def close(self) -> None:
        """Give the connections back, after the last request."""
        await self.rooms.close()
