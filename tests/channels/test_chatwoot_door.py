"""Chatwoot at its door: signed webhooks, from a visitor's words to a handoff that its bot asks for."""

import json
from datetime import timedelta

import pytest

from service.channels.chatbot.chatwoot import signature
from tests.channels.vendors import QUEUE, RECORDED, handoffs_of
from tests.fixtures import NOW


@pytest.fixture
async def chatwoot(desk, open_door):
    """A function that sends a recorded delivery as Chatwoot does."""
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    _, path = await open_door("chatwoot", name="shop", secret="hook-secret", queue="support")

    async def post(name, *, secret="hook-secret", at=NOW, delivery=None, **changed):
        raw, stamp = (RECORDED / "chatwoot" / f"{name}.json").read_bytes(), str(int(at.timestamp()))
        raw = json.dumps(json.loads(raw) | changed).encode() if changed else raw
        headers = {
            "x-chatwoot-timestamp": stamp,
            "x-chatwoot-signature": signature(stamp, raw, secret),
            "x-chatwoot-delivery": delivery or f"delivery-{name}",
        }
        return await desk.http.post(path, content=raw, headers=headers)

    return post


async def test_what_visitor_bot_and_agent_wrote_stands_in_one_conversation_of_the_customer(chatwoot, desk):
    for name in ("incoming", "bot", "agent", "private"):
        assert (await chatwoot(name)).status_code == 200
    context = (await desk.look_up()).json()
    (conversation,) = context["conversations"]
    assert conversation["interactions"] == 4
    assert {one["text"] for one in context["recent"]} >= {"Where is my parcel?", "Third time this month"}


async def test_the_same_delivery_twice_counts_once(chatwoot, desk):
    await chatwoot("incoming")
    await chatwoot("incoming", at=NOW + timedelta(seconds=30))
    assert (await desk.look_up()).json()["included"]["of"] == 1


async def test_a_conversation_that_the_bot_opens_for_people_is_a_handoff_with_its_transcript(chatwoot, desk):
    await chatwoot("incoming")
    await chatwoot("bot")
    await chatwoot("opened")
    await chatwoot("opened")
    (handoff,) = await handoffs_of(desk)
    assert handoff["to"]["queue"] == "support"
    assert {line["text"] for line in handoff["packet"]["transcript"]} == {
        "Where is my parcel?",
        "What is your order number?",
    }


async def status_of_conversation(desk):
    (conversation,) = (await desk.look_up()).json()["conversations"]
    return conversation["status"]


async def test_a_conversation_that_is_resolved_there_is_resolved_here_and_a_new_message_opens_it(chatwoot, desk):
    await chatwoot("incoming")
    await chatwoot("opened", delivery="d-1", status="resolved")
    assert await status_of_conversation(desk) == "resolved"
    await chatwoot("opened", delivery="d-2", status="open", updated_at=NOW.timestamp() + 5)
    assert await status_of_conversation(desk) == "open"


async def test_what_is_resolved_there_is_offered_to_nobody_here(chatwoot, desk):
    for name in ("incoming", "bot", "opened"):
        await chatwoot(name)
    (handoff,) = await handoffs_of(desk)
    await chatwoot("opened", delivery="d-1", status="resolved", updated_at=NOW.timestamp() + 5)
    (withdrawn,) = await handoffs_of(desk)
    assert (handoff["state"], withdrawn["state"]) == ("offered", "withdrawn")
    assert withdrawn["outcome"] == "conversation_resolved"


async def test_a_late_or_repeated_report_says_nothing_of_what_was_said_since(chatwoot, desk, clock):
    await chatwoot("incoming")
    await chatwoot("opened", delivery="d-1", status="resolved")
    clock.offset = timedelta(minutes=2)
    await chatwoot("incoming", at=NOW + clock.offset, delivery="again", created_at="2026-11-21T09:31:30.000Z", id=21)
    assert await status_of_conversation(desk) == "open"
    await chatwoot("opened", at=NOW + clock.offset, delivery="d-1", status="resolved")
    await chatwoot("opened", at=NOW + clock.offset, delivery="d-0", status="resolved")
    assert await status_of_conversation(desk) == "open"


@pytest.mark.parametrize("wrong", [{"secret": "guess"}, {"at": NOW - timedelta(minutes=10)}])
@pytest.mark.promise("S11")
async def test_a_delivery_with_a_wrong_or_old_signature_leaves_nothing(chatwoot, desk, wrong):
    refused = await chatwoot("incoming", **wrong)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/delivery-refused")
    assert (await desk.look_up()).status_code == 404
