"""Where the repository is, and what is in it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository; outside of a checkout, every file that is no product of a tool."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts[1:])]
    return tuple(path for path in found if path.is_file())


def name(path: Path) -> str:
    """How people speak of a file of the repository."""
    return str(path.relative_to(ROOT))


def text(file: str) -> str:
    """The content of a file of the repository."""
    return (ROOT / file).read_text("utf-8")
