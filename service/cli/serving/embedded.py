"""What the commands for the embedded servers need to know of them."""

from pathlib import Path

from service.embedded.folder import default_data_dir
from service.settings.model import Settings


def used_data_dir(settings: Settings) -> Path:
    """The data folder of these settings, without links."""
    return (settings.data_dir or default_data_dir()).expanduser().resolve()
