"""A sandbox as a program starts it: the command, and what it prints."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from service.access.keys import sandbox_key
from service.model.vocabulary import Role
from tests.cli.conftest import COMMAND, ROOT, environment

BEGAN_AT = datetime.fromisoformat("2026-03-02T16:50:00+00:00")
"""A Monday, shortly before desks close."""


class RunningSandbox:
    """A sandbox over HTTP, as a caller of any role."""

    def __init__(self, ready: dict) -> None:
        self.ready = ready
        self.url = ready["url"]
        self.customers = {one["key"]: one for one in ready["customers"]}

    def __call__(self, role: str, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        given = {"authorization": f"Bearer {sandbox_key(Role(role))}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.request(method, self.url + path, json=body, headers=given, timeout=60)

    def move(self, **to: object) -> dict:
        """What a move of the clock answers."""
        return self("admin", "POST", "/v1/sandbox/clock", to).raise_for_status().json()

    def reset(self) -> None:
        self("admin", "POST", "/v1/sandbox/reset").raise_for_status()

    def now(self) -> datetime:
        return datetime.fromisoformat(self("admin", "GET", "/v1/sandbox/clock").json()["now"])

    def look_up(self, key: str) -> dict:
        """The context of a customer of the script, as agents see it."""
        identity = self.customers[key]["identities"][0]
        return self("console", "POST", "/v1/context/lookup", {"identity": identity}).json()


def start(*arguments: object, temporary: Path) -> subprocess.Popen[str]:
    """The command, with its temporary files in this folder."""
    return subprocess.Popen(
        [*COMMAND, "sandbox", *map(str, arguments)],
        cwd=ROOT,
        env=environment(interaction_days=365) | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@contextmanager
def running(*arguments: object, temporary: Path) -> Iterator[RunningSandbox]:
    process = start(*arguments, temporary=temporary)
    try:
        yield RunningSandbox(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate(timeout=60)
        assert list(temporary.iterdir()) == []


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files that the servers' account may enter."""
    with open_folder() as folder:
        yield folder


@contextmanager
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sandbox-tests-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSandbox]:
    with open_folder() as folder, running("--now", BEGAN_AT.isoformat(), temporary=folder) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(started) -> RunningSandbox:
    """The sandbox as it is at its beginning."""
    if started.now() - BEGAN_AT > timedelta(seconds=5):
        started.reset()
    return started
