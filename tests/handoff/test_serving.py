"""Whoever speaks hears who serves the customer: in the answer to an interaction, and of the conversation itself."""

from typing import Any

from service.channels import cloud_events
from tests.handoff.conftest import Office
from tests.handoff.examples import MONDAY
from tests.registration.events import event_json

CHAT = {"ref": "shop-bot:1", "at": MONDAY}


async def says(office: Office, **fields: Any) -> Any:
    """Who serves, as the bot hears it that says something in the chat."""
    spoken = {"direction": "outbound", "participant": {"role": "bot"}} | CHAT | fields
    return (await office.desk.register("bot", **spoken)).json()["served_by"]


async def in_chat(office: Office, **fields: Any) -> dict[str, Any]:
    """The chat of Anna, handed off; its ids."""
    chat = (await office.desk.register("bot", **CHAT)).json()
    assert chat["served_by"] is None
    handoff = await office.hand_off(conversation={"id": chat["conversation_id"]}, **fields)
    return chat | {"handoff": handoff.json()}


async def test_a_bot_that_speaks_hears_who_has_the_customer_at_every_step_of_a_handoff(office: Office):
    handoff = (await in_chat(office))["handoff"]
    heard = [await says(office)]
    taken = (await office.step(handoff, "accept", agent="ada")).json()
    heard.append(await says(office))
    await office.step(handoff, "start", token=taken["token"])
    heard.append(await says(office))
    await office.step(handoff, "return", token=taken["token"])
    heard.append(await says(office))
    again = (await office.hand_off(conversation={"ref": "shop-bot:1"}, mode="pass")).json()
    heard.append(await says(office))
    taken = (await office.step(again, "accept", agent="ada")).json()
    await office.step(again, "complete", token=taken["token"], outcome="Solved")
    heard.append(await says(office))
    assert heard == ["giver", "taker", "taker", "giver", "nobody", "nobody"]


async def test_a_bot_stays_silent_while_the_desk_that_took_over_asks_another_one(office: Office):
    handoff = (await in_chat(office))["handoff"]
    taken = (await office.step(handoff, "accept", agent="ada")).json()
    await office.step(handoff, "transfer", token=taken["token"], to={"queue": "repairs"})
    assert await says(office) == "taker"


async def test_the_same_event_again_hears_who_serves_now(office: Office):
    chat = await in_chat(office)
    first = event_json(id="m-1", **CHAT)
    one = (await office.desk("bot", "POST", "/v1/interactions", first)).json()
    assert (one["duplicate"], one["served_by"]) == (False, "giver")
    again = (await office.desk("bot", "POST", "/v1/interactions", first)).json()
    assert again == one | {"duplicate": True}
    await office.step(chat["handoff"], "accept", agent="ada")
    later = (await office.desk("bot", "POST", "/v1/interactions", first)).json()
    assert later == one | {"duplicate": True, "served_by": "taker"}


async def test_each_item_of_a_batch_and_a_cloud_event_say_who_serves(office: Office):
    chat = await in_chat(office)
    await office.step(chat["handoff"], "accept", agent="ada")
    other = event_json(ref="shop-bot:2", at=MONDAY)
    batch = [event_json(**CHAT), other, other, event_json(channel="pigeon")]
    answers = (await office.desk("bot", "POST", "/v1/interactions/batch", batch)).json()
    assert [one.get("served_by", "absent") for one in answers] == ["taker", None, None, "absent"]
    told = event_json(**CHAT)
    event = {"specversion": "1.0", "type": "x", "source": "shop-bot", "id": "ce-1", "time": MONDAY.isoformat()}
    headers = {"content_type": cloud_events.MEDIA_TYPE}
    answer = await office.desk("bot", "POST", "/v1/interactions", event | {"data": told}, **headers)
    assert answer.json()["served_by"] == "taker", answer.text


async def test_a_call_that_ends_in_vain_hears_that_nobody_serves_any_more(office: Office):
    chat = await in_chat(office)
    lost = await office.desk.register("bot", **CHAT, channel="phone", kind="call", outcome="abandoned")
    assert (await office.handoff(chat["handoff"]))["state"] == "failed"
    assert lost.json()["served_by"] == "nobody"


async def test_who_serves_is_told_of_a_merged_customers_conversation_too(office: Office):
    chat = await in_chat(office)
    await office.step(chat["handoff"], "accept", agent="ada")
    other = (await office.desk.register(email="a.bauer@example.de", at=MONDAY)).json()
    path = f"/v1/customers/{other['customer_id']}/merges"
    merged = await office.desk("console", "PUT", path, {"other_customer_id": chat["customer_id"]})
    assert merged.status_code == 200, merged.text
    assert await says(office) == "taker"


async def test_the_conversation_says_who_serves_by_name_to_our_desks_and_by_role_to_others(office: Office):
    chat = await in_chat(office, to={"queue": "repairs"})
    taken = await office.step(chat["handoff"], "accept", role="partner", agent="pia")
    assert taken.status_code == 200
    path = f"/v1/conversations/{chat['conversation_id']}"
    console = (await office.desk("console", "GET", path)).json()
    assert (console["served_by"], console["queue"], console["agent"]) == ("taker", "repairs", "pia")
    assert (console["customer_id"], console["ref"]) == (chat["customer_id"], "shop-bot:1")
    for role in ("bot", "partner"):
        assert (await office.desk(role, "GET", path)).json() == {
            "id": chat["conversation_id"], "subject": None, "status": "open", "channels": ["chatbot"],
            "served_by": "taker",
        }  # fmt: skip


async def test_a_partner_finds_no_conversation_but_what_its_queue_was_handed(office: Office):
    chat = await in_chat(office)
    foreign = await office.desk("partner", "GET", f"/v1/conversations/{chat['conversation_id']}")
    absent = await office.desk("partner", "GET", f"/v1/conversations/{chat['customer_id']}")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    assert (await office.desk("bot", "GET", "/v1/conversations/none")).status_code == 404
    await office.promise("console", conversation={"id": chat["conversation_id"]}, queue="repairs", phone="0171/1234567",
        customer_id=chat["customer_id"])  # fmt: skip
    assert (await office.desk("partner", "GET", f"/v1/conversations/{chat['conversation_id']}")).status_code == 200
