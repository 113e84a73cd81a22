"""Who looks at a page of the console now, who writes there, and notices of it: kept in Redis for moments alone.

Each open tab says again and again that it is there; what a tab said last is over after `LOOKS_FOR`. A notice tells the
other processes that a page, or an agent, is worth another look; it stands in a stream of Redis, which they read all the
time. Without Redis there is no looker, and no notice.
"""

from datetime import datetime, timedelta
from importlib.resources import files

from msgspec import Struct

from service.cache.cluster import CacheClient
from service.cache.connection import Reply
from service.coherence.trust import CacheTrust
from service.errors import CacheUnavailable

LOOKS_FOR = timedelta(seconds=30)
WRITES_FOR = timedelta(seconds=10)
LIFETIME_MS = 60_000
MAX_NOTICES = 500
"""As many as one look takes; more wait for the next."""
_LOOK = files("service.desks").joinpath("looking.lua").read_text("utf-8")


class OpenTab(Struct, frozen=True, kw_only=True):
    """A tab of an agent that shows a page; `page` is its kind and id, as in `customer:<id>`."""

    page: str
    agent_id: str
    agent: str
    tab: str

    @property
    def member(self) -> str:
        """The tab as Redis keeps it."""
        return f"{self.agent_id}:{self.tab}:{self.agent}"


class Lookers(Struct, frozen=True, kw_only=True):
    """Names of the other agents of a page, in their order: those who write, and those who only look."""

    writing: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()


class PageLookers:
    """What processes tell each other of pages that agents have open."""

    def __init__(self, cache: CacheClient, trust: CacheTrust) -> None:
        self._cache = cache
        self._trust = trust

    async def look(self, tab: OpenTab, *, now: datetime, looks: bool = True, writes: bool = False) -> Lookers:
        """Say what a tab does now; gives who else is on its page. None else without Redis."""
        ends = _ms(now + LOOKS_FOR) if looks else 0, _ms(now + WRITES_FOR) if looks and writes else 0
        try:
            keys = self._key(f"looks:{tab.page}"), self._key(f"writes:{tab.page}"), self._key("notices")
            reply = await self._cache.send("EVAL", _LOOK, 3, *keys, tab.member, _ms(now), *ends, tab.page, LIFETIME_MS)
        except CacheUnavailable:
            return Lookers()
        assert isinstance(reply, list)
        look, write = (_others(members, tab.agent_id) for members in reply)
        return Lookers(
            writing=tuple(sorted(write.values(), key=str.casefold)),
            looking=tuple(sorted((name for one, name in look.items() if one not in write), key=str.casefold)),
        )

    async def announce(self, about: str) -> None:
        """Tell every process that this is worth another look. CacheUnavailable."""
        key = self._key("notices")
        await self._cache.send("XADD", key, "MAXLEN", "~", 1000, "*", "about", about)
        await self._cache.send("PEXPIRE", key, LIFETIME_MS)

    async def notices_after(self, last: bytes) -> tuple[bytes, set[str]]:
        """What was announced after the notice of the id `last`, and the id of the newest. CacheUnavailable."""
        reply = await self._cache.send("XRANGE", self._key("notices"), b"(" + last, "+", "COUNT", MAX_NOTICES)
        assert isinstance(reply, list)
        found = [(notice[0], notice[1]) for notice in reply if isinstance(notice, list)]
        newest = found[-1][0] if found else last
        assert isinstance(newest, bytes)
        return newest, {_text(fields[1]) for _, fields in found if isinstance(fields, list)}

    def _key(self, name: str) -> str:
        if (space := self._trust.space) is None:
            raise CacheUnavailable
        return f"console:{{{space}}}:{name}"


def _others(members: Reply, agent_id: str) -> dict[str, str]:
    """Names of agents by their id, each once, without this agent."""
    assert isinstance(members, list)
    parts = [_text(member).split(":", 2) for member in members]
    return {one: name for one, _, name in parts if one != agent_id}


def _text(reply: Reply) -> str:
    assert isinstance(reply, bytes)
    return reply.decode()


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
