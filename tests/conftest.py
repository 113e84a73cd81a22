"""What every test may ask for: one pair of real servers per session, and fresh data folders."""

import gc
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from service.embedded.owner import is_data_folder_owned
from service.embedded.supervisor import EmbeddedServers, start_servers

PREFIX = "askonce-tests-"

# The same examples in every run: a test that fails does so for everyone. What is new is looked for by tests/fuzz.
hypothesis.settings.register_profile("askonce", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("askonce")

BESIDE_OTHERS = (
    *("access", "api", "calendar", "channels", "conditions", "consents", "context", "forms", "handoff", "identity"),
    *("inbound", "insight", "journey", "privacy", "registration", "resolution", "search", "store", "timeline", "web"),
)
"""The rooms whose slow tests run beside each other, unless they start processes."""
STARTS_PROCESSES = {"chromium", "own_database", "serving", "start_servers", "subprocess"}
"""What is among the names of a module, or the fixtures of a test, that does."""

gc.disable()  # until everything is collected: what is made until then stays


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the slow tests that need the machine for themselves: they start processes, or a clock is behind them."""
    if not item.get_closest_marker("slow"):
        return
    room = item.nodeid.removeprefix("tests/").partition("/")[0]
    if room not in BESIDE_OTHERS or STARTS_PROCESSES & {*vars(item.module), *item.fixturenames}:
        item.add_marker("alone")


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make alone, and not among all that is loaded, a tenth of their time."""
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def new_data_dir() -> Iterator[Callable[[], Path]]:
    """A function that names a data folder nobody used before; all of them are gone after the session."""
    base = _base()
    _sweep(base)
    made: list[Path] = []

    def name() -> Path:
        made.append(base / f"{PREFIX}{secrets.token_hex(4)}")
        return made[-1]

    yield name
    for path in made:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(new_data_dir: Callable[[], Path]) -> Iterator[EmbeddedServers]:
    """The session's PostgreSQL and Valkey; ASKONCE_TEST_REDIS_BINARY puts another Redis in Valkey's place."""
    redis_binary = os.environ.get("ASKONCE_TEST_REDIS_BINARY")
    with start_servers(
        new_data_dir(), durable=False, redis_binary=Path(redis_binary) if redis_binary else None
    ) as running:
        yield running


def _base() -> Path:
    """Memory if it has room and runs programs (containers often give 64 MB that run none), else the temporary folder."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize > 1 << 30 and not room.f_flag & os.ST_NOEXEC:
            return memory
    return Path(tempfile.gettempdir())


def _sweep(base: Path) -> None:
    """Remove what killed sessions of ours left behind."""
    for left in base.glob(f"{PREFIX}*"):
        try:
            found = left.stat()
        except FileNotFoundError:  # another session was faster
            continue
        if found.st_uid == os.geteuid() and time.time() - found.st_mtime > 60 and not is_data_folder_owned(left):
            shutil.rmtree(left, ignore_errors=True)
