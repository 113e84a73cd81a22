"""One owner per data folder: the lock says whether servers run, the endpoints file says where."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from service.embedded.process import wait_until
from service.errors import ConfigurationError

# A reader's check takes the lock for a moment, and the lock of a killed owner ends with its last thread.
LOCK_TIMEOUT_S = 0.5


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where the running servers are: the two addresses a client needs, both unix sockets."""

    database_url: str
    redis_url: str


@contextmanager
def own_data_folder(root: Path) -> Iterator[None]:
    """Ownership of the servers of `root`, from the start of the block to its end; ConfigurationError if it is taken."""
    with _open_lock_file(root, os.O_RDWR | os.O_CREAT) as lock:
        # flock is shared with forked children; closing their copy at once makes it die with this process alone.
        os.register_at_fork(after_in_child=lock.close)
        if not wait_until(lambda: _try_lock(lock, fcntl.LOCK_EX), timeout_s=LOCK_TIMEOUT_S):
            holder = lock.read().strip() or "unknown"
            raise ConfigurationError(
                f"Process {holder} already runs the servers of {root}. Stop it, or choose another --data-dir."
            )
        remove_endpoints(root)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_data_folder_owned(root: Path) -> bool:
    """Whether a living process owns the servers of `root`."""
    try:
        with _open_lock_file(root, os.O_RDONLY) as lock:
            return not _try_lock(lock, fcntl.LOCK_SH)
    except (FileNotFoundError, NotADirectoryError):
        return False


def served_folders() -> list[Path]:
    """The data folders on which servers run on this machine, sorted; none where the system does not tell (proc(5))."""
    found = set()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = command.read_bytes().split(b"\0")
            if b"-D" in words[:-1]:
                root = Path(os.fsdecode(words[words.index(b"-D") + 1])).parent
                if _endpoints_file(root).exists():
                    found.add(root)
    return sorted(found)


def publish_endpoints(root: Path, endpoints: Endpoints) -> None:
    """Tell other processes where the servers of `root` are; they see all of it or nothing."""
    draft = _endpoints_file(root).with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(endpoints))
    draft.replace(_endpoints_file(root))


def read_endpoints(root: Path) -> Endpoints | None:
    """What the owner of `root` published, None while it starts or stops."""
    try:
        return msgspec.json.decode(_endpoints_file(root).read_bytes(), type=Endpoints)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise _of_another_user(_endpoints_file(root)) from error


def remove_endpoints(root: Path) -> None:
    """Take back what was published."""
    _endpoints_file(root).unlink(missing_ok=True)


def _endpoints_file(root: Path) -> Path:
    return root / "endpoints.json"


def _open_lock_file(root: Path, flags: int) -> IO[str]:
    path = root / "owner.lock"
    try:
        return os.fdopen(os.open(path, flags | os.O_CLOEXEC, 0o600), "r+" if flags & os.O_RDWR else "r")
    except PermissionError as error:
        raise _of_another_user(path) from error


def _of_another_user(path: Path) -> ConfigurationError:
    return ConfigurationError(f"{path} belongs to another user; run this as the user who runs the servers.")


def _try_lock(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
