"""What breaks under load, and what nobody notices of it; on real servers that are really killed."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.access.keys import create_key
from service.embedded.supervisor import join_servers
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.faults.history import Caller, History
from tests.fixtures import NOW
from tests.registration.events import event_json

pytestmark = pytest.mark.slow


class Site:
    """A service with servers of its own, and the means to break it."""

    def __init__(self, service, data_dir: Path, database: asyncpg.Connection, key: str) -> None:
        self.service = service
        self.data_dir = data_dir
        self.database = database
        self.caller = Caller(service.url, key)
        self.redis_url = join_servers(data_dir).redis_url

    def history(self) -> History:
        return History(self.caller)

    def server_workers(self) -> list[int]:
        """The processes that answer requests: those that opened the port."""
        port = int(self.service.url.rpartition(":")[2])
        children = _children(self.service.process.pid)
        return [pid for pid in children if _listens(pid, port)]

    def postgres(self) -> int:
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0])

    async def valkey(self) -> int:
        async with Redis.from_url(self.redis_url) as redis:
            return (await redis.info("server"))["process_id"]


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


async def test_whatever_was_acknowledged_survives_killed_server_processes(new_data_dir):
    async with site(new_data_dir()) as here:
        history = here.history()
        async with under_load(history):
            for _ in range(3):
                await acknowledged(history, 40)
                for pid in here.server_workers():
                    os.kill(pid, signal.SIGKILL)
        await history.resolve()
        await history.judge(here.database)
        assert not history.stale


async def test_fifty_copies_of_one_event_through_two_processes_are_one(new_data_dir):
    async with site(new_data_dir(), "--workers", "2") as here:
        event = event_json(id="the-one")
        answers = await asyncio.gather(*(here.caller.post("/v1/interactions", event) for _ in range(50)))
        assert sorted(status for status, _, _ in answers) == [200] * 49 + [201]
        assert await here.database.fetchval("SELECT count(*) FROM interaction") == 1


async def test_nobody_notices_when_redis_is_killed_hung_flushed_or_full(new_data_dir):
    async with site(new_data_dir()) as here:
        history = here.history()
        async with under_load(history):
            await acknowledged(history, 40)
            os.kill(await here.valkey(), signal.SIGKILL)
            await acknowledged(history, 40)
            hung = await _valkey_again(here)
            os.kill(hung, signal.SIGSTOP)
            try:
                await acknowledged(history, 40)
            finally:
                os.kill(hung, signal.SIGCONT)
            await acknowledged(history, 40)
            async with Redis.from_url(here.redis_url) as redis:
                await redis.flushall()
                await acknowledged(history, 40)
                await redis.config_set("maxmemory-policy", "noeviction")
                await redis.config_set("maxmemory", "1mb")
                await acknowledged(history, 40)
        assert set(history.statuses) == {200, 201}
        assert not history.unknown
        assert not history.stale
        await history.judge(here.database)


async def _valkey_again(here: Site) -> int:
    async with asyncio.timeout(30):
        while True:
            try:
                return await here.valkey()
            except RedisError:
                await asyncio.sleep(0.05)


async def test_while_postgresql_is_away_writers_are_told_to_come_back_and_soon_served_again(new_data_dir):
    data_dir = new_data_dir()
    async with site(data_dir) as here:
        history = here.history()
        async with under_load(history):
            await acknowledged(history, 40)
            for _ in range(3):
                os.kill(here.postgres(), signal.SIGKILL)
                (await reconnect(data_dir)).terminate()
                await acknowledged(history, 40)
        assert set(history.statuses) <= {200, 201, 503}
        assert all(headers["retry-after"] and b"database" in body for headers, body in history.refused)
        await history.resolve()
        judge = await reconnect(data_dir)
        await history.judge(judge)
        judge.terminate()
        assert not history.stale
