"""`askonce export`: a customer is given a file, or a folder with attachments."""

import json
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

pytestmark = pytest.mark.slow
ANNA = UUID(int=1)
DETAILS = {
    "data": {
        "attachments": [
            {"name": "../bill.pdf", "type": "application/pdf", "size_bytes": 4, "reference": "file:2026-11-20/m/1"}
        ]
    }
}


@pytest.fixture
async def anna(askonce, own_database, tmp_path):
    """The settings of a deployment that knows Anna by a mail with a bill."""
    place = {**own_database, "attachments_dir": str(tmp_path / "kept")}
    assert askonce("migrate", **place).returncode == 0
    connection, now = await asyncpg.connect(own_database["database_url"]), datetime.now(UTC)
    await connection.execute("INSERT INTO customer (customer_id, name, since) VALUES ($1, 'Anna Weber', $2)", ANNA, now)
    await connection.execute(
        "INSERT INTO identity (kind, value, customer_id, verified, source, created_at)"
        " VALUES ('email', 'anna@example.de', $1, true, 'shop', $2)",
        ANNA,
        now,
    )
    await connection.execute(
        "INSERT INTO interaction (customer_id, interaction_id, conversation_id, version, occurred_at, registered_at, channel,"
        " kind, direction, assurance, source, source_event_id, text, details, key_id, repeated_questions)"
        " VALUES ($1, $1, $1, 1, $2, $2, 'email', 'message', 'inbound', 'claimed', 'mail', 'm', 'My bill', $3, $1, 0)",
        ANNA,
        now,
        json.dumps(DETAILS),
    )
    await connection.close()
    (tmp_path / "kept/2026-11-20/m").mkdir(parents=True)
    (tmp_path / "kept/2026-11-20/m/1").write_bytes(b"%PDF")
    return place


def test_a_customer_is_named_by_an_identity_in_any_spelling(askonce, anna):
    written = askonce("export", "email:Anna@Example.de", **anna)
    assert written.returncode == 0, written.stderr
    assert json.loads(written.stdout)["sections"]["customer"][0]["name"] == "Anna Weber"


def test_a_page_is_a_file_that_its_owner_alone_reads(askonce, anna, tmp_path):
    file = tmp_path / "anna.html"
    assert askonce("export", ANNA, "--format", "html", "--output", file, **anna).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Anna Weber" in file.read_text()


def test_a_folder_has_the_attachments_under_safe_names(askonce, anna, tmp_path):
    folder = tmp_path / "given"
    assert askonce("export", ANNA, "--folder", folder, **anna).returncode == 0
    (attachment,) = (folder / "attachments").iterdir()
    assert (attachment.name, attachment.read_bytes()) == ("1-_bill.pdf", b"%PDF")
    document = json.loads((folder / "export.json").read_text())
    (interaction,) = document["sections"]["interactions"]
    assert interaction["details"]["data"]["attachments"][0]["file"] == "attachments/1-_bill.pdf"


@pytest.mark.parametrize("named", ["email:nobody@example.de", "anna", "shoe:44", str(UUID(int=7))])
def test_who_is_unknown_is_said_in_a_sentence(askonce, anna, named):
    refused = askonce("export", named, **anna)
    assert refused.returncode == 1
    assert named in refused.stderr
