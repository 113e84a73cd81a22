"""Removes the folder of a sandbox once that is gone. It is a script, and may import the standard library only.

    python leftovers.py FOLDER

The end of its standard input, which the sandbox holds open, is the end of the sandbox.
"""

import signal
import sys
import time
from pathlib import Path
from shutil import rmtree

GIVEN_UP_S = 30.0
"""The servers of a sandbox that was killed end within two seconds, and may write until then."""
POLL_S = 0.1


def remove_afterwards(folder: Path) -> None:
    """Wait for the end of the sandbox, then remove its folder until nothing writes there any more."""
    sys.stdin.buffer.read()
    deadline = time.monotonic() + GIVEN_UP_S
    while folder.exists() and time.monotonic() < deadline:
        if not _is_running(folder / "postgres" / "postmaster.pid"):
            rmtree(folder, ignore_errors=True)
        time.sleep(POLL_S)


def _is_running(pid_file: Path) -> bool:
    """Whether the server that wrote this file is alive; the kernel ends it with the sandbox."""
    try:
        return Path("/proc", pid_file.read_text().split("\n", 1)[0], "stat").exists()
    except OSError:
        return False


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the sandbox ends on these, and then this does
    remove_afterwards(Path(sys.argv[1]))
