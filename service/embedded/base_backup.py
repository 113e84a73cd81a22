"""PostgreSQL's own tools for a copy of a running cluster: one takes it, one compares it with its manifest."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from service.embedded.account import own_account
from service.embedded.binaries import Binaries
from service.embedded.process import command_as_account, hold_stop_signals, server_environment
from service.errors import ConfigurationError

_PROGRESS = re.compile(rb"(\d+)/(\d+) kB")
_LINE_END = re.compile(rb"[\r\n]")
_KB_PER_MB = 1024

Progress = tuple[int, int]
"""How many megabytes are done, and of how many."""


def take_base_backup(database_url: str, target: Path, binaries: Binaries) -> Iterator[Progress]:
    """Copy the cluster of this server to `target`, a new folder, while it is written to; yields progress.

    Whatever was committed before the copy began is in it, and the write-ahead log that makes it whole; its manifest is
    written last. Everything is on disk at the end. ConfigurationError says why there is no copy.
    """
    options = ("--checkpoint=fast", "--wal-method=stream", "--no-password", "--progress")
    command = (binaries.postgres("pg_basebackup"), f"--dbname={database_url}", f"--pgdata={target}", *options)
    yield from _run(command, "The database was not copied")


def verify_base_backup(cluster: Path, binaries: Binaries) -> Iterator[Progress]:
    """Compare every file with the checksum in the manifest, and read the write-ahead log; yields progress.

    ConfigurationError names what is missing or damaged.
    """
    command = (binaries.postgres("pg_verifybackup"), "--exit-on-error", "--progress", str(cluster))
    yield from _run(command, "The backup is damaged")


def server_version(binaries: Binaries) -> str:
    """The version of the PostgreSQL that these binaries are, such as 18.6."""
    command = (binaries.postgres("postgres"), "--version")
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=server_environment()).stdout
    return told.split()[-1]


def _run(command: tuple[str, ...], failure: str) -> Iterator[Progress]:
    """Run a tool that tells its progress; it ends with this process, or when the caller goes on to nothing more."""
    with hold_stop_signals():
        tool = subprocess.Popen(
            command_as_account(own_account(), signal.SIGTERM, command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=server_environment(),
        )
    assert tool.stderr is not None
    said = []
    try:
        rest = b""
        while part := tool.stderr.read1(65_536):  # type: ignore[attr-defined]  # it is buffered
            *lines, rest = _LINE_END.split(rest + part)
            for line in lines:
                if found := _PROGRESS.search(line):
                    yield int(found[1]) // _KB_PER_MB, int(found[2]) // _KB_PER_MB
                elif line.strip():
                    said.append(line.decode(errors="replace").strip())
        if tool.wait():
            raise ConfigurationError(f"{failure}: {_reason([*said, rest.decode(errors='replace').strip()])}")
    finally:
        with suppress(ProcessLookupError):
            tool.terminate()
        tool.wait()
        tool.stderr.close()


def _reason(said: list[str]) -> str:
    """The first error of what a tool said, without its own name."""
    errors = [line.partition("error: ")[2] for line in said if "error: " in line]
    return (errors or [line for line in said if line] or ["it said nothing"])[0]
