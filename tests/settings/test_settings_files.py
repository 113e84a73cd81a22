"""A setting may stand in a file, as secrets of containers do."""

import pytest
from structlog.testing import capture_logs

from service.cli.options import load_command_settings
from service.errors import ConfigurationError
from service.settings.environment import VARIABLES, load_settings, unknown_variables


@pytest.fixture
def secret_file(tmp_path):
    def write(content: bytes, mode: int = 0o600) -> str:
        path = tmp_path / "secret"
        path.write_bytes(content)
        path.chmod(mode)
        return str(path)

    return write


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_may_stand_in_a_file(name, secret_file):
    found = unknown_variables({f"{name}_FILE": "x"})
    assert found == {}
    with pytest.raises(ConfigurationError, match=f"{name}_FILE: .* is empty"):
        load_settings({f"{name}_FILE": secret_file(b"\n")})


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_newline_at_the_end_of_a_file_is_no_part_of_the_setting(secret_file, end):
    assert (
        load_settings({"ASKONCE_OIDC_CLIENT_SECRET_FILE": secret_file(b"s3 cret" + end)}).oidc_client_secret
        == "s3 cret"
    )


def test_a_number_in_a_file_is_checked_as_one_in_the_environment_is(secret_file):
    assert load_settings({"ASKONCE_REOPEN_DAYS_FILE": secret_file(b"9\n")}).reopen_days == 9
    with pytest.raises(ConfigurationError, match="ASKONCE_REOPEN_DAYS"):
        load_settings({"ASKONCE_REOPEN_DAYS_FILE": secret_file(b"-1\n")})


def test_a_setting_that_is_given_twice_is_refused(secret_file):
    path = secret_file(b"DE")
    with pytest.raises(ConfigurationError, match="ASKONCE_DEFAULT_REGION and ASKONCE_DEFAULT_REGION_FILE are both set"):
        load_settings({"ASKONCE_DEFAULT_REGION": "AT", "ASKONCE_DEFAULT_REGION_FILE": path})


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\xff\xfe", "no text in UTF-8"), (b"a\0b", "too long, or binary"), (b"a" * 70_000, "too long")],
)
def test_a_file_that_is_no_text_is_refused_without_its_content(secret_file, content, why):
    with pytest.raises(ConfigurationError, match=why) as refused:
        load_settings({"ASKONCE_DEFAULT_REGION_FILE": secret_file(content)})
    assert "aaaa" not in str(refused.value)


def test_a_file_that_is_not_there_is_named_with_its_variable(tmp_path):
    with pytest.raises(ConfigurationError, match=r"ASKONCE_REDIS_URL_FILE: .*/absent cannot be read: No such file"):
        load_settings({"ASKONCE_REDIS_URL_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize(("mode", "warned"), [(0o644, 1), (0o640, 0), (0o400, 0), (0o602, 1)])
def test_a_file_that_everybody_may_read_or_change_is_warned_of(secret_file, monkeypatch, mode, warned):
    monkeypatch.setenv("ASKONCE_DEFAULT_REGION_FILE", secret_file(b"AT", mode))
    monkeypatch.setattr("service.telemetry.logs.configure_logging", lambda **_: None)
    with capture_logs() as logs:
        assert load_command_settings(None).default_region == "AT"
    told = [one["name"] for one in logs if one["event"] == "settings_file_exposed"]
    assert told == ["ASKONCE_DEFAULT_REGION_FILE"] * warned
