"""CloudEvents 1.0: the interaction in `data` or `data_base64`, its source, id and time in the envelope."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from service.channels.cloud_events import parse
from service.errors import InvalidInput
from tests.fixtures import NOW
from tests.registration.events import event_json

CONTENT = {
    name: value
    for name, value in event_json(text="Hello").items()
    if name not in {"source", "source_event_id", "occurred_at"}
}
EVENT = {"specversion": "1.0", "id": "e-1", "source": "/shop", "type": "com.example.message"}
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def in_base64(content: object) -> str:
    return base64.b64encode(msgspec.json.encode(content)).decode()


def read(**fields: object):
    return parse(msgspec.json.encode(EVENT | fields), NOW)


def test_the_envelope_says_where_it_comes_from_and_when():
    one = read(data=CONTENT | {"occurred_at": NOW - timedelta(days=9)}, time=AT)
    assert (one.source, one.source_event_id, one.occurred_at, one.text) == ("/shop", "e-1", AT, "Hello")


def test_data_may_come_as_base64():
    assert read(data_base64=in_base64(CONTENT), time=AT) == read(data=CONTENT, time=AT)


def test_without_a_time_the_data_says_when_and_else_the_arrival_counts():
    assert read(data=CONTENT | {"occurred_at": AT}).occurred_at == AT
    assert read(data=CONTENT).occurred_at == NOW


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"data": CONTENT, "data_base64": in_base64(CONTENT)}, "data_base64"),
        ({"data_base64": "no base64!"}, "data_base64"),
        ({"data_base64": in_base64(["no", "object"])}, "data_base64"),
        ({"data_base64": base64.b64encode(b"\xff\xfe").decode()}, "data_base64"),
        ({"data_base64": in_base64(CONTENT | {"channel": "telegraph"})}, "data.channel"),
        ({"data": CONTENT | {"colour": "red"}}, "data.colour"),
    ],
)
def test_what_is_no_interaction_is_refused_by_its_field(fields, field):
    with pytest.raises(InvalidInput) as refused:
        read(**fields)
    assert refused.value.field == field
