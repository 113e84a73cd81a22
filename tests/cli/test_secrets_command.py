"""`askonce secrets`: keys are made and replaced, and a backup does not hold its key."""

import json
import shutil

import asyncpg
import pytest

from service.embedded.supervisor import start_servers
from tests.cli.conftest import serving

pytestmark = pytest.mark.slow


def key(askonce) -> str:
    return askonce("secrets", "key").stdout.strip()


def add_door(askonce, **settings) -> str:
    return json.loads(askonce("channels", "add", "cti", "--name", "pbx", **settings).stdout)["secret"]


def test_a_key_is_replaced_in_three_steps(askonce, own_database):
    add_door(askonce, **own_database)
    first, second = key(askonce), key(askonce)
    assert askonce("secrets", "check", **own_database).stdout.startswith("2 secrets, 2 of them plain")
    sealed = askonce("secrets", "rotate", **own_database, secrets_key=first)
    assert sealed.stdout.startswith("2 secrets are stored anew, with the key ")
    assert askonce("secrets", "rotate", **own_database, secrets_key=f"{second},{first}").stdout.startswith("2 secrets")
    assert askonce("secrets", "check", **own_database, secrets_key=second).stdout == "2 secrets, 0 of them plain\n"


def test_a_key_that_is_missing_is_said_with_the_places_that_it_opens(askonce, own_database):
    first = key(askonce)
    add_door(askonce, **own_database, secrets_key=first)
    askonce("secrets", "rotate", **own_database, secrets_key=first)
    checked = askonce("secrets", "check", **own_database)
    assert checked.returncode == 1
    assert "No key opens the secret of: door pbx; the key of mail tokens." in checked.stderr
    tried = askonce("channels", "test", "pbx", **own_database)
    assert "Error: The secret of the door 'pbx' is sealed with a key that ASKONCE_SECRETS_KEY lacks." in tried.stderr


async def test_embedded_servers_seal_by_themselves(askonce, new_data_dir):
    folder = new_data_dir()
    with serving("--no-link", data_dir=folder, durable="false"):
        secret = add_door(askonce, data_dir=folder, durable="false")
    assert (folder / "secrets.key").stat().st_mode & 0o777 == 0o600
    with start_servers(folder, durable=False) as servers:
        connection = await asyncpg.connect(servers.endpoints.database_url)
        stored = str(
            await connection.fetch(
                "SELECT secret FROM channel_instance UNION SELECT encode(key, 'escape') FROM mail_key"
            )
        )
        await connection.close()
    assert secret not in stored
    assert stored.count("sealed:") == 2


def test_a_backup_is_restored_with_the_key_that_it_does_not_hold(askonce, new_data_dir, tmp_path):
    folder, alone, together = new_data_dir(), new_data_dir(), new_data_dir()
    add_door(askonce, data_dir=folder, durable="false")
    assert askonce("backup", tmp_path / "backup", data_dir=folder).returncode == 0
    assert not list((tmp_path / "backup").rglob("secrets.key"))
    restored = askonce("restore", tmp_path / "backup", data_dir=alone)
    assert "1 secrets of doors and webhooks are sealed with a key that is not here" in restored.stderr
    together.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "secrets.key", together)
    assert "sealed" not in askonce("restore", tmp_path / "backup", data_dir=together).stderr
    assert askonce("channels", "test", "pbx", data_dir=together, durable="false").returncode == 0
