"""A primary that dies for good under writes: its synchronous standby has all that was acknowledged."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from contextlib import suppress

import asyncpg
import httpx
import msgspec
import pytest

from service.access.keys import create_key
from service.embedded.owner import Endpoints
from service.model.vocabulary import Role
from tests.cli.conftest import ROOT, processes_with, serving
from tests.faults.standby import Standby
from tests.fixtures import NOW
from tests.patience import until
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

WRITERS = 8


class Primary:
    """Servers of another process, which die at once and do not come back."""

    def __init__(self, data_dir) -> None:
        self._data_dir = data_dir
        own = [sys.executable, str(ROOT / "tests" / "embedded" / "own.py"), str(data_dir)]
        self._owner = subprocess.Popen(own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.url = msgspec.json.decode(self._owner.stdout.readline(), type=Endpoints).database_url

    def die(self) -> None:
        """As in a power cut: the owner may neither end PostgreSQL politely nor start it again."""
        self._owner.send_signal(signal.SIGSTOP)
        for pid in processes_with(f"{self._data_dir}/postgres"):
            if pid != self._owner.pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        self._owner.kill()
        self._owner.communicate()


@pytest.fixture
def primary(new_data_dir):
    running = Primary(new_data_dir())
    yield running
    running.close()


class Writer:
    """Writes again and again; what was acknowledged is kept."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.acknowledged: list[dict] = []

    async def write_on(self) -> None:
        while True:
            event = event_json(source_event_id=uuid.uuid4().hex)
            answer = await self._http.post("/v1/interactions", json=event, timeout=20)
            if answer.status_code == 201:
                self.acknowledged.append(event)

    async def repeat(self, event: dict) -> bool:
        """Whether the event has been on record."""
        answer = await self._http.post("/v1/interactions", json=event, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()["duplicate"]


async def make_synchronous(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    await connection.execute("SELECT pg_reload_conf()")

    async def is_synchronous() -> bool:
        return await connection.fetchval("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1

    await until(is_synchronous)
    await connection.close()


async def key_of(url: str) -> str:
    connection = await asyncpg.connect(url)
    key = await create_key(connection, role=Role.ADMIN, name="faults", now=NOW)
    await connection.close()
    return key


@pytest.mark.promise("D1")
async def test_when_a_primary_dies_its_synchronous_standby_has_all_that_was_acknowledged(
    primary, servers, new_data_dir, measured
):
    """D1: kill -9 of the primary under writes, then the standby is promoted."""
    async with Standby(primary.url, new_data_dir()) as standby:
        await make_synchronous(primary.url)
        options = {"database_url": standby.both_urls, "redis_url": servers.endpoints.redis_url, "durable": "false"}
        with serving(**options) as here:
            headers = {"authorization": f"Bearer {await key_of(primary.url)}"}
            async with httpx.AsyncClient(base_url=here.url, headers=headers) as http:
                writer = Writer(http)
                writers = [asyncio.create_task(writer.write_on()) for _ in range(WRITERS)]
                await until(lambda: len(writer.acknowledged) > 200, seconds=30)
                primary.die()
                before = len(writer.acknowledged)
                await standby.take_over()
                await until(lambda: len(writer.acknowledged) > before + 200, seconds=30)
                for one in writers:
                    one.cancel()
                await asyncio.gather(*writers, return_exceptions=True)
                known = [await writer.repeat(event) for event in writer.acknowledged]
    measured("D1", "acknowledged before a primary died", before)
    assert known.count(False) == 0
