"""`askonce restore`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy2, copyfile, rmtree
from typing import TYPE_CHECKING

import click

from service.cli.options import data_dir_option, load_command_settings
from service.db.statements import Statements
from service.errors import ConfigurationError

if TYPE_CHECKING:
    from service.db.pool import Connection
    from service.embedded.backup import BackupFolder
    from service.embedded.folder import DataFolder
    from service.settings.model import Settings

SQL = Statements("service.cli.commands.embedded", "restore")

TRIAL = "restoring"
"""The folder within the data folder in which the copy runs before it takes its place."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The ledger of erasures, erasures.jsonl of the data folder that was lost: whom it names is erased again.",
)
@data_dir_option
def command(folder: Path, erasures: Path | None, data_dir: Path | None) -> None:
    """Restore what `askonce backup DIR` saved into a data folder that is new or empty.

    Every file is compared with its checksum first. The copy is then started once and brought up to this version;
    only if that works it takes its place, so that a restore that fails leaves the data folder empty. The cache is
    empty afterwards, and ETags that were given before hold no longer. The backup stays as it is. Customers that were
    erased since then are erased again before anything is served, by the ledger of erasures.

    A backup does not hold the key of its secrets: put secrets.key of the old data folder into the new one first.
    """
    from service.cli.serving.embedded import refuse_disk_errors, require_embedded, used_data_dir
    from service.embedded.backup import BackupFolder
    from service.embedded.folder import prepare_data_folder
    from service.embedded.owner import own_data_folder
    from service.privacy.erasure.ledger import FILE_NAME
    from service.sealing.keys import KEY_FILE

    os.umask(0o077)
    settings = load_command_settings(data_dir)
    require_embedded(settings, "restore")
    backup = BackupFolder(root=folder.resolve())
    note = backup.read_note()
    root = used_data_dir(settings)
    _require_empty(root)
    data = prepare_data_folder(root)
    with own_data_folder(data.root), refuse_disk_errors():
        if erasures is not None and not (data.root / FILE_NAME).exists():
            copyfile(erasures, data.root / FILE_NAME)
        customers, unreadable = _restore(settings, backup, data)
    click.echo(
        f"Restored the backup of {note.taken_at:%Y-%m-%d %H:%M:%S} UTC into {data.root}: {customers} customers, "
        f"{len(note.attachments)} attachments"
    )
    if unreadable:
        click.echo(
            f"{unreadable} secrets of doors and webhooks are sealed with a key that is not here: put {KEY_FILE} "
            f"of the old data folder into {data.root}, or what was in ASKONCE_SECRETS_KEY into that.",
            err=True,
        )


def _require_empty(root: Path) -> None:
    """Refuse a folder with more than traces of a try, the ledger of erasures, and the key of secrets."""
    from service.privacy.erasure.ledger import FILE_NAME
    from service.sealing.keys import KEY_FILE

    no_data = {"binaries", "owner.lock", "run", FILE_NAME, KEY_FILE, TRIAL}
    if root.exists() and {entry.name for entry in root.iterdir()} - no_data:
        raise ConfigurationError(
            f"{root} is not empty: a restore replaces nothing. Move it away, or choose another --data-dir."
        )


def _restore(settings: "Settings", backup: "BackupFolder", data: "DataFolder") -> tuple[int, int]:
    """Verify, copy, try, and put in place; gives the numbers of customers, and of secrets that no key opens."""
    from service.cli.serving.servers import run_in_transaction
    from service.cli.terminal import show_steps
    from service.embedded.backup import copy_attachments, copy_cluster, sync_folder
    from service.embedded.base_backup import server_version, verify_base_backup
    from service.embedded.binaries import locate_binaries
    from service.sealing.keys import KEY_FILE

    binaries = locate_binaries(data, redis_binary=settings.redis_binary, postgres_binaries=settings.postgres_binaries)
    backup.check_version(server_version(binaries))
    backup.check_attachments(backup.read_note())
    show_steps("Verifying, MB", verify_base_backup(backup.cluster, binaries))
    with _trial_folder(data) as trial:
        show_steps("Copying, MB", copy_cluster(backup.cluster, trial.postgres, data.account))
        if (data.root / KEY_FILE).exists():
            copy2(data.root / KEY_FILE, trial.root / KEY_FILE)
        customers, unreadable = run_in_transaction(trial.root, _begin_history)
        if copy_attachments(backup.attachments, trial.root / "attachments"):
            (trial.root / "attachments").rename(data.root / "attachments")
        trial.postgres.rename(data.postgres)
        sync_folder(data.root)
    return customers, unreadable


@contextmanager
def _trial_folder(data: "DataFolder") -> Iterator["DataFolder"]:
    """A data folder of its own for the block; nothing is left of it."""
    from service.embedded.folder import make_private_folder, prepare_data_folder, remove_socket_folder

    rmtree(data.root / TRIAL, ignore_errors=True)
    trial = prepare_data_folder(data.root / TRIAL)
    make_private_folder(trial.postgres, data.account)
    try:
        yield trial
    finally:
        remove_socket_folder(trial)
        rmtree(trial.root, ignore_errors=True)


async def _begin_history(connection: "Connection") -> tuple[int, int]:
    """Have nothing believed that was cached or given an ETag before.

    Gives the numbers of customers, and of secrets that no key opens.
    """
    from service.coherence.installation import read_space, renew_history
    from service.sealing.rotation import find_secrets

    space, _ = await read_space(connection)
    await connection.execute(SQL.take_time)
    await renew_history(connection, instead_of=space)
    unreadable = len((await find_secrets(connection)).unreadable)
    return int(await connection.fetchval(SQL.count_restored)), unreadable
