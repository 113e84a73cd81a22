"""A running service, and a shell that types what the pages tell their readers to type."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from tests.house.place import ROOT, text

URL = "http://127.0.0.1:8080"
"""Where the pages say that the service is."""
STATUS = "answered with "
"""What stands before the status of each answer, among the errors."""
PRELUDE = f"""
askonce() {{ PYTHONPATH="{ROOT}" "{sys.executable}" -m service.cli.main "$@"; }}
python3() {{ PYTHONPATH="{ROOT}/clients/python" "{sys.executable}" "$@"; }}
curl() {{ command curl --write-out '%{{stderr}}{STATUS}%{{http_code}}\n' "$@"; }}
"""
LASTING = {
    "curl -sSN": ": open",
    "/askonce serve": "http://",
    "/askonce worker": "worker_started",
}
"""Commands that go on until they are ended, with what they print first; the pages leave them running."""
PATIENCE_S = 30.0


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


class Service(NamedTuple):
    """A service that runs: the environment in which commands join it, and its address."""

    environment: dict[str, str]
    url: str


def blocks(page: str, heading: str | None = None) -> list[Block]:
    """The fenced blocks of a page, or of one of its sections, in their order."""
    return [block for title, inside in sections(page) if heading in {None, title} for block in inside]


def sections(page: str) -> list[tuple[str, list[Block]]]:
    """The sections of a page in their order, each with its heading and its fenced blocks; the first one has no heading."""
    parts = re.split(r"^## (.*)$", f"## \n{text(page)}", flags=re.MULTILINE)[1:]
    return [
        (
            title.strip(),
            [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)],
        )
        for title, part in zip(parts[::2], parts[1::2], strict=True)
    ]


def free_port() -> int:
    """A port of the loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def running_service(data_dir: Path) -> Iterator[Service]:
    """A service on a free port, on servers of its own in this folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASKONCE_")}
    environment |= {"ASKONCE_DATA_DIR": str(data_dir), "ASKONCE_DURABLE": "false", "NO_PROXY": "127.0.0.1"}
    serve = [sys.executable, "-m", "service.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(
        serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=ROOT
    ) as process:
        try:
            yield Service(environment, process.stdout.readline().strip())
        finally:
            process.terminate()


class Shell:
    """One shell, in a folder of its own; it ends at the first command that fails."""

    def __init__(self, environment: Mapping[str, str], folder: Path, replaced: Mapping[str, str]) -> None:
        self.folder = folder
        self._replaced = replaced
        self._running = 0
        self._read = 0
        self._errors = (folder / "errors").open("wb")
        self._process = subprocess.Popen(
            ["sh", "-eu"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=dict(environment),
            cwd=folder,
            process_group=0,
        )
        self.type(PRELUDE)

    def __enter__(self) -> Self:
        """This shell."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and what it left running."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with self._process:
            self._errors.close()

    def here(self, told: str) -> str:
        """What a page says, with the addresses and folders of this place."""
        for there, here in self._replaced.items():
            told = told.replace(there, here)
        return told

    def type(self, commands: str) -> str:
        """What these commands print."""
        self._process.stdin.write(f"{{\n{self.here(commands)}\n}} </dev/null\nprintf '\\0'\n".encode())
        self._process.stdin.flush()
        printed = bytearray()
        while (byte := self._process.stdout.read(1)) != b"\0":
            assert byte, self._said()
            printed += byte
        return printed.decode()

    def leave_running(self, command: str, first: str) -> Path:
        """The file that fills with what a lasting command prints; its first words are there when this returns."""
        file = self.folder / f"printed-{self._running}"
        self._running += 1
        self.type(f"(\nexec {command.strip()}\n) >{file} 2>&1 &")
        self.wait_for(file, first)
        return file

    def refused(self) -> list[str]:
        """The statuses from 400 on that requests were answered with since this was asked last."""
        said = self._said()
        new, self._read = said[self._read :], len(said)
        return re.findall(rf"^{STATUS}([45]\d\d)$", new, re.MULTILINE)

    @staticmethod
    def wait_for(file: Path, words: str) -> str:
        """The content of a file as soon as these words are in it."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in (content := file.read_text("utf-8") if file.exists() else ""):
            assert time.monotonic() < deadline, f"{words!r} never came; there is {content!r}"
            time.sleep(0.02)
        return content

    def _said(self) -> str:
        """What the commands printed as errors."""
        return (self.folder / "errors").read_text("utf-8")
