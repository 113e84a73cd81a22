"""Data folders to start from, owners to kill, and a look at what they leave."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import msgspec
import pytest

from service.embedded.owner import Endpoints
from service.embedded.supervisor import start_servers

OWN = Path(__file__).with_name("own.py")


class Owner:
    """Another process that owns the servers of a data folder."""

    def __init__(self, data_dir: Path, *, python: Path = Path(sys.executable), **account: object) -> None:
        command = [python, OWN, data_dir]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **account)
        self.pid = self._process.pid
        self.endpoints = msgspec.json.decode(self._process.stdout.readline(), type=Endpoints)
        self.family = _descendants(self.pid)

    def survivors(self) -> set[int]:
        """Those of its servers' processes that still run; zombies have no command line."""
        return {pid for pid in self.family if any(_texts(f"/proc/{pid}/cmdline"))}

    def users(self) -> set[int]:
        """Whom they run as."""
        found = set()
        for pid in self.family:
            with suppress(FileNotFoundError):  # some end with the start
                found.add(Path(f"/proc/{pid}").stat().st_uid)
        return found

    def die(self, *, of: signal.Signals) -> None:
        os.kill(self.pid, of)
        self._process.wait(10)

    def close(self) -> None:
        self._process.communicate(timeout=30)


def _descendants(pid: int) -> set[int]:
    children = {int(child) for text in _texts(f"/proc/{pid}/task/*/children") for child in text.split()}
    return children.union(*map(_descendants, children))


def _texts(pattern: str) -> Iterator[str]:
    for path in Path("/").glob(pattern[1:]):
        with suppress(OSError):
            yield path.read_text()


@pytest.fixture(scope="session")
def used_before(new_data_dir: Callable[[], Path]) -> Path:
    """A data folder whose servers ran once and were stopped."""
    data_dir = new_data_dir()
    start_servers(data_dir, durable=False).stop()
    return data_dir


@pytest.fixture
def data_dir(used_before: Path, new_data_dir: Callable[[], Path]) -> Iterator[Path]:
    """A copy of it, which starts faster than a new one."""
    copy = new_data_dir()
    subprocess.run(["cp", "-a", used_before, copy], check=True)
    yield copy
    shutil.rmtree(copy, ignore_errors=True)


@pytest.fixture
def own() -> Iterator[Callable[..., Owner]]:
    """A function that has another process start and own the servers of a folder, until the test ends at the latest."""
    owners: list[Owner] = []

    def begin(data_dir: Path, **how: object) -> Owner:
        owners.append(Owner(data_dir, **how))
        return owners[-1]

    yield begin
    for owner in owners:
        owner.close()


@pytest.fixture
def query() -> Callable[[Endpoints, str], Awaitable[object]]:
    """A function that gives the single value a statement returns."""

    async def fetch(endpoints: Endpoints, sql: str) -> object:
        connection = await asyncpg.connect(endpoints.database_url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return fetch
