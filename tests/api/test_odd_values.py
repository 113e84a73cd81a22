"""Every parameter of every route takes what callers put into it: it is used, refused, or finds nothing; never a 500."""

import msgspec
import pytest

from service.model.vocabulary import Role
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

ODD = ["%00", "a%00b", "%ED%A0%80", "%FF", "%F0%9F", "", "%20", "%0A", "a/b", "9" * 40, "-1", "x" * 3000, "%E2%80%AE"]
ODD_HEADERS = [b"\xff", b"", b" ", b"\xed\xa0\x80", b"9" * 40, b"a\tb", b"x" * 3000, b",;=q", b"W/"]


async def parameters(desk) -> list[tuple[str, str, str, dict[str, str]]]:
    """(role, method, path, parameter) of every parameter of every described operation."""
    description = (await desk("admin", "GET", "/openapi.json")).json()
    return [
        (next((role for role in operation["x-roles"] if role in {*Role}), "admin"), method.upper(), path, parameter)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        if path != "/v1/events"  # a stream has no end to wait for
    ]


@pytest.mark.parametrize("odd", ODD)
async def test_no_value_in_a_path_or_a_query_breaks_a_route(desk, odd):
    for role, method, path, parameter in await parameters(desk):
        if parameter["in"] == "header":
            continue
        inserted = path.replace(f"{{{parameter['name']}}}", odd)
        url = inserted if parameter["in"] == "path" else f"{path}?{parameter['name']}={odd}"
        answer = await desk(role, method, url, {} if method in {"POST", "PUT", "PATCH"} else None, idempotency_key=url)
        assert answer.status_code < 500, (method, url, answer.text)


@pytest.mark.parametrize("odd", ODD_HEADERS)
async def test_no_value_of_a_header_breaks_a_route(desk, odd):
    for role, method, path, parameter in await parameters(desk):
        if parameter["in"] == "header":
            headers = {b"authorization": f"Bearer {desk.keys[Role(role)]}".encode(), parameter["name"].encode(): odd}
            answer = await desk.http.request(method, path, headers=list(headers.items()), json={})
            assert answer.status_code < 500, (method, path, parameter["name"], answer.text)


async def test_nul_in_a_query_is_refused_by_the_name_of_the_parameter(desk):
    for role, method, path, parameter in await parameters(desk):
        if parameter["in"] == "query" and "{" not in path:
            answer = await desk(role, method, f"{path}?{parameter['name']}=a%00b")
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, parameter["name"]), path


async def test_an_empty_queue_in_a_query_means_every_queue(desk):
    every = (await desk("console", "GET", "/v1/handoffs")).json()
    assert (await desk("console", "GET", "/v1/handoffs?queue=&state=")).json() == every


async def test_a_stream_refuses_what_cannot_be_stored(desk):
    for query in ("queue=%00", "customer=%00"):
        answer = await desk("console", "GET", f"/v1/events?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize("path", ["asterisk", "chatwoot", "mailgun", "rasa", "twilio"])
async def test_a_door_takes_any_path_below_it(desk, path):
    for odd in ODD:
        assert (await desk.http.post(f"/v1/channels/{path}/{odd}?token={odd}")).status_code < 500, odd


async def test_half_a_surrogate_pair_or_a_nul_in_one_text_spoils_no_other_interaction(desk):
    """RFC 8259, section 8.2: half a pair is legal JSON; PostgreSQL stores neither it nor NUL."""
    texts = ["ok", "cut @", "nul #", "also ok"]
    raw = msgspec.json.encode([event_json(text=text) for text in texts])
    raw = raw.replace(b"cut @", rb"cut \ud83d").replace(b"nul #", rb"nul \u0000")
    headers = {"authorization": f"Bearer {desk.keys[Role.CHANNEL]}", "content-type": "application/json"}
    answers = (await desk.http.post("/v1/interactions/batch", content=raw, headers=headers)).json()
    assert [one["status"] for one in answers] == [201, 201, 400, 201]
    recent = (await desk.look_up()).json()["recent"]
    assert sorted(one["text"] for one in recent) == ["also ok", "cut \ufffd", "ok"]
