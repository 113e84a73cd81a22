"""`askonce backup`."""

import os
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings

if TYPE_CHECKING:
    from service.embedded.backup import BackupFolder, BackupNote
    from service.embedded.folder import DataFolder
    from service.settings.model import Settings


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@data_dir_option
def command(folder: Path, data_dir: Path | None) -> None:
    """Back up the embedded PostgreSQL into the folder DIR, which is made, or is empty.

    The service may run meanwhile. Whatever was acknowledged before the backup began is in it, and attachments of mail
    that lie in the data folder. The cache is not: PostgreSQL has all it shows. Every file is compared with its checksum
    before the command ends. The backup holds personal data, and only its owner may read it: store it encrypted, and on
    another disk. Its secrets are sealed, and the key, secrets.key in the data folder, is left out: keep that elsewhere.
    `askonce restore DIR` brings the backup back.

    For servers of your own see docs/backup.md.
    """
    from service.cli.serving.embedded import (
        Beginning,
        check_beginning,
        refuse_disk_errors,
        require_embedded,
        used_data_dir,
    )
    from service.cli.serving.servers import running_servers
    from service.embedded.backup import make_backup_folder
    from service.embedded.folder import prepare_data_folder

    os.umask(0o077)
    settings = load_command_settings(data_dir)
    require_embedded(settings, "backup")
    root = used_data_dir(settings)
    check_beginning(settings, Beginning.REFUSED)
    backup = make_backup_folder(folder, root)
    try:
        with refuse_disk_errors(), running_servers(settings) as running:
            note = _back_up(running, prepare_data_folder(root), backup)
    except BaseException:
        for part in (backup.cluster, backup.attachments):
            rmtree(part, ignore_errors=True)
        raise
    click.echo(f"PostgreSQL {note.postgresql} and {len(note.attachments)} attachments are backed up in {backup.root}")


def _back_up(settings: "Settings", data: "DataFolder", backup: "BackupFolder") -> "BackupNote":
    """Make the backup, and compare it with its checksums; gives its note."""
    from service.cli.terminal import show_steps
    from service.embedded.backup import BackupNote, copy_attachments
    from service.embedded.base_backup import server_version, take_base_backup, verify_base_backup
    from service.embedded.binaries import locate_binaries
    from service.model.clock import Clock

    binaries = locate_binaries(data, redis_binary=settings.redis_binary, postgres_binaries=settings.postgres_binaries)
    taken_at = Clock().now()
    show_steps("Copying, MB", take_base_backup(settings.database_url, backup.cluster, binaries))
    show_steps("Verifying, MB", verify_base_backup(backup.cluster, binaries))
    note = BackupNote(
        askonce=version("askonce"),
        postgresql=server_version(binaries),
        taken_at=taken_at,
        # After the records, so that every attachment that they name is there.
        attachments=copy_attachments(data.root / "attachments", backup.attachments),
    )
    backup.write_note(note)
    return note
