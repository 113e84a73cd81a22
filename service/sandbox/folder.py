"""The folder of a sandbox: a fresh one that goes with it, however it ends, or one that is kept."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from service.errors import ConfigurationError
from service.sandbox import leftovers
from service.sandbox.model import SandboxState
from service.sandbox.state import read_state, write_state

_PREFIX = "askonce-sandbox-"


@contextmanager
def claim_folder(given: Path | None) -> Iterator[Path]:
    """The folder for a sandbox: the given one, or a temporary one that is gone after the block.

    ConfigurationError if the given one holds something else than a sandbox.
    """
    if given is None:
        with _temporary_folder() as folder:
            yield folder
        return
    folder = given.expanduser().resolve()
    if folder.exists() and any(folder.iterdir()) and read_state(folder) is None:
        raise ConfigurationError(f"{folder} holds something else than a sandbox: choose an empty or new --data-dir.")
    folder.mkdir(parents=True, exist_ok=True)
    was_empty = not any(folder.iterdir())
    try:
        yield folder
    finally:
        if was_empty and read_state(folder) is None:  # it never came to be one: the next start finds it empty again
            _empty(folder)


def check_beginning(folder: Path, begins_at: datetime | None) -> None:
    """ConfigurationError if the sandbox of this folder began at another time than the one asked for."""
    state = read_state(folder)
    if begins_at is not None and state is not None and state.began_at not in {None, begins_at}:
        raise ConfigurationError(
            f"The sandbox in {folder} began at {state.began_at:%Y-%m-%dT%H:%M:%S%z}: leave --now away, move its clock "
            "(POST /v1/sandbox/clock), or choose another --data-dir."
        )


def mark_folder(folder: Path) -> None:
    """Have this folder be known as that of a sandbox from now on, in which servers run already."""
    if read_state(folder) is None:
        write_state(folder, SandboxState())


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A fresh folder. A process beside us removes it as soon as we are gone, even by SIGKILL."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    remover = subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-I", "-S", leftovers.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # what ends all processes of a terminal or a job leaves this one time
        cwd="/",
        env={"PATH": os.defpath},
    )
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
        assert remover.stdin is not None
        remover.stdin.close()
        remover.wait()
