"""A real Asterisk and the callers of SIPp, out of Debian's packages, unpacked into a folder and run from there."""

import os
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import until

APT = ["State=state", "State::status=status", "Cache=cache", "Etc::SourceList=list", "Etc::SourceParts=none"]
PACKAGES = ["asterisk", "asterisk-modules", "sip-tester"]
CONFIGURATION = Path(__file__).parent / "asterisk"
BUSY = CONFIGURATION / "busy.xml"


def unpacked(folder: Path) -> Path:
    """A folder with Asterisk, SIPp and all that they need: that of ASKONCE_TEST_ASTERISK_ROOT, else Debian's."""
    if given := os.environ.get("ASKONCE_TEST_ASTERISK_ROOT"):
        return Path(given)
    for name in ("state/lists/partial", "cache/archives/partial", "root/usr/bin", "root/usr/lib", "root/usr/lib64"):
        (folder / name).mkdir(parents=True)
    (folder / "list").write_text("deb http://deb.debian.org/debian sid main\n")
    (folder / "status").touch()
    options = [f"-oDir::{option.replace('=', f'={folder}/')}" for option in APT] + ["-oAPT::Sandbox::User=root"]
    try:
        for command in (["update"], ["install", "-y", "-d", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *options, *command], check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"Debian's packages of Asterisk cannot be had here: {type(error).__name__}")
    root = folder / "root"
    for name in ("lib", "lib64", "bin"):
        (root / name).symlink_to(f"usr/{name}")
    for package in (folder / "cache" / "archives").glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    return root


def free_port(kind=socket.SOCK_STREAM) -> int:
    """A port of the loopback that nobody has."""
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Asterisk:
    """An Asterisk that calls its agent under 100, nobody under 200, a busy one under 400, and answers 300 itself."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self.ports = {"ami": free_port(), "ari": free_port()}
        self.sip = {name: free_port(socket.SOCK_DGRAM) for name in ("asterisk", "agent", "absent", "busy")}
        modules = next((root / "usr" / "lib").glob("*/asterisk/modules"))
        self._libraries = modules.parents[1]
        names = {**self.ports, **self.sip, "folder": folder, "modules": modules, "data": root / "usr/share/asterisk"}
        for file in CONFIGURATION.glob("*.conf"):
            (folder / file.name).write_text(file.read_text().format(**names))

    def command(self, program: str, *arguments: object) -> list[str]:
        """A program of the folder with its own libraries."""
        loader = next((self.root / "usr" / "lib64").glob("ld-linux*"))
        return [str(one) for one in (loader, "--library-path", self._libraries, self.root / program, *arguments)]

    @contextmanager
    def running(self):
        """Asterisk, for the block."""
        said = (self.folder / "said").open("w")
        process = subprocess.Popen(
            self.command("usr/sbin/asterisk", "-f", "-C", self.folder / "asterisk.conf"), stdout=said, stderr=said
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            said.close()

    async def ready(self) -> None:
        """Return as soon as it takes calls."""
        await until(lambda: "Asterisk Ready" in (self.folder / "said").read_text(), seconds=60)

    @contextmanager
    def answering(self, name: str, *scenario: object):
        """Somebody at the other end of one of its lines, for the block."""
        options = ("-i", "127.0.0.1", "-p", self.sip[name], "-nostdin")
        command = self.command("usr/bin/sipp", *(scenario or ("-sn", "uas")), *options)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            yield
            process.kill()

    def call(self, extension: str) -> subprocess.Popen:
        """Anna calls, and hangs up half a second after somebody has answered."""
        there = f"127.0.0.1:{self.sip['asterisk']}"
        options = (
            "-i",
            "127.0.0.1",
            "-p",
            free_port(socket.SOCK_DGRAM),
            "-m",
            1,
            "-d",
            500,
            "-nostdin",
            "-timeout",
            20,
        )
        command = self.command("usr/bin/sipp", "-sn", "uac", "-s", extension, there, *options)
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
