"""A whole sandbox: the world that is served, the clock that moves, and the way back to the beginning."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from service.errors import Conflict, InvalidInput, Unavailable
from service.model.clock import Clock
from service.sandbox import records
from service.sandbox.model import (
    MAX_ADVANCE_S,
    MAX_STEPS,
    PASSWORD,
    ClockMove,
    ClockMoved,
    SandboxAgent,
    SandboxClock,
    SandboxDescription,
    SandboxPlan,
    SandboxState,
)
from service.sandbox.state import read_state, write_state
from service.sandbox.world import RETRY_S, World
from service.web.http.asgi import App
from service.worker.settling import open_settler

log = structlog.get_logger()

OPENING_S = 30.0
"""How long the servers of the sandbox are waited for."""
LAST_ANSWERS_S = 5.0
"""How long a reset waits for answers under way; then their requests are cut off."""


class Sandbox:
    """One sandbox; its clock moves and it begins anew one at a time, while requests wait or go on."""

    def __init__(self, plan: SandboxPlan) -> None:
        self._settings = plan.settings
        self._begins_at = plan.begins_at
        self._folder = plan.folder
        self._state = read_state(plan.folder) or SandboxState()
        self._changing = asyncio.Lock()
        self._open = asyncio.Event()
        self._inside: set[asyncio.Task[object]] = set()
        self._world: World | None = None
        self.clock = Clock()

    async def start(self) -> None:
        """Serve the records of the folder, which are made if there are none."""
        if self._state.began_at is None:
            began_at = self._begins_at or datetime.now(UTC).replace(microsecond=0)
            self._state = await records.create_beginning(self._settings, began_at)
            await self._begin()
        else:
            await records.upgrade_records(self._settings)
            self.clock.offset = timedelta(seconds=self._state.offset_s)
            await self._open_world()

    async def reset(self) -> SandboxClock:
        """Begin anew: streams end, requests under way are answered, and new ones wait until all is as it was."""
        async with self._changing:
            await self._close_world()
            await self._begin()
            log.info("sandbox_reset")
            return self.show_clock()

    async def stop(self) -> None:
        """End, after what is under way."""
        async with self._changing:
            await self._close_world()

    def show_clock(self) -> SandboxClock:
        """What the clock shows."""
        return SandboxClock(now=self.clock.now(), offset_s=round(self.clock.offset.total_seconds(), 3))

    def describe(self) -> SandboxDescription:
        """What is in it."""
        assert self._state.began_at is not None
        return SandboxDescription(
            agents=[SandboxAgent(name=name, password=PASSWORD) for name in records.AGENTS],
            began_at=self._state.began_at,
            now=self.clock.now(),
            customers=self._state.customers,
        )

    async def move_clock(self, move: ClockMove) -> ClockMoved:
        """Go there, after all that is due on the way has happened. Conflict for a time that is over; InvalidInput."""
        async with self._changing:
            moment = _moment_of(move, self.clock.now())
            steps = await self._work_until(moment)
            shown = self.show_clock()
            return ClockMoved(now=shown.now, offset_s=shown.offset_s, steps=steps, reached=shown.now >= moment)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[App]:
        """The application, for one request, which waits while all begins anew. Unavailable after a failed reset."""
        try:
            async with asyncio.timeout(OPENING_S):
                await self._open.wait()
        except TimeoutError as error:
            raise Unavailable from error
        assert self._world is not None
        task = asyncio.current_task()
        assert task is not None
        self._inside.add(task)
        try:
            yield self._world.app
        finally:
            self._inside.discard(task)

    async def _work_until(self, moment: datetime) -> int:
        if (world := self._world) is None:
            raise Conflict("The last reset failed: POST /v1/sandbox/reset once more.")
        await records.prepare_partitions(world.rooms, moment)
        try:
            await world.stop_worker()
            async with open_settler(world.duties) as settler:
                steps = await settler.move_clock(moment, max_steps=MAX_STEPS)
                if self.clock.now() >= moment:
                    await settler.settle_night()
            await world.forget_cached()
        finally:
            self._keep_state()
            world.start_worker()
        return steps

    async def _begin(self) -> None:
        assert self._state.began_at is not None
        await records.begin_anew(self._settings)
        self.clock.offset = self._state.began_at - datetime.now(UTC)
        await self._open_world()
        self._keep_state()

    async def _open_world(self) -> None:
        """Serve again; on a busy machine PostgreSQL may need a moment until it answers in time."""
        async with asyncio.timeout(OPENING_S):
            while self._world is None:
                try:
                    self._world = await World.open(self._settings, self.clock)
                except Unavailable:
                    await asyncio.sleep(RETRY_S)
            await self._world.forget_cached()
        self._open.set()

    async def _close_world(self) -> None:
        self._open.clear()
        if (world := self._world) is None:
            return
        self._world = None
        await world.end_streams()
        if self._inside:
            _, late = await asyncio.wait(self._inside, timeout=LAST_ANSWERS_S)
            for task in late:
                task.cancel()
        await world.close()

    def _keep_state(self) -> None:
        self._state.offset_s = self.clock.offset.total_seconds()
        write_state(self._folder, self._state)


def _moment_of(move: ClockMove, now: datetime) -> datetime:
    if (move.advance_s is None) is (move.now is None):
        raise InvalidInput("One of advance_s and now says where the clock is to go.", field="advance_s")
    moment = move.now or now + timedelta(seconds=move.advance_s or 0)
    if moment.tzinfo is None:
        raise InvalidInput("An RFC 3339 time with its offset is expected.", field="now")
    if moment <= now:
        raise Conflict(
            f"The clock shows {now.isoformat(timespec='seconds')} and goes forward only, as all time does: "
            "POST /v1/sandbox/reset begins anew."
        )
    if (moment - now).total_seconds() > MAX_ADVANCE_S:
        raise InvalidInput("One move goes ten years at most.", field="now")
    return moment
