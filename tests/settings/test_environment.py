"""TRUST S20: an unsafe configuration refuses to start, with a sentence that says what to do."""

import pytest

from service.cli.serving.servers import running_servers
from service.errors import ConfigurationError
from service.settings.environment import load_settings, unknown_variables
from service.settings.model import Settings

pytestmark = pytest.mark.promise("S20")


@pytest.mark.parametrize(
    "url",
    [
        "notaurl",
        "askonce.example.com",
        "ftp://askonce.example.com",
        "https://",
        "https:///v1",
        "https://askonce.example.com/path",
        "https://askonce.example.com?x=1",
        "https://askonce.example.com#x",
        "https://user:password@askonce.example.com",
        "https://askonce.example.com:99999",
        "https://askonce.example.com:port",
        "https://ask once.example.com",
        "https://[::1",
    ],
)
def test_a_public_url_that_is_none_is_refused(url):
    with pytest.raises(ConfigurationError, match=r"ASKONCE_PUBLIC_URL: .* such as https://askonce"):
        load_settings({"ASKONCE_PUBLIC_URL": url})


@pytest.mark.parametrize(
    "url", ["", "https://askonce.example.com", "https://askonce.example.com/", "http://127.0.0.1:8080", "HTTPS://A.B"]
)
def test_a_public_url_is_a_scheme_a_host_and_a_port(url):
    assert load_settings({"ASKONCE_PUBLIC_URL": url}).public_url == url


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_CONNECTIONS", "many", "it takes this: whole number, at least 2, at most 200."),
        ("DATABASE_CONNECTIONS", "201", "it takes this: whole number, at least 2, at most 200."),
        ("BODY_TIMEOUT_S", "0", "it takes this: number, more than 0."),
        ("DURABLE", "yes", "it takes this: true or false."),
        ("LOG_LEVEL", "loud", "it takes this: debug, error, info, warning."),
    ],
)
def test_a_value_of_another_kind_is_refused_with_what_is_expected(name, value, sentence):
    with pytest.raises(ConfigurationError, match=f"ASKONCE_{name}: {sentence}"):
        load_settings({f"ASKONCE_{name}": value})


@pytest.mark.parametrize("mark", ['"', "'"])
@pytest.mark.parametrize("name", ["ASKONCE_DATABASE_URL", "ASKONCE_DURABLE", "ASKONCE_DATABASE_CONNECTIONS"])
def test_a_value_in_quotation_marks_is_refused(name, mark):
    with pytest.raises(ConfigurationError, match=f"{name} stands in quotation marks"):
        load_settings({name: f"{mark}9{mark}"})


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("ASKONCE_DEFAULT_REGIO", "ASKONCE_DEFAULT_REGION"),
        ("ASKONCE_DATABASE_URI", "ASKONCE_DATABASE_URL"),
        ("ASKONCE_LOGLEVEL", "ASKONCE_LOG_LEVEL"),
        ("askonce_durable", "ASKONCE_DURABLE"),
        ("ASKONE_PUBLIC_URL", "ASKONCE_PUBLIC_URL"),
        ("ASKONCE_ZZZZZZ", None),
    ],
)
def test_a_misspelt_variable_is_told_with_the_setting_that_was_meant(misspelt, meant):
    assert unknown_variables({misspelt: "x", "ASKONCE_REDIS_URL": "x", "DATABASE_URL": "x"}) == {misspelt: meant}


def test_a_database_that_may_lose_writes_never_runs_on_the_usual_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr("service.cli.serving.servers.default_data_dir", lambda: tmp_path / "usual")
    with pytest.raises(ConfigurationError, match="ASKONCE_DATA_DIR"), running_servers(Settings(durable=False)):
        pass
    assert not (tmp_path / "usual").exists()
