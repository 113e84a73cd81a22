"""Other people's software for tests, installed by its ordinary client into a folder that is thrown away."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_INSTALL_S = 180


def python_packages(folder: Path, *requirements: str) -> Path:
    """A folder for PYTHONPATH with these packages; skips the test where they cannot be had."""
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    _install([*pip, "install", "--quiet", "--target", str(folder), *requirements])
    return folder


def node_packages(folder: Path, *requirements: str) -> Path:
    """A folder whose `node_modules` holds these packages; skips the test where they cannot be had."""
    if not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    _install(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *requirements])
    return folder


def _install(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_S)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"{command[-1]} cannot be installed here: {type(error).__name__}")
