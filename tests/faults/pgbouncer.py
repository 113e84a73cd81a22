"""PgBouncer of the machine between the service and the embedded PostgreSQL; a test without it is skipped."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

import pytest

_PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class PgBouncer:
    """A pooler on a free port of the loopback; `url` leads through it to the database of the URL it is made for."""

    def __init__(self, url: str, *, pool_mode: str = "transaction", ignored: str = "", pool_size: int = 4) -> None:
        if _PROGRAM is None:
            pytest.skip("pgbouncer is not installed (Debian: apt-get install pgbouncer)")
        parts = urlsplit(url)
        server = parse_qs(parts.query)
        sockets = Path(server["host"][0])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._folder = Path(tempfile.mkdtemp(prefix="askonce-pgbouncer-"))
        configuration = self._folder / "pgbouncer.ini"
        configuration.write_text(
            f"[databases]\n* = host={sockets} port={server['port'][0]} user={parts.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self._port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = {pool_mode}\ndefault_pool_size = {pool_size}\nignore_startup_parameters = {ignored}\n"
        )
        owner = sockets.stat()  # PgBouncer refuses to run as root, and the server's socket is for its account alone
        for path in (self._folder, configuration):
            os.chown(path, owner.st_uid, owner.st_gid)
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self._process = subprocess.Popen(
            [_PROGRAM, str(configuration)], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_owner
        )
        self.url = f"postgresql://{parts.username}@127.0.0.1:{self._port}{parts.path}"

    def __enter__(self) -> Self:
        deadline = time.monotonic() + 10
        while not self._listens():
            assert time.monotonic() < deadline, "PgBouncer did not start"
            assert self._process.poll() is None, "PgBouncer ended at its start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self._port)) == 0
