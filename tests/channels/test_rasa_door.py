"""A Rasa bot at its door, from the URL in its endpoints.yml to the desk that takes its customer over."""

import json

import pytest

from tests.channels.vendors import QUEUE, RECORDED, handoffs_of

HANDOFF = (RECORDED / "rasa" / "handoff.json").read_bytes()
LINES = (RECORDED / "rasa" / "broker.jsonl").read_bytes()
CUSTOMER = {"kind": "external", "value": "rasa:shop:web-4711"}


@pytest.fixture
async def bot(desk, open_door):
    """A function that posts as Rasa does, to a door whose handoffs go to support."""
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    _, path = await open_door("rasa", name="shop", queue="support")

    async def post(raw, below="/webhook", **headers):
        return await desk.http.post(f"{path}{below}", content=raw, headers=headers)

    return post


async def test_a_handoff_needs_no_code_in_the_bot_and_arrives_with_all_that_was_said(bot, desk):
    answered = await bot(HANDOFF)
    (handoff,) = await handoffs_of(desk)
    assert answered.json()["events"] == [
        {"event": "slot", "name": "handoff_id", "value": handoff["id"]},
        {"event": "pause"},
    ]
    assert (handoff["to"]["queue"], handoff["reason"]["text"]) == ("support", "I want a person")
    assert [line["text"] for line in handoff["packet"]["transcript"]] == [
        "Where is my parcel?",
        "What is your order number?",
        "A-12345",
        "I want a person",
    ]
    assert handoff["packet"]["facts"]["order_number"]["value"] == "A-12345"


async def test_what_the_bot_heard_stands_in_the_customers_context(bot, desk):
    await bot(HANDOFF)
    context = (await desk.look_up(**CUSTOMER)).json()
    assert context["known"]["order_number"]["value"] == "A-12345"
    assert "Where is my parcel?" in [one.get("text") for one in context["recent"]]


async def test_the_same_call_twice_counts_once_and_gets_the_same_handoff(bot, desk):
    first, again = await bot(HANDOFF), await bot(HANDOFF)
    assert first.json() == again.json()
    assert len(await handoffs_of(desk)) == 1
    assert (await desk.look_up(**CUSTOMER)).json()["included"]["of"] == 6


async def test_what_came_by_the_broker_and_by_the_tracker_counts_once(bot, desk):
    assert (await bot(LINES, "/events")).json() == {}
    await bot(LINES, "/events")
    assert (await desk.look_up(**CUSTOMER)).json()["included"]["of"] == 5
    await bot(HANDOFF)
    assert (await desk.look_up(**CUSTOMER)).json()["included"]["of"] == 6


async def test_a_phone_number_as_sender_is_the_customer_whom_the_hotline_knows(bot, desk):
    known = (await desk.register(identities=[("phone", "030 123456")], facts={"tariff": "M"})).json()
    await bot(HANDOFF.replace(b"web-4711", b"+4930123456"))
    (handoff,) = await handoffs_of(desk)
    assert handoff["customer_id"] == known["customer_id"]
    assert handoff["packet"]["facts"]["tariff"]["value"] == "M"


async def test_the_secret_may_stand_in_a_header_instead(desk, open_door):
    account, _ = await open_door("rasa", name="shop")
    headers = {"authorization": f"Bearer {account.secret}"}
    body = json.dumps({"sender_id": "a", "event": "user", "text": "Hi", "message_id": "m"}).encode()
    assert (await desk.http.post("/v1/channels/rasa/webhook", content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guess"}])
async def test_whoever_does_not_know_the_secret_is_refused(desk, open_door, headers):
    await open_door("rasa", name="shop")
    refused = await desk.http.post("/v1/channels/rasa/webhook", content=HANDOFF, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/delivery-refused")


async def test_a_queue_that_is_missing_is_told_to_the_bot_and_nothing_is_lost(desk, open_door):
    _, path = await open_door("rasa", name="shop", queue="nowhere")
    answered = await desk.http.post(f"{path}/webhook", content=HANDOFF)
    assert (answered.status_code, answered.json()["action_name"]) == (400, "action_handoff")
    assert (await desk.look_up(**CUSTOMER)).json()["included"]["of"] == 5
