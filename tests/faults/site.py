"""A service with servers of its own, the means to break it, and load while it breaks."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.access.keys import create_key
from service.embedded.supervisor import join_servers
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.faults.history import Caller, History
from tests.fixtures import NOW


class Site:
    """A service with servers of its own, and the means to break it."""

    def __init__(self, service, data_dir: Path, database: asyncpg.Connection, key: str) -> None:
        self.service = service
        self.data_dir = data_dir
        self.database = database
        self.caller = Caller(service.url, key)
        self.redis_url = join_servers(data_dir).redis_url

    def begin_again(self, service) -> None:
        """Go on with another service on the same data."""
        self.service = service
        self.caller.url = service.url
        self.redis_url = join_servers(self.data_dir).redis_url

    def history(self) -> History:
        return History(self.caller)

    def server_workers(self) -> list[int]:
        """The processes that answer requests: those that opened the port."""
        port = int(self.service.url.rpartition(":")[2])
        children = _children(self.service.process.pid)
        return [pid for pid in children if _listens(pid, port)]

    def background_workers(self) -> list[int]:
        """The processes that run timers and tell of changes: those of our program that answer no requests."""
        answering = self.server_workers()
        return [pid for pid in _children(self.service.process.pid) if _is_spawned(pid) and pid not in answering]

    def postgres(self) -> int:
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0])

    async def valkey(self) -> int:
        async with Redis.from_url(self.redis_url) as redis:
            return (await redis.info("server"))["process_id"]

    async def valkey_again(self) -> int:
        """The same, once it is back."""
        async with asyncio.timeout(30):
            while True:
                try:
                    return await self.valkey()
                except RedisError:
                    await asyncio.sleep(0.05)


@dataclass
class Killer:
    """Ends one kind of process after the other without a warning, and counts."""

    site: Site
    stack: ExitStack
    kills: Counter = field(default_factory=Counter)

    async def kill_next(self) -> None:
        """One kill of the kind whose turn it is; what starts by itself is not waited for."""
        kinds = {
            "HTTP worker": self._http_worker,
            "background worker": self._background_worker,
            "Redis": self._redis,
            "PostgreSQL": self._postgres,
            "all of the service": self._everything,
        }
        kind = list(kinds)[self.kills.total() % len(kinds)]
        await kinds[kind]()
        self.kills[kind] += 1

    async def _http_worker(self) -> None:
        await _kill_one(self.site.server_workers)

    async def _background_worker(self) -> None:
        await _kill_one(self.site.background_workers)

    async def _redis(self) -> None:
        os.kill(await self.site.valkey_again(), signal.SIGKILL)

    async def _postgres(self) -> None:
        os.kill(self.site.postgres(), signal.SIGKILL)

    async def _everything(self) -> None:
        """The launcher dies and all die with it; another one starts on the same data."""
        self.site.service.process.kill()
        started = serving("--data-dir", str(self.site.data_dir))
        self.site.begin_again(await asyncio.to_thread(self.stack.enter_context, started))


async def _kill_one(living) -> None:
    """Kill the first of what lives, as soon as any of its kind does."""
    async with asyncio.timeout(30):
        while not (found := living()):
            await asyncio.sleep(0.05)
    os.kill(found[0], signal.SIGKILL)


def _is_spawned(pid: int) -> bool:
    """Whether this process was started to do a part of the service's work."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _listens(pid: int, port: int) -> bool:
    """Whether this process holds a socket that listens on the port."""
    inodes = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }
    links = (str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink())
    try:
        return any(link == f"socket:[{inode}]" for link in links for inode in inodes)
    except OSError:
        return False


@asynccontextmanager
async def site(data_dir: Path, *arguments: str):
    with serving("--data-dir", str(data_dir), *arguments) as service:
        connection = await asyncpg.connect(join_servers(data_dir).database_url)
        key = await create_key(connection, role=Role.ADMIN, name="faults", now=NOW)
        try:
            yield Site(service, data_dir, connection, key)
        finally:
            connection.terminate()


async def acknowledged(history: History, more: int) -> None:
    """Return when so many more writes were acknowledged."""
    wanted = len(history.acknowledged) + more
    async with asyncio.timeout(60):
        while len(history.acknowledged) < wanted:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def under_load(history: History):
    """Callers write and read for the length of the block."""
    stop = asyncio.Event()
    load = asyncio.create_task(history.load(stop))
    try:
        yield
    finally:
        stop.set()
        await load


async def reconnect(data_dir: Path) -> asyncpg.Connection:
    async with asyncio.timeout(30):
        while True:
            try:
                return await asyncpg.connect(join_servers(data_dir).database_url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
