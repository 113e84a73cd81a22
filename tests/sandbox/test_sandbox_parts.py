"""What keeps a sandbox apart: its settings, its way out, its folder, its ids, and that nobody else has its routes."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from service.cli.commands.embedded.sandbox import command
from service.errors import ConfigurationError, WebhookAddressRefused
from service.model.ids import new_id, repeated_ids
from service.sandbox.folder import check_beginning, claim_folder
from service.sandbox.loopback import LoopbackResolver
from service.sandbox.model import SandboxState
from service.sandbox.options import TAKEN, sandbox_settings
from service.sandbox.state import write_state
from service.settings.model import Settings


def test_of_the_environment_a_sandbox_takes_rules_and_nothing_that_leads_to_real_data():
    leading = ("url", "dir", "file", "secret", "key", "issuer", "origins", "host", "port", "folder")
    assert {name for name in TAKEN if name.endswith(leading)} == {"event_origins", "form_origins"}
    assert set(Settings.__struct_fields__) >= TAKEN
    said = {
        "ASKONCE_DATABASE_URL": "postgresql://app@db/askonce",
        "ASKONCE_TIME_ZONE": "Europe/Vienna",
        "ASKONCE_SECRETS_KEY_FILE": "/nowhere",
    }
    settings = sandbox_settings(said)
    assert (settings.time_zone, settings.database_url, settings.secrets_key) == ("Europe/Vienna", "", "")


def test_a_folder_in_which_no_sandbox_came_to_be_is_empty_for_the_next_try(tmp_path):
    with pytest.raises(ConfigurationError, match="no Redis"), claim_folder(tmp_path / "kept") as folder:
        (folder / "postgres").mkdir()
        (folder / "owner.lock").touch()
        raise ConfigurationError("no Redis")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_kept_sandbox_begins_at_no_other_time(tmp_path):
    began_at = datetime(2026, 3, 2, tzinfo=UTC)
    write_state(tmp_path, SandboxState(began_at=began_at))
    check_beginning(tmp_path, began_at)
    with pytest.raises(ConfigurationError, match="leave --now away"):
        check_beginning(tmp_path, datetime(2027, 3, 2, tzinfo=UTC))


def test_a_damaged_folder_is_said_to_be_one(tmp_path):
    (tmp_path / "sandbox.json").write_text("{")
    with pytest.raises(ConfigurationError, match="is damaged"), claim_folder(tmp_path):
        pass


async def test_the_way_out_of_a_sandbox_leads_to_this_machine_alone():
    resolve = LoopbackResolver()
    assert [str(one) for one in await resolve("127.0.0.1", 80)] == ["127.0.0.1"]
    with pytest.raises(WebhookAddressRefused, match="this machine alone"):
        await resolve("192.0.2.1", 80)
    resolve.close()


def test_a_folder_with_something_else_in_it_is_not_taken(tmp_path):
    (tmp_path / "letters.txt").write_text("Dear Anna")
    with pytest.raises(ConfigurationError, match="something else"), claim_folder(tmp_path):
        pass
    write_state(tmp_path, SandboxState())
    with claim_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_the_records_of_every_beginning_have_the_same_ids_which_come_before_all_later_ones():
    at = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9
    made = []
    for _twice in range(2):
        with repeated_ids(at):
            made.append([new_id() for _ in range(100)])
    assert made[0] == made[1] == sorted(made[0])
    assert new_id() > made[0][-1]


def test_a_time_without_its_offset_is_refused_before_anything_starts():
    refused = CliRunner().invoke(command, ["--now", "2026-03-02T09:00:00"])
    assert refused.exit_code == 2
    assert "with its offset" in refused.output


@pytest.mark.parametrize("path", ["/v1/sandbox", "/v1/sandbox/clock", "/v1/sandbox/reset"])
async def test_no_other_installation_has_the_routes_of_a_sandbox(desk, path):
    assert (await desk("admin", "POST", path, {"advance_s": 1})).status_code == 404
