"""A real IMAP server on this machine: Dovecot of Debian, as a user without rights, with a mailbox of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imapclient import IMAPClient

from tests.listeners.mail_server import free_port

PASSWORD = 'a b"c\\d'
USER = "anna@example.com"
_CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
listen = 127.0.0.1
protocols = imap
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
auth_username_format = %u
mail_location = maildir:{base}/mail/%u
mailbox_idle_check_interval = 1 s
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  imap_capability = {capability}
}}
"""


class Dovecot:
    """A running server: the port of `imap://` and of `imaps://`, its certificate, and the owner's own hand in the mailbox."""

    def __init__(self, base: Path, capability: str) -> None:
        self.base = base
        self.port, self.tls_port = free_port(), free_port()
        self.certificate = base / "cert.pem"
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._configure(capability)
        self._process: subprocess.Popen[bytes] | None = None

    def _configure(self, capability: str) -> None:
        owner = self._owner
        make_certificate(self.base)
        (self.base / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        group = subprocess.check_output(["id", "-gn", owner.pw_name], text=True).strip()
        (self.base / "dovecot.conf").write_text(
            _CONFIG.format(
                base=self.base,
                user=owner.pw_name,
                group=group,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                port=self.port,
                tls_port=self.tls_port,
                capability=capability,
            )
        )
        for path in (self.base, *self.base.iterdir()):
            shutil.chown(path, owner.pw_uid, owner.pw_gid)

    def start(self) -> None:
        command = ["dovecot", "-F", "-c", str(self.base / "dovecot.conf")]
        user = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(command, **(user if os.geteuid() == 0 else {}))
        deadline = time.monotonic() + 20
        while not self._greets():
            log = self.base / "log"
            assert time.monotonic() < deadline, log.read_text() if log.exists() else "Dovecot did not start."
            time.sleep(0.05)

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    @contextmanager
    def owner(self) -> Iterator[IMAPClient]:
        """The mailbox in its owner's hands."""
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Let mail arrive."""
        with self.owner() as client:
            for mail in mails:
                client.append(folder, mail)

    def flags(self) -> list[tuple[bytes, ...]]:
        with self.owner() as client:
            client.select_folder("INBOX", readonly=True)
            return [answer[b"FLAGS"] for answer in client.fetch(client.search(), ["FLAGS"]).values()]

    def number_anew(self) -> None:
        """Forget every UID, as after a mailbox was restored from a backup."""
        self.stop()
        for path in (self.base / "mail" / USER).glob("dovecot*"):
            path.unlink()
        self.start()


def make_certificate(folder: Path) -> None:
    """A certificate for `localhost` that vouches for itself."""
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
            ),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def dovecot(*, capability: str = "") -> Iterator[Dovecot]:
    """A server with an empty mailbox; `capability` replaces what it says it can."""
    base = Path(tempfile.mkdtemp(prefix="askonce-dovecot-"))
    server = Dovecot(base, capability)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
