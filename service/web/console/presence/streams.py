"""The open streams of the console in one process: each is a sign of life of its agent, and hears what is not kept."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
import structlog
from msgspec import Struct

from service.access.accounts.model import AgentSession
from service.access.accounts.sessions import Sessions
from service.agents.repository import record_heartbeats
from service.db.pool import urgent_work
from service.desks.batching import DeskActions
from service.desks.looking import PageLookers
from service.desks.presence import leave_desk
from service.errors import CacheUnavailable, Unavailable
from service.events.stream import EventStream
from service.handoff.caller import caller_of
from service.model.clock import Clock
from service.web.routes.operations.key_watch import RevokedKeyWatcher

log = structlog.get_logger()

LOOK_INTERVAL_S = 0.4
"""Between two looks at notices: pages learn within a second."""
SIGNS_PER_ABSENCE = 3
"""Signs of life in the time after which an agent without one counts as absent."""
AGENT_CHANGED = "agent.changed"
LOOKING_CHANGED = "looking.changed"


class OpenPages(Struct):
    """An agent by whose session streams are open: pages of one browser."""

    agent: AgentSession
    streams: list[EventStream]


class ConsoleStreams:
    """The agents whose pages are open, kept there by signs of life; a session that ends takes its agent away."""

    def __init__(
        self,
        watcher: RevokedKeyWatcher,
        sessions: Sessions,
        desk_actions: DeskActions,
        lookers: PageLookers,
        *,
        clock: Clock,
        absent_after: timedelta,
    ) -> None:
        self.lookers = lookers
        self.absent_after = absent_after
        self._watcher = watcher
        self._sessions = sessions
        self._desk_actions = desk_actions
        self._clock = clock
        self._open: dict[str, OpenPages] = {}
        self._last_notice = b"0-0"
        self._sign_due_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def add(self, session_id: str, agent: AgentSession, stream: EventStream) -> None:
        """A browser of this agent listens: a sign of life now, and others until the stream ends with the session."""
        self._watcher.add(session_id.encode(), stream)
        self._open.setdefault(session_id, OpenPages(agent, [])).streams.append(stream)
        self._sign_due_at = None
        if self._task is None:
            self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Watch no session, and give no sign of life any more."""
        await self._watcher.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def announce(self, agent: AgentSession) -> None:
        """Tell every page that this agent is available or not any more; without Redis the pages of this process."""
        about = f"agent:{agent.account_id}"
        try:
            await self.lookers.announce(about)
        except CacheUnavailable:
            self._tell({about})

    async def leave_if_over(self, agent: AgentSession) -> None:
        """Declare that the agent is not available any more, if that was the agent's last session."""
        if not await self._sessions.has_session(agent.account_id):
            caller = caller_of(agent.principal, self._clock.now())
            await leave_desk(self._desk_actions, caller, agent.name, absent_after=self.absent_after)
            await self.announce(agent)

    async def _keep(self) -> None:
        while self._open:
            try:
                await self._tell_notices()
                await self._remove_ended()
                await self._give_signs_of_life()
            except Unavailable:
                pass  # agents are absent only after a while without a sign of life
            except Exception as error:  # a task that ended would make agents absent who are there
                log.exception("console_streams_failed", exc_info=error)
            await asyncio.sleep(LOOK_INTERVAL_S)
        self._task = None

    async def _tell_notices(self) -> None:
        with suppress(CacheUnavailable):
            self._last_notice, about = await self.lookers.notices_after(self._last_notice)
            self._tell(about)

    def _tell(self, about: Collection[str]) -> None:
        agents = sorted(one for one in about if one.startswith("agent:"))
        pages = sorted(set(about).difference(agents))
        frame = b"".join(
            _frame(kind, told) for kind, told in ((AGENT_CHANGED, agents), (LOOKING_CHANGED, pages)) if told
        )
        if frame:
            for one in self._open.values():
                for stream in one.streams:
                    stream.notify(frame)

    async def _remove_ended(self) -> None:
        for session_id, one in tuple(self._open.items()):
            one.streams = [stream for stream in one.streams if not stream.closed]
            if not one.streams:
                del self._open[session_id]
                await self.leave_if_over(one.agent)

    async def _give_signs_of_life(self) -> None:
        now = self._clock.now()
        if self._open and (self._sign_due_at is None or now >= self._sign_due_at):
            names = sorted({one.agent.name for one in self._open.values()})
            with urgent_work():
                async with self._desk_actions.database.connection() as connection:
                    await record_heartbeats(connection, names, now=now, absent_after=self.absent_after)
            self._sign_due_at = now + self.absent_after / SIGNS_PER_ABSENCE


def _frame(kind: str, about: Collection[str]) -> bytes:
    """An event without an id: it is not resumed."""
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode({"about": about}))
