"""A forgotten --data-dir begins no second world unnoticed: few commands begin one, and they say so."""

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from service.cli.main import main
from service.cli.serving.embedded import Beginning, check_beginning
from service.embedded.binaries import locate_binaries
from service.embedded.folder import prepare_data_folder
from service.embedded.owner import served_folders
from service.embedded.postgres import initialise_cluster
from service.errors import ConfigurationError
from service.settings.model import Settings

CUSTOMER = "00000000-0000-7000-8000-000000000009"
ABOUT_WHAT_EXISTS = [
    "keys list",
    "keys revoke shop",
    "agents list",
    "agents link jana",
    "agents change jana --role admin",
    "agents disable jana",
    "agents enable jana",
    "channels list",
    "channels remove pbx",
    "channels test pbx",
    "secrets rotate",
    "secrets check",
    "verify",
    "rebuild",
    "report",
    "matches list",
    "retention",
    f"erase {CUSTOMER} --yes",
    f"export {CUSTOMER}",
    f"email token {CUSTOMER}",
]


@pytest.fixture(autouse=True)
def own_logs(monkeypatch):
    """The commands set up no logs of their own here."""
    monkeypatch.setattr("service.telemetry.logs.configure_logging", lambda **_: None)


@pytest.mark.parametrize("words", ABOUT_WHAT_EXISTS)
def test_a_command_about_what_exists_refuses_a_folder_without_an_installation(words, tmp_path, monkeypatch):
    for name in ("ASKONCE_DATABASE_URL", "ASKONCE_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    nowhere = tmp_path / "nowhere"
    ended = CliRunner().invoke(main, [*words.split(), "--data-dir", str(nowhere)])
    assert (ended.exit_code, ended.stdout, nowhere.exists()) == (1, "", False)
    assert f"No installation is in {nowhere}: name the folder of yours by --data-dir" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def told(settings: Settings, beginning: Beginning) -> list[str]:
    """The levels of what is logged of a beginning."""
    with capture_logs() as logs:
        check_beginning(settings, beginning)
    return [line["log_level"] for line in logs if line["event"] == "installation_begins"]


def test_a_first_key_in_a_new_folder_begins_an_installation_with_a_warning(tmp_path):
    assert told(Settings(data_dir=tmp_path), Beginning.WARNED) == ["warning"]


def test_a_service_begins_one_in_the_folder_it_was_told_and_warns_of_the_usual_one(monkeypatch, tmp_path):
    monkeypatch.setattr("service.cli.serving.embedded.default_data_dir", lambda: tmp_path / "usual")
    assert told(Settings(data_dir=tmp_path), Beginning.EXPECTED) == ["info"]
    assert told(Settings(), Beginning.EXPECTED) == ["warning"]


def test_nothing_is_said_of_an_installation_that_exists(tmp_path):
    (tmp_path / "postgres").mkdir()
    assert [told(Settings(data_dir=tmp_path), beginning) for beginning in Beginning] == [[], [], []]


def test_the_folders_on_which_servers_run_are_named(servers, tmp_path):
    folder = min(path for path in served_folders() if str(path) in servers.endpoints.database_url.replace("%2F", "/"))
    with pytest.raises(ConfigurationError, match=f"Servers run on .*{folder}"):
        check_beginning(Settings(data_dir=tmp_path), Beginning.REFUSED)


def test_a_folder_that_cannot_be_one_is_said_to_be_none(tmp_path):
    (tmp_path / "file").write_text("")
    ended = CliRunner().invoke(
        main, ["keys", "create", "--role", "admin", "--name", "x", "--data-dir", f"{tmp_path}/file/x"]
    )
    assert (ended.exit_code, f"{tmp_path}/file/x cannot be used: Not a directory." in ended.stderr) == (1, True)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("9", "is one of PostgreSQL 9, and this is PostgreSQL 18"), (None, "is no database of PostgreSQL")],
)
def test_a_database_of_another_version_is_refused_before_it_is_started(new_data_dir, version, sentence):
    folder = prepare_data_folder(new_data_dir())
    folder.postgres.mkdir()
    if version:
        (folder.postgres / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(ConfigurationError, match=sentence):
        initialise_cluster(folder, locate_binaries(folder, redis_binary=None, postgres_binaries=None), durable=False)
