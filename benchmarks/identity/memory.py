"""How long a command takes, and how much memory its processes have together; on Linux, as /proc tells it."""

import subprocess
import sys
import threading
from pathlib import Path
from time import perf_counter

from service.demo.processes import clean_environment
from service.errors import ConfigurationError

_EVERY_S = 0.2
_KB = 1024
PROCESSES = Path("/proc")


def run_and_watch(*arguments: str) -> tuple[float, float]:
    """Run `askonce ARGUMENTS`: seconds, and the most megabytes that it and its children had at one time."""
    began = perf_counter()
    command = [sys.executable, "-m", "service.cli.main", *arguments]
    running = subprocess.Popen(command, stdout=sys.stderr, env=clean_environment({}))  # noqa: S603
    ended, peak_mb = threading.Event(), [0.0]

    def watch() -> None:
        while not ended.wait(_EVERY_S):
            peak_mb.append(max(peak_mb[-1], sum(map(_megabytes, _family(running.pid)))))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    failed = running.wait()
    ended.set()
    watching.join()
    if failed:
        raise ConfigurationError(f"askonce {' '.join(arguments)} failed.")
    return perf_counter() - began, max(peak_mb)


def _family(pid: int) -> list[int]:
    """The process and its children, and theirs."""
    try:
        children = [
            int(one)
            for task in (PROCESSES / f"{pid}/task").iterdir()
            for one in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(child))]


def _megabytes(pid: int) -> float:
    """Its proportional share of memory: what processes share counts once."""
    try:
        lines = (PROCESSES / f"{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / _KB for line in lines if line.startswith("Pss:")), 0.0)
