"""The real command in real processes."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "service.cli.main"]


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without settings of askonce, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASKONCE_")}
    return kept | {f"ASKONCE_{name.upper()}": str(value) for name, value in settings.items()}


@pytest.fixture
def askonce():
    """A function that runs a command to its end."""

    def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=ROOT,
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def until(condition, seconds: float = 30):
    """What the condition gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


class Service:
    """A running `askonce serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = process.stdout.readline().strip()

    def get(self, path: str, **options) -> httpx.Response:
        return httpx.get(self.url + path, timeout=10, **options)

    def answers(self) -> bool:
        try:
            return self.get("/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """The status it ends with, and what it printed beyond the URL."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@contextmanager
def serving(*arguments: object, terminal: str = "", **settings: str) -> Iterator[Service]:
    """`askonce serve` on a free port, ready, in this terminal if one is named; a thread ends it should it never become so."""
    command = [*COMMAND, "serve", "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(
        ["sh", "-c", 'exec "$@" <>"$0"', terminal, *command] if terminal else command,
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    too_late = threading.Timer(60, process.kill)
    too_late.start()
    try:
        service = Service(process)
        too_late.cancel()
        assert service.url.startswith("http://"), "serve ended before it was ready"
        yield service
    finally:
        too_late.cancel()
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def processes_with(text: str) -> dict[int, str]:
    """The command lines, by process id, of living processes that hold this text in their command line or environment."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if command and text.encode() in command + (folder / "environ").read_bytes():
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


@pytest.fixture
async def own_database(servers) -> dict[str, str]:
    """The settings of an empty database of the session's servers, which risk their data for speed."""
    return await _create_database(servers, "template1")


@pytest.fixture
async def migrated_database(servers, template) -> dict[str, str]:
    """The same of a database that is migrated."""
    return await _create_database(servers, template)


async def _create_database(servers, template: str) -> dict[str, str]:
    name = f"cli_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(servers.endpoints.database_url)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await connection.close()
    return {
        "database_url": servers.endpoints.database_url.replace("/askonce?", f"/{name}?"),
        "redis_url": servers.endpoints.redis_url,
        "durable": "false",
    }
