"""What every command takes, and the settings that come of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.settings.model import Settings

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder of the embedded servers; else ASKONCE_DATA_DIR, else /var/lib/askonce for root and "
    "~/.local/share/askonce for others.",
)


def load_command_settings(data_dir: Path | None, *, quiet: bool = True) -> "Settings":
    """The settings of the environment under this data folder; logs are set up, of warnings and errors only if quiet."""
    import structlog
    from msgspec.structs import replace

    from service.settings import environment, files, renamed
    from service.telemetry import logs

    settings = environment.load_settings(os.environ)
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    if quiet and settings.log_level in {"debug", "info"}:
        settings = replace(settings, log_level="warning")
    logs.configure_logging(level=settings.log_level, log_format=settings.log_format)
    for name, alike in environment.unknown_variables(os.environ).items():
        structlog.get_logger().warning("environment_variable_unknown", name=name, did_you_mean=alike)
    for name, present, until in renamed.former_names(os.environ):
        structlog.get_logger().warning("setting_renamed", name=name, now=present, works_until=until)
    for name in files.exposed_files(renamed.with_present_names(os.environ), environment.VARIABLES):
        structlog.get_logger().warning("settings_file_exposed", name=name, remedy="chmod o-rw")
    return settings
