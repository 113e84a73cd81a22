"""What the commands for the embedded servers need to know of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import structlog

from service.embedded.folder import default_data_dir, has_cluster
from service.embedded.owner import served_folders
from service.errors import ConfigurationError
from service.settings.model import Settings

log = structlog.get_logger()


class Beginning(Enum):
    """What a command does where no installation is yet: only few may begin one, since most look at what is there."""

    REFUSED = "refused"
    WARNED = "warned"
    """It begins one, as who writes the first key may want, and says so: the wrong folder may have been named."""
    EXPECTED = "expected"
    """It is there to begin one, and warns only of a folder that was not named."""


def used_data_dir(settings: Settings) -> Path:
    """The data folder of these settings, without links."""
    return (settings.data_dir or default_data_dir()).expanduser().resolve()


def check_beginning(settings: Settings, beginning: Beginning) -> None:
    """Warn of an installation that begins now, in the data folder of these settings, or refuse it.

    ConfigurationError says where none was found, and where servers run. Nothing is said of one that exists.
    """
    root = used_data_dir(settings)
    if has_cluster(root):
        return
    served = [str(folder) for folder in served_folders()]
    if beginning is Beginning.REFUSED:
        elsewhere = f" Servers run on {' and '.join(served)}." if served else ""
        raise ConfigurationError(
            f"No installation is in {root}: name the folder of yours by --data-dir or ASKONCE_DATA_DIR, or begin one "
            f"by `askonce serve`.{elsewhere}"
        )
    if settings.data_dir is None or beginning is Beginning.WARNED:
        log.warning(
            "installation_begins", data_dir=str(root), others_running=served, remedy="name another by --data-dir"
        )
    else:
        log.info("installation_begins", data_dir=str(root))


def require_embedded(settings: Settings, command: str) -> None:
    """ConfigurationError if the settings name servers of their own."""
    if not settings.embedded:
        raise ConfigurationError(
            f"`askonce {command}` is for the embedded servers, and ASKONCE_DATABASE_URL names another one: "
            "back that up with its own tools (docs/backup.md)."
        )


@contextmanager
def refuse_disk_errors() -> Iterator[None]:
    """Have a file that cannot be read or written be a ConfigurationError that names it."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"{error.filename or 'A file'}: {error.strerror or error}.") from error
