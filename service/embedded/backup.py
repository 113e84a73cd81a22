"""A backup of a data folder: a folder with a copy of the cluster, the attachments, and a note that is written last.

postgres/            the cluster, as PostgreSQL's own tool copied it, with its manifest of checksums
attachments/         attachments of mail, if the data folder holds any
askonce-backup.json  the note; a backup without it is incomplete
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from service.embedded.account import SystemAccount
from service.embedded.base_backup import Progress
from service.errors import ConfigurationError

_BYTES_PER_MB = 1 << 20
_ATTACHMENT = "????-??-??/*/*"
"""A day, a mail, a number; what is still on its way lies elsewhere."""


class BackupNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    askonce: str
    postgresql: str
    taken_at: datetime
    attachments: dict[str, str]
    """The SHA-256 of each attachment by its path below the folder of them."""


class BackupFolder(msgspec.Struct, frozen=True, kw_only=True):
    """The folder of a backup, and where its parts are."""

    root: Path

    @property
    def cluster(self) -> Path:
        """The copy of the database cluster."""
        return self.root / "postgres"

    @property
    def attachments(self) -> Path:
        """The copies of attachments."""
        return self.root / "attachments"

    def write_note(self, note: BackupNote) -> None:
        """Make the backup complete; the note is there wholly or not at all."""
        draft = self._note.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(note)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._note)
        sync_folder(self.root)

    def read_note(self) -> BackupNote:
        """What the backup says of itself; ConfigurationError if it is none, or is incomplete."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=BackupNote)
        except FileNotFoundError as error:
            what = "an incomplete backup" if self.cluster.exists() else "no backup of `askonce backup`"
            raise ConfigurationError(f"{self.root} is {what}: it has no {self._note.name}.") from error
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigurationError(f"{self._note} cannot be read: {error}.") from error

    def check_version(self, postgresql: str) -> None:
        """ConfigurationError if a PostgreSQL of this version cannot run the cluster."""
        try:
            wanted = (self.cluster / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise ConfigurationError(f"{self.root} is incomplete: {self.cluster} cannot be read.") from error
        if wanted != postgresql.partition(".")[0]:
            raise ConfigurationError(
                f"{self.root} is a backup of PostgreSQL {wanted}, and this is PostgreSQL {postgresql}: restore it with "
                f"an askonce that runs PostgreSQL {wanted}, or let ASKONCE_POSTGRES_BINARIES name that one."
            )

    def check_attachments(self, note: BackupNote) -> None:
        """ConfigurationError names the first attachment that is missing or damaged."""
        for path, digest in note.attachments.items():
            file = self.attachments / path
            if not file.is_file() or _digest(file) != digest:
                raise ConfigurationError(f"The backup is damaged: {file} is missing or was changed.")

    @property
    def _note(self) -> Path:
        return self.root / "askonce-backup.json"


def make_backup_folder(path: Path, data_root: Path) -> BackupFolder:
    """A new or empty folder for a backup that only we may enter; ConfigurationError if it cannot be one."""
    root = path.expanduser().resolve()
    if root.is_relative_to(data_root):
        raise ConfigurationError(f"{root} is in the data folder, and would be lost with it: choose another place.")
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(root.iterdir()):
            raise ConfigurationError(f"{root} is not empty: each backup takes a folder of its own.")
        root.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(f"{root} cannot be used: {error.strerror}.") from error
    return BackupFolder(root=root)


def copy_attachments(source: Path, target: Path) -> dict[str, str]:
    """Copy the attachments below `source`, whole mails; gives the SHA-256 of each by its path.

    What expires meanwhile is left out.
    """
    digests = {}
    for file in sorted(source.glob(_ATTACHMENT)):
        path = file.relative_to(source)
        try:
            copy_file(file, _private_parents(target, path) / path.name)
        except FileNotFoundError:
            continue
        digests[str(path)] = _digest(target / path)
    return digests


def copy_cluster(source: Path, target: Path, account: SystemAccount) -> Iterator[Progress]:
    """Copy a cluster into the empty folder `target`, to be read and written by `account` alone; yields progress."""
    files = [Path(folder, name) for folder, _, names in os.walk(source) for name in names]
    total_bytes = sum(file.stat().st_size for file in files)
    free_bytes = shutil.disk_usage(target).free
    if free_bytes < total_bytes:
        raise ConfigurationError(
            f"{target.parent} has room for {free_bytes // _BYTES_PER_MB} MB, and {total_bytes // _BYTES_PER_MB} MB are "
            "needed: make room, or choose another --data-dir."
        )
    folders = [target, *(target / Path(folder).relative_to(source) for folder, _, _ in os.walk(source))]
    for folder in folders:
        _give(folder, account, 0o700, make=True)
    done_bytes = 0
    for file in files:
        copy_file(file, copy := target / file.relative_to(source))
        _give(copy, account, 0o600)
        done_bytes += copy.stat().st_size
        yield done_bytes // _BYTES_PER_MB, total_bytes // _BYTES_PER_MB
    for folder in folders:
        sync_folder(folder)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, until it is on disk."""
    with source.open("rb") as old, target.open("xb") as new:
        shutil.copyfileobj(old, new, _BYTES_PER_MB)
        new.flush()
        os.fsync(new.fileno())


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _give(path: Path, account: SystemAccount, mode: int, *, make: bool = False) -> None:
    if make:
        path.mkdir(exist_ok=True)
    path.chmod(mode)
    if not account.is_current:
        os.chown(path, account.uid, account.gid)


def _private_parents(root: Path, path: Path) -> Path:
    """The folder of the file `path` below `root`, made with those between."""
    folder = root
    for name in ("", *path.parent.parts):
        folder /= name
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
