import socket
from pathlib import Path

import pytest

from service.db.startup.server_check import check_database_server
from service.errors import ConfigurationError

pytestmark = pytest.mark.slow


def test_migrations_are_named_once(askonce, own_database):
    first, second = askonce("migrate", **own_database), askonce("migrate", **own_database)
    assert first.stdout.splitlines()[0] == "0001_records"
    assert (second.returncode, second.stdout) == (0, "")


def test_with_servers_of_its_own_named_the_command_starts_none(askonce, own_database, new_data_dir):
    data_dir: Path = new_data_dir()
    assert askonce("migrate", "--data-dir", data_dir, **own_database).returncode == 0
    assert not data_dir.exists()


def test_a_command_without_running_servers_starts_them_for_itself(askonce, new_data_dir):
    data_dir: Path = new_data_dir()
    made = askonce("keys", "create", "--role", "admin", "--name", "anna", "--data-dir", data_dir)
    assert (made.returncode, len(made.stdout.split())) == (0, 1)
    assert "installation_begins" in made.stderr
    assert not (data_dir / "endpoints.json").exists()

    listed = askonce("keys", "list", data_dir=data_dir)
    assert "anna" in listed.stdout


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"database_url": "postgresql://x/y"}, "Set both ASKONCE_DATABASE_URL and ASKONCE_REDIS_URL"),
        ({"database_url": "mysql://x/y", "redis_url": "redis://x"}, "as in postgresql://"),
        ({"time_zone": "Europe/Berlinn"}, "ASKONCE_TIME_ZONE"),
    ],
)
@pytest.mark.promise("S20")
def test_settings_that_cannot_work_end_with_one_sentence(askonce, settings, sentence):
    ended = askonce("migrate", **settings)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_database_that_does_not_exist_is_named_as_the_reason(askonce, own_database):
    url = own_database["database_url"].replace("/cli_", "/no_such_")
    ended = askonce("migrate", **own_database | {"database_url": url})
    assert ended.returncode == 1
    assert "does not exist: create it" in ended.stderr


@pytest.mark.promise("D18")
def test_a_database_that_could_lose_writes_is_refused(askonce, own_database):
    ended = askonce("serve", "--port", "0", **own_database | {"durable": "true"})
    assert ended.returncode == 1
    assert "fsync" in ended.stderr
    assert "full_page_writes" in ended.stderr
    assert "synchronous_commit" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
@pytest.mark.promise("D18")
async def test_each_setting_that_risks_acknowledged_writes_is_named_with_its_remedy(name):
    found = {"server_version_num": "180000", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    with pytest.raises(ConfigurationError, match=f"ALTER SYSTEM SET {name} = on; and restart"):
        await check_database_server(Answering(found | {name: "off"}), durable=True)
    await check_database_server(Answering(found | {name: "off"}), durable=False)
    await check_database_server(Answering(found | {"synchronous_commit": "remote_apply"}), durable=True)


async def test_a_postgresql_older_than_15_is_refused():
    with pytest.raises(ConfigurationError, match="15 or newer"):
        await check_database_server(Answering({"server_version_num": "140012"}), durable=False)


class Answering:
    """A connection to a server with these settings."""

    def __init__(self, settings):
        self.settings = settings

    async def fetch(self, statement):
        return [{"name": name, "setting": setting} for name, setting in self.settings.items()]


def test_a_port_in_use_is_said_before_anything_starts(askonce, new_data_dir):
    data_dir: Path = new_data_dir()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = askonce("serve", "--port", taken.getsockname()[1], "--data-dir", data_dir)
    assert ended.returncode == 1
    assert "choose another --port" in ended.stderr
    assert not data_dir.exists()
