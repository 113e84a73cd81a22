"""A PostgreSQL of a test's own that speaks TLS: Debian's, since the packaged one cannot."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from service.embedded.account import server_account

DEBIANS = Path("/usr/lib/postgresql")


def debians_binaries() -> Path | None:
    """The folder of the newest PostgreSQL of Debian's; None if there is none."""
    found = sorted(DEBIANS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class OwnPostgres:
    """A server on the loopback, with these lines of pg_hba.conf and these settings; certificates are copied to it."""

    def __init__(
        self, binaries: Path, port: int, access: str, *, files: tuple[Path, ...] = (), ssl: bool = True
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="askonce-postgres-", dir="/tmp"))
        self._account = server_account()
        shutil.chown(self.folder, self._account.uid, self._account.gid)
        self._run(
            binaries / "initdb", "-D", self.folder / "data", "-U", "askonce", "--no-sync", "-E", "UTF8", "--locale=C"
        )
        (self.folder / "data" / "pg_hba.conf").write_text(access)
        names = [self._copy(file) for file in files]
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "ssl": "on" if ssl else "off",
        }
        options |= dict(zip(("ssl_cert_file", "ssl_key_file", "ssl_ca_file"), names, strict=False))
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [binaries / "postgres", "-D", self.folder / "data", *given]
        self._log = (self.folder / "log").open("w+b")
        self._process = subprocess.Popen(command, stderr=self._log, stdout=self._log, cwd="/", **self._as_account())
        self._await_start()

    def remove(self) -> None:
        """End it for good."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _await_start(self) -> None:
        deadline = time.monotonic() + 30
        while b"ready to accept connections" not in (self.folder / "log").read_bytes():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.02)

    def _copy(self, file: Path) -> Path:
        copied = self.folder / file.name
        shutil.copy(file, copied)
        shutil.chown(copied, self._account.uid, self._account.gid)
        copied.chmod(0o600)
        return copied

    def _run(self, *command: object) -> None:
        subprocess.run([*map(str, command)], check=True, capture_output=True, cwd="/", **self._as_account())

    def _as_account(self) -> dict[str, object]:
        if self._account.uid == os.geteuid():
            return {}
        return {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
