"""The Segment door over HTTP: what SDKs hear, and what desks read afterwards."""

import gzip

import httpx
import msgspec
import pytest

from tests.channels.conftest import OpenDoor
from tests.channels.segment import WRITE_KEY, basic, batch, event
from tests.fixtures import Desk

SUCCESS = '{"success":true}'


async def send(
    desk: Desk, body: object, path: str = "v1/batch", door: str = "segment/shop", **headers: str
) -> httpx.Response:
    """The answer to a body, of bytes as they are and of anything else as JSON."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await desk.http.post(f"/v1/channels/{door}/{path}", content=content, headers=basic() | headers)


@pytest.fixture
async def shop(open_door: OpenDoor, desk: Desk) -> None:
    await open_door("segment", name="shop", secret=WRITE_KEY)


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shop")]


async def test_a_batch_is_answered_as_the_sdks_want_it_and_stands_in_the_context(desk: Desk) -> None:
    body = batch(
        event(type="identify", event=None, userId="u1", traits={"name": "Anna Berg", "email": "anna@example.de"}),
        event(messageId="m-2", userId="u1", event="Order Completed", properties={"order_id": "A-1"}),
    )
    answered = await send(desk, body)
    assert (answered.status_code, answered.text) == (200, SUCCESS)
    assert answered.headers["access-control-allow-origin"] == "*"
    context = (await desk.look_up(kind="external", value="u1")).json()
    assert context["customer"]["name"] == "Anna Berg"
    assert context["known"]["order_number"]["value"] == "A-1"
    assert [one["kind"] for one in context["recent"]] == ["purchase", "other"]
    assert (await desk.look_up(kind="email", value="anna@example.de")).json()["customer"] == context["customer"]


async def test_an_event_counts_once_however_often_it_is_sent(desk: Desk) -> None:
    for _ in range(3):
        assert (await send(desk, batch(event(), event(), event(messageId="m-2")))).text == SUCCESS
    context = (await desk.look_up(kind="device", value="visitor-1")).json()
    assert context["included"] == {"interactions": 2, "of": 2}


async def test_what_was_typed_into_one_form_is_asked_by_no_other(desk: Desk) -> None:
    address = {"street": "Hauptstr. 1", "postalCode": "89073", "city": "Ulm"}
    await send(desk, event(type="identify", event=None, traits={"address": address}), "v1/i")
    question = {
        "identity": {"kind": "device", "value": "visitor-1"},
        "fields": ["street-address", "postal-code", "tel"],
        "channel": "web",
    }
    answered = (await desk("channel", "POST", "/v1/known/ask", question)).json()
    assert answered["ask"] == ["tel"]
    assert answered["known"]["postal-code"] == {"withheld": "assurance"}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
async def test_json_is_read_whatever_its_content_type_says(desk: Desk, content_type: str) -> None:
    assert (await send(desk, event(), "v1/t", content_type=content_type)).text == SUCCESS
    assert (await desk.look_up(kind="device", value="visitor-1")).status_code == 200


@pytest.mark.parametrize("path", ["v1/batch", "v1/import", "v1/b"])
async def test_gzip_is_read_with_and_without_its_header(desk: Desk, path: str) -> None:
    packed = gzip.compress(msgspec.json.encode(batch(event())))
    assert (await send(desk, packed, path, **{"content-encoding": "gzip"})).text == SUCCESS
    assert (await send(desk, packed, path)).text == SUCCESS
    assert (await desk.look_up(kind="device", value="visitor-1")).json()["included"]["of"] == 1


async def test_the_only_door_needs_no_name_in_its_path(desk: Desk, open_door: OpenDoor) -> None:
    assert (await send(desk, event(), "v1/track", door="segment")).text == SUCCESS


@pytest.mark.parametrize("path", ["v1/batch", "v1/import", "v1/b", "v1/track", "v1/t", "beacon/v1/batch", "v1/m"])
async def test_an_sdk_that_is_told_no_more_than_a_host_reaches_the_only_door(desk: Desk, path: str) -> None:
    body = event(writeKey=WRITE_KEY) if path in {"v1/track", "v1/t"} else {"batch": [event()], "writeKey": WRITE_KEY}
    sent = await desk.http.post(f"/{path}", json=body)
    assert (sent.status_code, sent.content) == (200, b'{"success":true}')


@pytest.mark.parametrize("path", ["v1/batch", "v1/identify", "v1/p"])
async def test_with_two_doors_the_host_alone_is_not_enough_and_the_sdk_reads_why(
    desk: Desk, open_door: OpenDoor, path: str
) -> None:
    await open_door("segment", name="blog")
    sent = await desk.http.post(f"/{path}", json={"batch": [event()]}, headers=basic())
    assert (sent.status_code, sent.json()["code"]) == (404, "not_found")
    assert sent.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/channels/segment/shop/v1/track", "/v1/track"])
@pytest.mark.parametrize(
    "header",
    [
        "Authorization", "Content-Type", "X-Retry-Count", "AnonymousId", "SentAt", "Rsa-Recovered", "Rsa-Retry-Attempt",
        "Rsa-Retry-Reason", "Rsa-Since-First-Attempt", "Rsa-Since-Last-Attempt", "X-Of-The-Next-Version",
    ],
)  # fmt: skip
async def test_a_browser_may_send_every_header_of_its_sdk(desk: Desk, path: str, header: str) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    answer = await desk.http.options(
        path, headers=asked | {"access-control-request-headers": f"authorization, {header}"}
    )
    assert answer.status_code == 204
    assert header.lower() in answer.headers["access-control-allow-headers"].split(", ")


async def test_what_is_no_name_of_a_header_is_not_allowed(desk: Desk) -> None:
    asked = {"access-control-request-headers": 'x-good, x"bad, , ' + "y" * 500}
    allowed = (await desk.http.options("/v1/track", headers=asked)).headers["access-control-allow-headers"].split(", ")
    assert allowed[-1] == "x-good"


async def test_a_browser_asks_first_and_then_sends_its_key_in_the_body(desk: Desk) -> None:
    origin = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    asked = await desk.http.options("/v1/channels/segment/shop/v1/t", headers=origin)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    sent = await desk.http.post("/v1/channels/segment/shop/v1/t", json=event(writeKey=WRITE_KEY), headers=origin)
    assert sent.text == SUCCESS


@pytest.mark.parametrize(
    ("headers", "body", "path", "heard"),
    [
        ({"authorization": basic("guess")["authorization"]}, event(), "v1/batch", (401, "invalid_write_key")),
        ({"authorization": ""}, event(), "v1/batch", (401, "invalid_write_key")),
        ({}, b"nonsense", "v1/batch", (400, "invalid_request")),
        ({}, event(messageId=None), "v1/track", (400, "invalid_request")),
        ({}, b" " * (4096 * 1024 + 1), "v1/batch", (413, "payload_too_large")),
        ({}, gzip.compress(b" " * 5_000_000), "v1/batch", (413, "payload_too_large")),
        ({}, event(), "v1/projects", (404, "not_found")),
    ],
)
async def test_errors_are_worded_as_the_sdks_read_them(
    desk: Desk, headers: dict[str, str], body: object, path: str, heard: tuple[int, str]
) -> None:
    refused = await send(desk, body, path, **headers)
    assert (refused.status_code, refused.json()["code"]) == heard
    assert refused.json()["message"]
    assert refused.headers["access-control-allow-origin"] == "*"


async def test_a_bad_event_spoils_no_other(desk: Desk) -> None:
    assert (await send(desk, batch(7, event(properties={"x": "a\x00b"}), event(messageId="m-2")))).text == SUCCESS
    context = (await desk.look_up(kind="device", value="visitor-1")).json()
    assert context["included"]["of"] == 2


async def test_what_nobody_can_be_found_by_is_kept_under_the_id_of_the_event(desk: Desk) -> None:
    assert (await send(desk, event(anonymousId=None))).text == SUCCESS
    assert (await desk.look_up(kind="external", value="segment:shop:m-1")).status_code == 200


async def test_who_only_mentions_the_address_of_somebody_is_found_by_the_event(desk: Desk) -> None:
    await desk.register(identities=[("email", "anna@example.de")])
    traits = {"email": "anna@example.de"}
    assert (await send(desk, event(type="identify", event=None, anonymousId=None, traits=traits))).text == SUCCESS
    stranger = (await desk.look_up(kind="external", value="segment:shop:m-1")).json()
    assert stranger["customer"]["id"] != (await desk.look_up()).json()["customer"]["id"]


async def test_traits_that_cannot_be_are_left_out_and_the_rest_counts(desk: Desk) -> None:
    traits = {"email": "no address", "phone": "call me", "name": "Anna"}
    assert (await send(desk, event(type="identify", event=None, userId="u1", traits=traits))).text == SUCCESS
    context = (await desk.look_up(kind="external", value="u1")).json()
    assert {one["kind"] for one in context["identities"]} == {"external", "device"}
    assert context["customer"]["name"] == "Anna"


async def test_a_hundred_page_views_are_one_contact(desk: Desk) -> None:
    views = [event(type="page", event=None, name="FAQ", messageId=f"m-{number}") for number in range(100)]
    await send(desk, batch(*views))
    context = (await desk.look_up(kind="device", value="visitor-1")).json()
    assert context["signals"]["contacts_30d"] == 1
    assert context["signals"]["churn_risk"]["level"] == "low"


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 5000,
        b'{"batch":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"batch":[{"messageId":"m-1","properties":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"}]}",
        b'{"batch":[{"messageId":"m-1","anonymousId":"\\ud800"}]}',
        b'{"batch":[{"messageId":"m-1","anonymousId":"a\\u0000b"}]}',
        b'{"batch":[{"messageId":"m-1","timestamp":1e400}]}',
        b'{"batch":[' + b"{}," * 20_000 + b"{}]}",
        b'{"batch":[{"messageId":"m-1","userId":"' + b"9" * 400_000 + b'"}]}',
        b'{"batch":[{"messageId":"m-1","type":"identify","traits":{"email":"' + b"a@" * 10_000 + b'"}}]}',
        b"\x1f\x8b\x08\x00" + b"\xff" * 100,
        b"\xff\xfe{}",
    ],
)
async def test_nothing_that_can_be_sent_is_answered_with_a_mistake_of_ours(desk: Desk, hostile: bytes) -> None:
    answered = await send(desk, hostile)
    assert answered.status_code in {200, 400, 413}
    assert answered.text == SUCCESS or answered.json()["code"] in {"invalid_request", "payload_too_large"}
