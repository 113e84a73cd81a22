"""A setting that has another name now: the former one works for a time, with a warning."""

import pytest
from structlog.testing import capture_logs

from service.cli.options import load_command_settings
from service.errors import ConfigurationError
from service.settings import document, environment, renamed
from service.settings.environment import VARIABLES, load_settings, unknown_variables
from service.settings.renamed import RENAMED, RenamedSetting

FORMER = RenamedSetting(former="ASKONCE_REOPEN_WITHIN_DAYS", name="ASKONCE_REOPEN_DAYS", until="0.4.0")


@pytest.fixture(autouse=True)
def renamed_setting(monkeypatch):
    """A setting is renamed, as one will be some day."""
    for function in (renamed.with_present_names, renamed.former_names):
        monkeypatch.setattr(function, "__defaults__", ((FORMER,),))
    monkeypatch.setattr(environment, "RENAMED", (FORMER,))


def test_the_former_name_of_a_setting_works(tmp_path):
    assert load_settings({"ASKONCE_REOPEN_WITHIN_DAYS": "9"}).reopen_days == 9
    (tmp_path / "days").write_text("10\n")
    assert load_settings({"ASKONCE_REOPEN_WITHIN_DAYS_FILE": str(tmp_path / "days")}).reopen_days == 10
    assert unknown_variables({"ASKONCE_REOPEN_WITHIN_DAYS": "9"}) == {}


def test_the_former_name_is_warned_of_with_the_present_one_and_its_end(monkeypatch):
    monkeypatch.setenv("ASKONCE_REOPEN_WITHIN_DAYS", "9")
    monkeypatch.setattr("service.telemetry.logs.configure_logging", lambda **_: None)
    with capture_logs() as logged:
        load_command_settings(None)
    (line,) = [line for line in logged if line["event"] == "setting_renamed"]
    assert (line["name"], line["now"], line["works_until"]) == (FORMER.former, FORMER.name, "0.4.0")
    assert line["log_level"] == "warning"


@pytest.mark.parametrize("present", ["ASKONCE_REOPEN_DAYS", "ASKONCE_REOPEN_DAYS_FILE"])
def test_a_setting_under_both_names_is_refused(present):
    with pytest.raises(
        ConfigurationError, match="ASKONCE_REOPEN_WITHIN_DAYS is the former name of ASKONCE_REOPEN_DAYS"
    ):
        load_settings({"ASKONCE_REOPEN_WITHIN_DAYS": "9", present: "9"})


def test_the_settings_page_has_the_former_names(monkeypatch):
    monkeypatch.setattr(document, "RENAMED", (FORMER,))
    assert document.settings_page().endswith("| `ASKONCE_REOPEN_WITHIN_DAYS` | `ASKONCE_REOPEN_DAYS` | 0.4.0 |\n")


def test_every_former_name_leads_to_a_setting_and_is_none():
    assert {one.name for one in RENAMED} <= set(VARIABLES)
    assert not {one.former for one in RENAMED} & set(VARIABLES)
