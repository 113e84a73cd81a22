"""`askonce erase`: shows what goes, erases it with a receipt, and repeats it on a backup that is restored."""

import json

import httpx
import pytest

from service.privacy.erasure.ledger import FILE_NAME
from tests.cli.conftest import serving

pytestmark = pytest.mark.slow
EVENT = {
    "source": "shop-bot",
    "source_event_id": "once",
    "channel": "chatbot",
    "kind": "message",
    "direction": "inbound",
    "occurred_at": "2026-11-20T09:30:00Z",
    "identities": [{"kind": "email", "value": "anna@example.de"}],
}


@pytest.fixture
def shop(new_data_dir, askonce):
    """The settings of a data folder in which Anna is a customer, her id, and the headers of a key."""
    settings = {"data_dir": new_data_dir(), "durable": "false"}
    with serving("--no-link", **settings) as service:
        key = askonce("keys", "create", "--role", "admin", "--name", "a", **settings).stdout.strip()
        headers = {"authorization": f"Bearer {key}"}
        anna = httpx.post(f"{service.url}/v1/interactions", json=EVENT, headers=headers).json()["customer_id"]
        yield settings, anna, headers, service


def test_a_preview_takes_nothing_and_the_receipt_says_what_went(shop, askonce):
    settings, anna, headers, service = shop
    preview = askonce("erase", anna, "--dry-run", **settings)
    assert "interaction" in preview.stdout
    assert service.get(f"/v1/customers/{anna}", headers=headers).status_code == 200
    erased = askonce("erase", anna, "--yes", "--reason", "asked for it", **settings)
    receipt = json.loads(erased.stdout[erased.stdout.index("{") :])
    assert (receipt["customer_ids"], receipt["reason"], receipt["sequence"]) == ([anna], "asked for it", 1)
    assert service.get(f"/v1/customers/{anna}", headers=headers).status_code == 410
    assert "erased before" in askonce("erase", anna, "--yes", **settings).stderr
    assert askonce("erase", "--verify-receipts", **settings).returncode == 0


def test_an_unknown_customer_is_no_secret(shop, askonce):
    answer = askonce("erase", "00000000-0000-7000-8000-000000000009", "--yes", **shop[0])
    assert (answer.returncode, answer.stderr.strip()) == (1, "Error: No customer is known by this.")


def test_a_restored_backup_is_erased_again_before_it_serves(shop, askonce, new_data_dir, tmp_path):
    settings, anna, headers, service = shop
    askonce("backup", tmp_path / "backup", **settings)
    askonce("erase", anna, "--yes", **settings)
    ledger = settings["data_dir"] / FILE_NAME
    service.stop()
    restored = settings | {"data_dir": new_data_dir()}
    answer = askonce("restore", tmp_path / "backup", "--erasures", ledger, **restored)
    assert answer.returncode == 0, answer.stderr
    with serving("--no-link", **restored) as again:
        assert again.get(f"/v1/customers/{anna}", headers=headers).status_code == 410
        assert httpx.post(f"{again.url}/v1/interactions", json=EVENT, headers=headers).status_code == 410
