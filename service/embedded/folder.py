"""The data folder: the paths of the servers' files, and the modes that let the servers' account in."""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

import msgspec

from service.embedded.account import SystemAccount, server_account
from service.errors import ConfigurationError

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
MAX_SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_FILE = ".s.PGSQL.5432"


class DataFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A data folder that is ready for use, and the account its servers run as."""

    root: Path
    sockets: Path
    account: SystemAccount

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.root / "postgres"

    @property
    def binaries(self) -> Path:
        """Copies of binaries that the account cannot reach where they are installed."""
        return self.root / "binaries"


def default_data_dir() -> Path:
    """The data folder when none is named: `/var/lib/askonce` for root, else in the user's data home (XDG)."""
    if os.geteuid() == 0:
        return Path("/var/lib/askonce")
    data_home = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data_home if data_home.is_absolute() else Path.home() / ".local" / "share") / "askonce"


def has_cluster(root: Path) -> bool:
    """Whether a database was ever made in this data folder. ConfigurationError if we may not look."""
    try:
        return (root / "postgres").exists()
    except OSError as error:
        raise ConfigurationError(
            f"The data folder {root} cannot be read: {error.strerror}. Run this as the user who runs the servers."
        ) from error


def prepare_data_folder(data_dir: Path) -> DataFolder:
    """The folder at `data_dir`, made if it is missing.

    Root's servers run as another account, which has to pass through: a new or empty folder lets it. Folders above, and
    one with things of others in it, keep their modes; ConfigurationError says so when they are in the way.
    """
    account = server_account()
    root = data_dir.expanduser().resolve()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not account.is_current and not any(root.iterdir()):
            root.chmod(stat.S_IMODE(root.stat().st_mode) | 0o011)
        _require_access(root, account)
        return DataFolder(root=root, sockets=_socket_folder(root, account), account=account)
    except OSError as error:
        raise ConfigurationError(f"The data folder {root} cannot be used: {error.strerror}.") from error


def remove_socket_folder(folder: DataFolder) -> None:
    """Remove what was made outside of the data folder."""
    if folder.sockets.parent != folder.root:
        with suppress(OSError):
            folder.sockets.rmdir()


def make_private_folder(path: Path, account: SystemAccount) -> Path:
    """`path` as a folder that `account` alone may enter, made if it is missing."""
    path.mkdir(exist_ok=True)
    path.chmod(0o700)
    if not account.is_current:
        os.chown(path, account.uid, account.gid)
    return path


def _require_access(root: Path, account: SystemAccount) -> None:
    if account.can_access(root):
        return
    closed = next((step for step in reversed(root.parents) if not account.can_access(step)), root)
    raise ConfigurationError(
        f"The embedded servers run as {account.name}, who may not enter {closed}. Choose a --data-dir outside of "
        f"private folders (root's default is /var/lib/askonce), or let that account pass: chmod o+x {closed}"
    )


def _socket_folder(root: Path, account: SystemAccount) -> Path:
    """The folder of the sockets: in the data folder, or one elsewhere when that path is too long for a socket.

    Nor may it hold a comma, at which PostgreSQL's clients split a list of hosts.
    """
    inside = root / "run"
    if len(os.fsencode(inside / LONGEST_SOCKET_FILE)) <= MAX_SOCKET_PATH_BYTES and "," not in str(inside):
        return make_private_folder(inside, account)
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    short = Path("/tmp", f"askonce-{os.geteuid()}-{digest}")  # noqa: S108 - $TMPDIR may be long too; the owner is checked
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.uid} or found.st_mode & 0o077:
        raise ConfigurationError(f"{short} is not a private folder of ours; remove it or choose a shorter --data-dir.")
    return make_private_folder(short, account)
