"""Bodies: what cannot be read or stored is refused with the field named, never with a 500 and never echoed."""

from typing import Any

import msgspec
import pytest

from service.errors import InvalidInput
from service.handoff.model import HandoffRequest
from service.identity.profile import CustomerPatch
from service.model.allowed_values import allowed_values
from service.model.decode import decode_json
from service.model.interaction import Interaction
from service.model.vocabulary import Channel, IdentityKind
from service.web.http.response import json_response
from service.web.http.route import MAX_BODY_BYTES
from tests.web.front import Note, answering, application, caller

GOOD = {
    "source": "shop-bot",
    "source_event_id": "m-17",
    "occurred_at": "2026-11-21T09:30:00Z",
    "channel": "chatbot",
    "kind": "message",
    "direction": "inbound",
    "identities": [{"kind": "email", "value": "anna@example.de"}],
}


HANDOFF = {
    "to": {"queue": "repairs"},
    "customer_id": "01900000-0000-7000-8000-000000000001",
    "reason": {"code": "customer_request"},
}


def body(**changed: Any) -> bytes:
    return msgspec.json.encode(GOOD | changed)


def nested(depth: int, *, inside: bytes = b"") -> bytes:
    return b'{"a":' * (depth - 1) + b"[" + inside + b"]" + b"}" * (depth - 1)


def with_data(data: bytes) -> bytes:
    return body().removesuffix(b"}") + b',"data":' + data + b"}"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (body(identities=[{"kind": "fax", "value": "1"}]), "identities[0].kind"),
        (body(identities=[{"kind": "email"}]), "identities[0].value"),
        (body(identities=[{"kind": "email", "value": "a", "score": 1}]), "identities[0].score"),
        (body(shoe_size=43), "shoe_size"),
        (body(mood="sad"), "mood"),
        (body(mood=2), "mood"),
        (body(occurred_at="yesterday"), "occurred_at"),
        (body(facts={"a b": 1}), "facts"),
        (body(text="a\x00b"), "text"),
        (body(facts={"pin": "a\x00b"}), "facts[...]"),
        (body(data={"a": [1, {"b\x00": 1}]}), "data[...][1][...]"),
        (body(data={"a": 2**63}), "data[...]"),
        (body(data={"a": [-(2**63) - 1]}), "data[...][0]"),
        (with_data(b'{"a":' + b"9" * 400 + b"}"), "data[...]"),
        (with_data(b'{"a":1e999}'), "data[...]"),
        (b"[]", ""),
        (b'"text"', ""),
    ],
)
def test_what_does_not_fit_is_refused_by_name(raw, field):
    with pytest.raises(InvalidInput) as refused:
        decode_json(raw, Interaction)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        ({"channel": "fax"}, "chatbot, phone, email, store, web, social"),
        ({"attempt": {"what": "Restart", "outcome": "odd"}}, "pending, worked, failed, unknown"),
        ({"participant": {"role": "king"}}, "customer, bot, agent, system"),
        ({"identities": [{"kind": "fax", "value": "1"}]}, ", ".join(IdentityKind)),
    ],
)
def test_a_value_of_no_closed_set_is_refused_with_those_there_are(sent, allowed):
    with pytest.raises(InvalidInput) as refused:
        decode_json(body(**sent), Interaction)
    assert refused.value.message == f"One of {allowed} is expected."


def test_the_sets_of_lists_and_dictionaries_are_found():
    shape = dict[Channel, list[Channel]]
    assert allowed_values(shape, "[...]") == allowed_values(shape, "[...][0]") == list(Channel)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"a":NaN}',
        b"{} {}",
        body(text="TEXT").replace(b"TEXT", b"a\x00b"),
        with_data(nested(33)),
        with_data(nested(900)),
        with_data(b"[" * 5000 + b"]" * 5000),
        with_data(b"[" * 100_000),
    ],
)
@pytest.mark.promise("S14")
def test_what_is_no_json_or_too_deep_is_refused(raw):
    with pytest.raises(InvalidInput):
        decode_json(raw, Interaction)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (b"\\ud800", "\ufffd"),
        (b"a\\uDC00x", "a\ufffdx"),
        (b"\\ud83d\\u0041", "\ufffdA"),
        (b"\\ud83d\\ud83d\\ude00", "\ufffd\U0001f600"),
        (b"\\\\ud800 \\udfff", "\\ud800 \ufffd"),
        (b"\xed\xa0\x80\xed\x95\x9c", "\ufffd\ud55c"),
    ],
)
def test_half_a_surrogate_pair_becomes_the_replacement_character(written, text):
    raw = body(text="TEXT", data={"TEXT": ["TEXT"]}).replace(b"TEXT", written)
    found = decode_json(raw, Interaction)
    assert (found.text, found.data) == (text, {text: [text]})


def test_an_optional_text_that_is_empty_counts_as_absent():
    told = body(text="", language="", conversation={"ref": "", "subject": "Tap"}, participant={"role": "bot", "id": ""})
    absent = body(conversation={"subject": "Tap"}, participant={"role": "bot"})
    assert decode_json(told, Interaction) == decode_json(absent, Interaction)


def test_empty_texts_stay_where_they_are_a_value_of_its_own():
    data = b'{"a":"","b":[""],"c":1.10}'
    assert decode_json(with_data(data), Interaction).data == {"a": "", "b": [""], "c": 1.1}
    with pytest.raises(InvalidInput, match="source: "):
        decode_json(body(source="", text=""), Interaction)


@pytest.mark.parametrize(
    ("shape", "told", "absent"),
    [
        (HandoffRequest, HANDOFF | {"reason": {"code": "customer_request", "text": ""}, "summary": ""}, HANDOFF),
        (CustomerPatch, {"name": "", "language": "", "segments": []}, {"segments": []}),
        (list[Interaction], [GOOD | {"text": ""}], [GOOD]),
    ],
)
def test_an_empty_text_is_absent_in_every_request(shape, told, absent):
    assert decode_json(msgspec.json.encode(told), shape) == decode_json(msgspec.json.encode(absent), shape)


@pytest.mark.parametrize(
    "data",
    [
        nested(31),
        b'{"a":9223372036854775807,"b":-9223372036854775808}',
        b'{"a":"99999999999999999999999999"}',
        b'{"a":"\\\\u0000"}',
        b'{"a":0.12345678901234567890123}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":[' + b"{}," * 500 + b"{}]}",
    ],
)
def test_what_only_looks_dangerous_is_taken(data):
    assert decode_json(with_data(data), Interaction).data == msgspec.json.decode(data)


@pytest.mark.parametrize(
    "raw",
    [
        body(channel="Anna Canary"),
        body(identities=[{"kind": "anna.canary@example.de", "value": "x"}]),
        body(occurred_at="Anna Canary"),
        body(facts={"Anna Canary": 1}),
        body(data={"Anna Canary": "\x00"}),
        body(text="Anna Canary\x00"),
    ],
)
def test_a_refusal_does_not_repeat_what_was_sent(raw):
    with pytest.raises(InvalidInput) as refused:
        decode_json(raw, Interaction)
    assert "anary" not in refused.value.detail


async def echo(request):
    return json_response(decode_json(request.raw, Note))


NOTES = application(answering(echo, "POST", path="/v1/notes", body=Note))


async def test_a_refused_field_is_told_as_a_problem():
    async with caller(NOTES) as client:
        refused = await client.post("/v1/notes", json={"text": 7})
    assert refused.status_code == 400
    assert refused.json() == {
        "type": "/problems/invalid-input",
        "title": "Invalid input",
        "status": 400,
        "detail": "text: Expected `str`, got `int`",
        "errors": [{"field": "text", "message": "Expected `str`, got `int`"}],
    }


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8", None])
async def test_json_is_read_with_or_without_its_name(content_type):
    headers = {"content-type": content_type} if content_type else {}
    async with caller(NOTES) as client:
        answer = await client.post("/v1/notes", content=b'{"text":"x"}', headers=headers)
    assert answer.json() == {"text": "x"}


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/plain"}, {"content-type": "application/xml"}, {"content-encoding": "gzip"}],
)
async def test_another_kind_of_body_is_refused(headers):
    async with caller(NOTES) as client:
        refused = await client.post("/v1/notes", content=b'{"text":"x"}', headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (415, "/problems/media-type-unknown")


async def chunks(*, size: int, count: int):
    for _ in range(count):
        yield b" " * size


@pytest.mark.parametrize(
    "headers",
    [{}, {"content-length": "12"}, {"content-length": str(MAX_BODY_BYTES + 1)}, {"content-length": "9" * 5000}],
    ids=["unannounced", "announced as short", "announced", "announced as endless"],
)
@pytest.mark.promise("S14")
async def test_a_body_over_256_kb_is_refused_whatever_it_claims(headers):
    async with caller(NOTES) as client:
        refused = await client.post("/v1/notes", content=chunks(size=1024, count=257), headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/body-too-large")


async def test_a_body_of_exactly_256_kb_is_read():
    content = b'{"text":"x"}'.ljust(MAX_BODY_BYTES)
    async with caller(NOTES) as client:
        assert (await client.post("/v1/notes", content=content)).status_code == 200
        assert (await client.post("/v1/notes", content=content + b" ")).status_code == 413


async def test_a_body_in_many_pieces_is_put_together():
    async def pieces():
        for piece in (b'{"te', b'xt":', b'"x"}'):
            yield piece

    async with caller(NOTES) as client:
        assert (await client.post("/v1/notes", content=pieces())).json() == {"text": "x"}
