"""A tree that is released, with a Docker engine that only writes down what it is told."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.place import ROOT, tracked

VERSION = "9.0.0"
ENGINE = """#!/bin/sh
echo "$*" >>"{log}"
if [ "$1" = save ]; then echo image >"$3"; fi
"""
PERSON = {
    f"GIT_{role}_{kind}": "release@askonce.example" for role in ("AUTHOR", "COMMITTER") for kind in ("NAME", "EMAIL")
}


class ReleaseTree:
    """What is tracked here but the tests, as its first commit."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.engine_log = folder / "tree", folder / "engine.log"
        for path in (one for one in tracked() if one.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"}):
            copy = self.folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        engine = folder / "bin" / "docker"
        engine.parent.mkdir()
        engine.write_text(ENGINE.format(log=self.engine_log))
        engine.chmod(0o755)
        self._environment = os.environ | PERSON | {"PATH": f"{engine.parent}:{os.environ['PATH']}"}
        self.git("init", "--quiet")
        self.commit()

    @property
    def dist(self) -> Path:
        """Where a release lies."""
        return self.folder / "dist"

    def release(self, *arguments: str) -> str:
        """What `make release` says."""
        command = [sys.executable, "deploy/release.py", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self._environment, capture_output=True, text=True)
        return done.stdout + done.stderr

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "release: Commit all.")

    def git(self, *arguments: str) -> str:
        """What git prints."""
        command = ["git", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def text(self, file: str) -> str:
        """The content of a file of the tree."""
        return (self.folder / file).read_text("utf-8")
