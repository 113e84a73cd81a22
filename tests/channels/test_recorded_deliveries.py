"""What each door makes of a recorded delivery: the file holds the request as it came, and what it becomes."""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.channels.base import Delivery
from service.channels.registry import ADAPTERS
from service.errors import DeliveryRefused
from service.model.mail import Mail
from tests.channels.vendors import instance_of
from tests.house.place import ROOT

FOLDER = ROOT / "tests" / "channels" / "deliveries"
DOORS = ("cti", "email", "mailgun", "postmark", "resend", "segment", "sendgrid", "twilio")
RECORDED = [path for door in DOORS for path in sorted((FOLDER / door).glob("*.json"))]


@dataclass
class Recorded:
    """One file: the delivery, and what it becomes."""

    delivery: Delivery
    becomes: list[dict[str, Any]]


def read(path: Path) -> Recorded:
    content = msgspec.json.decode(path.read_bytes())
    request = content["delivery"]
    raw = request.pop("body").encode() if "body" in request else base64.b64decode(request.pop("body_base64"))
    received_at = datetime.fromisoformat(request.pop("received_at"))
    return Recorded(Delivery(raw=raw, received_at=received_at, **request), content["becomes"])


def summary(produced: Any) -> dict[str, Any]:
    """What came of it, without what is empty; of a mail its envelope and its size, since it is parsed elsewhere."""
    if isinstance(produced, Mail):
        return {"mail_bytes": len(produced.raw)} | msgspec.json.decode(msgspec.json.encode(produced.envelope))
    fields = msgspec.json.decode(msgspec.json.encode(produced))
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def account_of(path: Path):
    return instance_of(ADAPTERS[path.parent.name])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recorded_delivery_becomes_what_its_file_says(path):
    recorded, adapter, account = read(path), ADAPTERS[path.parent.name], account_of(path)
    assert [summary(one) for one in adapter.parse(recorded.delivery, account)] == recorded.becomes


@pytest.mark.parametrize("door", DOORS)
def test_every_door_of_the_table_has_a_delivery(door):
    assert [path for path in RECORDED if path.parent.name == door]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recorded_delivery_is_refused_with_another_secret_where_it_is_signed(path):
    adapter, account = ADAPTERS[path.parent.name], account_of(path)
    if adapter.in_path:
        pytest.skip("the secret stands in the path")
    with pytest.raises(DeliveryRefused):
        adapter.verify(read(path).delivery, msgspec.structs.replace(account, secret="another secret of the same kind"))
