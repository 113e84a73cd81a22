"""A systemctl for machines that systemd does not run: it starts what a unit says, with its variables, and ends it.

    python systemctl.py FOLDER daemon-reload | enable --now UNIT... | disable --now UNIT...

FOLDER has the folders of the machine and `replaced.json`, what stands on this machine for what the files name.
"""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

READY_S = 60.0


class Machine:
    """The folders of a machine: `units` and `bin` with what was installed, `run` with what runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = folder / "run"

    def reload(self) -> None:
        """Have the installed files speak of this machine."""
        replaced = json.loads((self.folder / "replaced.json").read_text())
        for file in (*(self.folder / "units").iterdir(), *(self.folder / "bin").iterdir()):
            content = file.read_text()
            for told, here in replaced.items():
                content = content.replace(told, here)
            file.write_text(content)

    def start(self, names: list[str]) -> None:
        """Start units together, and wait until those that say when they are ready are so."""
        waited = []
        for name in names:
            template, _, instance = name.partition("@")
            file = self.folder / "units" / (f"{template}@.service" if instance else f"{template}.service")
            lines = [line.partition("=") for line in file.read_text().replace("%i", instance).splitlines()]
            told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            told.settimeout(READY_S)
            told.bind(str(self.run / f"{name}.sock"))
            environment = self.variables(lines) | {"NOTIFY_SOCKET": str(self.run / f"{name}.sock")}
            (command,) = (shlex.split(value) for key, _, value in lines if key == "ExecStart")
            with (self.run / f"{name}.log").open("w") as log:
                process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            (self.run / f"{name}.pid").write_text(str(process.pid))
            waited += [told] if ("Type", "=", "notify") in lines else []
        for told in waited:
            assert told.recv(100) == b"READY=1"

    def variables(self, lines: list[tuple[str, str, str]]) -> dict[str, str]:
        """The environment of a unit; what a file says holds before what the unit says."""
        found = [part for key, _, value in lines if key == "Environment" for part in shlex.split(value)]
        for file in (value for key, _, value in lines if key == "EnvironmentFile"):
            found += [line for line in Path(file).read_text().splitlines() if line]
        pairs = [one.partition("=") for one in found]
        return dict(os.environ) | {name: value.strip('"') for name, _, value in pairs}

    def stop(self, names: list[str]) -> None:
        """End units, and wait until they have ended."""
        for name in names:
            pid = int((self.run / f"{name}.pid").read_text())
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + READY_S
            while self.lives(pid):
                assert time.monotonic() < deadline, f"{name} did not end"
                time.sleep(0.02)
            (self.run / f"{name}.pid").unlink()
            (self.run / f"{name}.sock").unlink()

    @staticmethod
    def lives(pid: int) -> bool:
        """Whether a process has not ended; one that only waits for its parent to ask has."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def running(self) -> list[str]:
        """The units that run."""
        return [file.stem for file in self.run.glob("*.pid")]


if __name__ == "__main__":
    machine = Machine(Path(sys.argv[1]))
    match sys.argv[2:]:
        case ["daemon-reload"]:
            machine.reload()
        case ["enable", "--now", *names]:
            machine.start(names)
        case ["disable", "--now", *names]:
            machine.stop(names)
        case odd:
            raise SystemExit(f"systemctl does not know {odd}")
