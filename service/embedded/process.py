"""Server processes: started under their account, recognised when left behind, ended politely first."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from service.embedded import parent_death as orphan
from service.embedded.account import SystemAccount

# How long an ending may take before the next, harder signal.
STOP_TIMEOUT_S = 15.0
MAX_LOG_BYTES = 10_000_000
POLL_S = 0.005


class ServerProgram(msgspec.Struct, frozen=True, kw_only=True):
    """How one server is run, known to be ready, and ended."""

    command: tuple[str, ...]
    account: SystemAccount
    log: Path
    pid_file: Path  # its first line is the process id while the server runs
    unique_argument: str  # an argument of `command` that no other process on the machine has
    stop_signals: tuple[signal.Signals, ...]  # the gentlest first; the kernel sends that one when the owner dies
    is_ready: Callable[[int], bool]
    remove_leftovers: Callable[[], None]  # removes what a dead predecessor left in the way
    transient_failure: str | None = None  # what the log says when a start failed that will succeed a little later

    @property
    def name(self) -> str:
        """What people know the server by."""
        return Path(self.command[0]).name


def wait_until(condition: Callable[[], bool], *, timeout_s: float) -> bool:
    """Whether the condition came true within that time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def command_as_account(account: SystemAccount, death_signal: signal.Signals, command: tuple[str, ...]) -> list[str]:
    """The command line that runs `command` as `account`, to get `last_signal` when this very thread ends."""
    script = [sys.executable, "-I", "-S", orphan.__file__]
    return [*script, str(os.getpid()), str(int(death_signal)), str(account.uid), str(account.gid), *command]


def server_environment() -> dict[str, str]:
    """What servers inherit of ours: neither secrets nor PG* variables, which would bend them."""
    inherited = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, "LC_ALL": "C", **inherited}


@contextmanager
def hold_stop_signals() -> Iterator[None]:
    """Deliver a signal that ends this process after the block: a handler that raises cannot lose a child that started.

    Only the main thread runs handlers, so only its blocks matter. Commands of command_as_account() start without the
    mask.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def spawn_server(program: ServerProgram) -> subprocess.Popen[bytes]:
    """The started server; it is not ready yet. Its own session keeps a terminal's Ctrl-C to the owner."""
    with os.fdopen(os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
        return subprocess.Popen(
            command_as_account(program.account, program.stop_signals[0], program.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=server_environment(),
            start_new_session=True,
        )


def rotate_log(log: Path) -> int:
    """The size of the log, which is begun anew (and its predecessor replaced) when it has grown too long."""
    size_bytes = log.stat().st_size if log.exists() else 0
    if size_bytes < MAX_LOG_BYTES:
        return size_bytes
    log.replace(log.with_suffix(".log.1"))
    return 0


def last_log_lines(log: Path, *, since_bytes: int) -> str:
    """Why a server ended, in its own words: what it wrote after `since_bytes`, from the first fatal line on."""
    with log.open("rb") as written:
        written.seek(since_bytes)
        said = [line.strip() for line in written.read().decode(errors="replace").splitlines() if line.strip()]
    fatal = next((number for number, line in enumerate(said) if "FATAL" in line), max(len(said) - 5, 0))
    return " / ".join(said[fatal : fatal + 5]) or "it said nothing"


def stop_process(pid: int, stop_signals: tuple[signal.Signals, ...], is_gone: Callable[[], bool]) -> None:
    """End a process with the first of the signals it obeys."""
    for stop_signal in stop_signals:
        with suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        if wait_until(is_gone, timeout_s=STOP_TIMEOUT_S):
            return


def stop_leftover_server(program: ServerProgram) -> None:
    """End a server that its owner left behind; a process that merely got its number is left alone."""
    pid = _read_pid(program.pid_file)
    if pid is not None and _is_running(pid, program.unique_argument):
        stop_process(pid, program.stop_signals, lambda: not _is_running(pid, program.unique_argument))
    program.remove_leftovers()


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_running(pid: int, unique_argument: str) -> bool:
    """Whether that process lives (a zombie has no arguments) and was started with that argument."""
    try:
        return os.fsencode(unique_argument) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if sys.platform == "linux":
            return False
    listing = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return unique_argument in listing.stdout
