"""What each door makes of a recorded delivery: a file with `delivery` and `becomes` holds the request and the result.

The table finds such files by itself. A door with tests of its own may keep bare bodies instead.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from service.channels.base import Delivery, DeliveryResult
from service.channels.registry import ADAPTERS
from service.errors import DeliveryRefused, InvalidInput
from service.model.call import CallEvent
from service.model.interaction import Interaction
from service.model.mail import Mail
from service.registration.prepare import prepare_channel_submission
from tests.channels.vendors import anything, instance_of
from tests.house.place import ROOT

FOLDER = ROOT / "tests" / "channels" / "deliveries"
RECORDED = [path for path in sorted(FOLDER.glob("*/*.json")) if b'"becomes"' in path.read_bytes()]


@dataclass
class Recorded:
    """One file: the delivery, and what it becomes."""

    delivery: Delivery
    becomes: list[dict[str, Any]]


def read(path: Path) -> Recorded:
    content = msgspec.json.decode(path.read_bytes())
    request = content["delivery"]
    body = request.pop("body", None)
    if body is None:
        raw = base64.b64decode(request.pop("body_base64"))
    else:
        raw = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    received_at = datetime.fromisoformat(request.pop("received_at"))
    return Recorded(Delivery(raw=raw, received_at=received_at, **request), content["becomes"])


def case(path: Path) -> str:
    """How pytest names the test of one file."""
    return f"{path.parent.name}/{path.stem}"


def body_of(path: Path) -> Any:
    """The JSON of a recorded body; None if it is something else."""
    try:
        return msgspec.json.decode(read(path).delivery.raw)
    except msgspec.DecodeError:
        return None


def summary(produced: Any) -> dict[str, Any]:
    """What came of it, without what is empty; of a mail its envelope and its size, since it is parsed elsewhere."""
    if isinstance(produced, Mail):
        return {"mail_bytes": len(produced.raw)} | msgspec.json.decode(msgspec.json.encode(produced.envelope))
    fields = msgspec.json.decode(msgspec.json.encode(produced))
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def account_of(path: Path):
    return instance_of(ADAPTERS[path.parent.name])


@pytest.mark.parametrize("path", RECORDED, ids=case)
def test_a_recorded_delivery_becomes_what_its_file_says(path):
    recorded, adapter, account = read(path), ADAPTERS[path.parent.name], account_of(path)
    became = [summary(one) for one in adapter.parse(recorded.delivery, account)]
    assert became == recorded.becomes, msgspec.json.format(msgspec.json.encode(became)).decode()


@pytest.mark.parametrize("path", RECORDED, ids=case)
def test_a_recorded_delivery_speaks_under_the_source_of_its_account_alone(path):
    """S24: what a vendor sends cannot name another source."""
    account = account_of(path)
    produced = ADAPTERS[path.parent.name].parse(read(path).delivery, account)
    assert {one.source for one in produced if isinstance(one, Interaction | CallEvent)} <= {account.source}


@pytest.mark.parametrize("path", RECORDED, ids=case)
def test_a_recorded_delivery_is_taken_with_the_secret_of_its_account(path):
    ADAPTERS[path.parent.name].verify(read(path).delivery, account_of(path))


@pytest.mark.parametrize("path", RECORDED, ids=case)
@pytest.mark.promise("S11")
def test_a_recorded_delivery_is_refused_with_another_secret_where_it_is_signed(path):
    adapter, account = ADAPTERS[path.parent.name], account_of(path)
    if adapter.in_path:
        pytest.skip("the secret stands in the path")
    with pytest.raises(DeliveryRefused):
        adapter.verify(read(path).delivery, replace(account, secret="another secret of the same kind"))


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every field and element of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, part in inner for path in ((*above, key), *places(part, (*above, key)))]


@pytest.mark.parametrize("path", [path for path in RECORDED if places(body_of(path))], ids=case)
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_delivery_with_anything_in_any_place_is_understood_or_refused(path, data):
    body, adapter, account = body_of(path), ADAPTERS[path.parent.name], account_of(path)
    *above, last = data.draw(some.sampled_from(places(body)))
    reduce(getitem, above, body)[last] = data.draw(anything)
    changed = replace(read(path).delivery, raw=msgspec.json.encode(body))
    try:
        produced = adapter.parse(changed, account)
        adapter.answer(changed, account, DeliveryResult())
    except InvalidInput:
        return
    for one in produced:
        if isinstance(one, Interaction):
            prepare_channel_submission(one, key_id=account.account_id, region="DE")


def texts_in_json(name: str, number: int) -> list[bytes]:
    """The texts of the interactions in a door's sample, as they stand in its JSON."""
    adapter = ADAPTERS[name]
    sample = adapter.samples(instance_of(adapter))[number]
    texts = {summary(one).get("text", "") for one in adapter.parse(sample, instance_of(adapter))}
    return [text for text in map(msgspec.json.encode, texts - {""}) if text in sample.raw]


SPOKEN = [
    (name, number)
    for name, adapter in ADAPTERS.items()
    for number in range(len(adapter.samples(instance_of(adapter))))
    if texts_in_json(name, number)
]


@pytest.mark.parametrize("written", [rb"\ud83d", rb"\udc4d", rb"\u0000", b"\x00", b"\xed\xa0\xbd"], ids=repr)
@pytest.mark.parametrize(("name", "number"), SPOKEN)
def test_what_cannot_be_stored_becomes_the_replacement_character_in_its_text_alone(name, number, written):
    """Half a surrogate pair (RFC 8259, section 8.2) and NUL: a client that cuts a text within an emoji sends the first."""
    adapter, account = ADAPTERS[name], instance_of(ADAPTERS[name])
    sample = adapter.samples(account)[number]
    raw = sample.raw
    for text in texts_in_json(name, number):
        raw = raw.replace(text, text[:-1] + b"." + written + b'."')
    became = [summary(one) for one in adapter.parse(replace(sample, raw=raw), account)]
    assert len(became) == len(list(adapter.parse(sample, account)))
    assert any("\ufffd" in one.get("text", "") for one in became)
