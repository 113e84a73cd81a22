"""What `askonce import` says, and with which status it ends (TRUST D23)."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from service.cli.main import main
from tests.cli.conftest import ROOT, environment
from tests.registration.events import event_json

NEVER_NEEDED = {"babel", "cel", "cryptography", "holidays", "httpx", "jwt", "litestar", "rapidfuzz", "redis"}
HEADER = "name,identity.email,communication_style\n"
ANNA = "Anna,a@example.de,\n"


@pytest.fixture(autouse=True)
def logs_as_before():
    """A command sets up the logs of its process, which is that of the other tests."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        pytest.param(HEADER + ANNA, 0, "1 would be stored", id="all"),
        pytest.param(HEADER + ANNA + '"Bert,b@x.de,\n', 1, "never closed", id="some"),
        pytest.param(HEADER, 2, "0 customers read", id="no rows"),
        pytest.param("", 2, "does not name its columns", id="empty"),
        pytest.param(HEADER + "Anna,,\n", 2, "identities", id="none"),
        pytest.param("colour\nred\n", 2, "No such column", id="unknown column"),
        pytest.param(b"\xff\xfe\x00", 2, "encoding", id="no text"),
        pytest.param(b"PK\x03\x04" + bytes(range(256)) * 20, 2, "", id="a spreadsheet with the wrong name"),
    ],
)
@pytest.mark.promise("D23")
def test_the_status_says_whether_all_some_or_nothing_would_be_stored(tmp_path, content, status, said):
    path = written(tmp_path, content)
    result = CliRunner().invoke(main, ["import", "customers", str(path), "--dry-run"])
    assert (result.exit_code, said in result.output) == (status, True), result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == [path]


def test_a_dry_run_shows_records_as_they_would_be_stored(tmp_path):
    path = written(tmp_path, "Name;Identity.Phone;Identity.Phone.Verified\nAnna;0171/1234567;TRUE\n")
    result = CliRunner().invoke(main, ["import", "customers", str(path), "--dry-run"])
    shown = json.loads(result.stdout[result.stdout.index("{") : result.stdout.rindex("}") + 1])
    assert shown == {"name": "Anna", "identities": [{"kind": "phone", "value": "+491711234567", "verified": True}]}


@pytest.mark.parametrize(
    ("option", "value"), [("--encoding", "klingon"), ("--encoding", "base64"), ("--separator", "ab")]
)
def test_an_unknown_encoding_or_separator_is_refused(tmp_path, option, value):
    path = written(tmp_path, HEADER + ANNA)
    result = CliRunner().invoke(main, ["import", "customers", str(path), "--dry-run", option, value])
    assert (result.exit_code, option in result.output) == (2, True)


def test_an_import_loads_nothing_that_it_does_not_use(tmp_path, own_database):
    """A tiny file takes as long as the start of the command, and each process of a large one starts as well."""
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(event_json()))
    code = f"""
import sys
from service.cli.main import main
main(["import", "interactions", {str(path)!r}], standalone_mode=False)
print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
"""
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, env=environment(**own_database), capture_output=True, text=True)
    assert "1 stored" in ended.stdout, ended.stderr
    assert NEVER_NEEDED & set(ended.stderr.split()) == set()
