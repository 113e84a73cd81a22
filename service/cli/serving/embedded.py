"""What the commands for the embedded servers need to know of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.embedded.folder import default_data_dir
from service.errors import ConfigurationError
from service.settings.model import Settings


def used_data_dir(settings: Settings) -> Path:
    """The data folder of these settings, without links."""
    return (settings.data_dir or default_data_dir()).expanduser().resolve()


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
