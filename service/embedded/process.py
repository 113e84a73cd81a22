"""Server processes: started under their account, recognised when left behind, ended politely first."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from service.embedded import orphan
from service.embedded.account import SystemAccount

# How long an ending may take before the next, harder signal.
ENDING_PATIENCE_S = 15.0
LOG_LIMIT_BYTES = 10_000_000
POLL_S = 0.005


class ServerProgram(msgspec.Struct, frozen=True, kw_only=True):
    """How one server is run, known to be ready, and ended."""

    command: tuple[str, ...]
    account: SystemAccount
    log: Path
    pid_file: Path  # its first line is the process id while the server runs
    own_argument: str  # an argument of `command` that no other process on the machine has
    endings: tuple[signal.Signals, ...]  # politest first; the kernel sends that one when the owner dies
    is_ready: Callable[[int], bool]
    clear: Callable[[], None]  # removes what a dead predecessor left in the way
    passing_failure: str | None = None  # what the log says when a start failed that will succeed a little later

    @property
    def name(self) -> str:
        """What people know the server by."""
        return Path(self.command[0]).name


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the condition came true within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def under(account: SystemAccount, last_signal: signal.Signals, command: tuple[str, ...]) -> list[str]:
    """The command line that runs `command` as `account`, to get `last_signal` when this very thread ends."""
    script = [sys.executable, "-I", "-S", orphan.__file__]
    return [*script, str(os.getpid()), str(int(last_signal)), str(account.uid), str(account.gid), *command]


def environment() -> dict[str, str]:
    """What servers inherit of ours: neither secrets nor PG* variables, which would bend them."""
    inherited = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, "LC_ALL": "C", **inherited}


def spawn(program: ServerProgram) -> subprocess.Popen[bytes]:
    """The started server; it is not ready yet. Its own session keeps a terminal's Ctrl-C to the owner."""
    with os.fdopen(os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
        return subprocess.Popen(
            under(program.account, program.endings[0], program.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,
        )


def rotate(log: Path) -> int:
    """The size of the log, which is begun anew (and its predecessor replaced) when it has grown too long."""
    size_bytes = log.stat().st_size if log.exists() else 0
    if size_bytes < LOG_LIMIT_BYTES:
        return size_bytes
    log.replace(log.with_suffix(".log.1"))
    return 0


def last_words(log: Path, *, since_bytes: int) -> str:
    """Why a server ended, in its own words: what it wrote after `since_bytes`, from the first fatal line on."""
    with log.open("rb") as written:
        written.seek(since_bytes)
        said = [line.strip() for line in written.read().decode(errors="replace").splitlines() if line.strip()]
    fatal = next((number for number, line in enumerate(said) if "FATAL" in line), max(len(said) - 5, 0))
    return " / ".join(said[fatal : fatal + 5]) or "it said nothing"


def end(pid: int, endings: tuple[signal.Signals, ...], is_gone: Callable[[], bool]) -> None:
    """End a process with the first of the signals it obeys."""
    for ending in endings:
        with suppress(ProcessLookupError):
            os.kill(pid, ending)
        if wait_until(is_gone, seconds=ENDING_PATIENCE_S):
            return


def end_predecessor(program: ServerProgram) -> None:
    """End a server that its owner left behind; a process that merely got its number is left alone."""
    pid = _pid(program.pid_file)
    if pid is not None and _runs(pid, program.own_argument):
        end(pid, program.endings, lambda: not _runs(pid, program.own_argument))
    program.clear()


def _pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _runs(pid: int, own_argument: str) -> bool:
    """Whether that process lives (a zombie has no arguments) and was started with that argument."""
    try:
        return os.fsencode(own_argument) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if sys.platform == "linux":
            return False
    listing = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return own_argument in listing.stdout
