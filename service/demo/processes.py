"""Services as processes of their own on this machine, for the commands that show and measure them."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from service.errors import ConfigurationError

START_TIMEOUT_S = 60.0


def run_command(folder: Path, *arguments: str, **settings: str) -> str:
    """What `askonce ARGUMENTS` prints, run on the servers of this data folder, with these settings."""
    variables = {f"ASKONCE_{name.upper()}": value for name, value in settings.items()}
    completed = subprocess.run(  # noqa: S603
        command_on(folder, *arguments), check=False, stdout=subprocess.PIPE, text=True, env=clean_environment(variables)
    )
    if completed.returncode:
        raise ConfigurationError(f"askonce {' '.join(arguments)} failed.")
    return completed.stdout.strip()


@contextmanager
def running_service(folder: Path, *, workers: int = 1, port: int = 0) -> Iterator[str]:
    """The address of `askonce serve` on this data folder, with the worker it has beside it."""
    chosen = port or free_port()
    command = command_on(folder, "serve", "--no-link", "--port", str(chosen), "--workers", str(workers))
    with running_process(command, {}):
        yield wait_until_ready(f"http://127.0.0.1:{chosen}", "/health/ready")


def command_on(folder: Path, *arguments: str) -> list[str]:
    """The command line of `askonce ARGUMENTS` on this data folder."""
    return [sys.executable, "-m", "service.cli.main", *arguments, "--data-dir", str(folder)]


@contextmanager
def running_process(
    command: list[str], environment: Mapping[str, str], *, folder: Path | None = None
) -> Iterator[None]:
    """This command, running for the length of the block; what it prints on standard output is not shown."""
    running = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=clean_environment(environment), stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def wait_until_ready(url: str, path: str) -> str:
    """The address, once it answers at this path."""
    until = monotonic() + START_TIMEOUT_S
    while monotonic() < until:
        try:
            with urllib.request.urlopen(url + path):  # noqa: S310
                return url
        except OSError:
            sleep(0.1)
    raise ConfigurationError(f"A service did not start within {START_TIMEOUT_S:.0f} s.")


def free_port() -> int:
    """A free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of askonce, so that every run is of the defaults, and with `more`."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ASKONCE_")}
    return others | {"ASKONCE_LOG_LEVEL": "warning"} | dict(extra)
