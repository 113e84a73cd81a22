"""Customers who may leave: found in time, told once a rise, acted on, and looked at again later."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.events.deliveries import claim_deliveries
from service.events.journal import read_events_after
from service.events.payload import event_data
from service.events.rules import EventFilter
from service.model.vocabulary import Audience
from tests.fixtures import NOW
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)
TROUBLE = {"attempt": ("Restarted", "failed"), "mood": -0.8}


async def trouble(desk, times: int = 2, **fields) -> str:
    """A customer with so many failed attempts and a low mood; gives the id."""
    for number in range(times):
        said = TROUBLE | {"attempt": (f"Try {number}", "failed")}
        customer_id = (await desk.register(**said | fields)).json()["customer_id"]
    return customer_id


async def at_risk(desk, query: str = "") -> list[dict]:
    answer = await desk("console", "GET", f"/v1/at-risk{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def told(rooms) -> list[str]:
    """The customers of whom others were told that they may leave, in that order."""
    async with rooms.database.connection() as connection:
        rows = await connection.fetch("SELECT customer_id FROM event WHERE type = 'customer.at_risk' ORDER BY event_id")
    return [str(row["customer_id"]) for row in rows]


async def rules(desk) -> dict[str, dict]:
    items = (await desk("console", "GET", "/v1/at-risk/rules")).json()["items"]
    return {one["code"]: {name: count for name, count in one.items() if count and name != "code"} for one in items}


async def test_a_customer_who_may_leave_is_listed_with_codes_and_numbers(desk, evaluate):
    anna = await trouble(desk)
    await desk.register(email="ben@example.de")
    await evaluate()
    (one,) = await at_risk(desk)
    assert (one["customer_id"], one["level"], one["since"]) == (anna, "high", "2026-11-21T09:30:00Z")
    assert one["reasons"] == [{"code": "failed_attempts", "value": 2}, {"code": "low_mood", "value": -0.8}]
    assert (one["way"], one["actions"]) == (None, [])


async def test_others_are_told_once_a_rise_and_again_after_the_risk_had_fallen(desk, rooms, evaluate):
    anna = await trouble(desk)
    await evaluate()
    await desk.register(text="Hello?")
    await evaluate()
    assert await told(rooms) == [anna]
    conversations = (await desk("console", "GET", f"/v1/customers/{anna}/context")).json()["conversations"]
    for attempt in ("Try 0", "Try 1"):
        await desk.register(attempt=(attempt, "worked"), mood=1.0, at=NOW)
    for number in range(4):
        await desk.register(mood=1.0, text=f"Thanks {number}")
    await evaluate()
    assert conversations
    assert await at_risk(desk) == []
    await trouble(desk, 4, mood=-1.0, channel="phone", kind="call", outcome="abandoned")
    await evaluate()
    assert await told(rooms) == [anna, anna]


async def test_the_ten_most_urgent_are_shown_and_more_on_demand(desk, evaluate):
    worst = await trouble(desk, email="worst@example.de", channel="phone", kind="call", outcome="abandoned")
    for number in range(11):
        await trouble(desk, email=f"one-{number}@example.de")
    await evaluate()
    assert len(shown := await at_risk(desk)) == 10
    assert shown[0]["customer_id"] == worst
    assert len(await at_risk(desk, "?limit=50")) == 12
    for limit in ("0", "201", "ten"):
        assert (await desk("console", "GET", f"/v1/at-risk?limit={limit}")).status_code == 400


async def test_what_was_done_stands_beside_the_customer_until_the_risk_falls(desk, evaluate, clock):
    anna = await trouble(desk)
    await evaluate()
    clock.offset = timedelta(minutes=5)
    done = {"action": "called", "note": "Technician comes on Monday"}
    answer = await desk("console", "POST", f"/v1/at-risk/{anna}/actions", done)
    assert answer.status_code == 201, answer.text
    ((action,),) = [one["actions"] for one in await at_risk(desk)]
    assert action == done | {"by": "the console", "at": "2026-11-21T09:35:00Z"}
    assert (await rules(desk))["low_mood"] == {"fired": 1, "acted_on": 1, "undecided": 1}


@pytest.mark.parametrize(
    "body", [{"action": "danced"}, {}, {"action": "called", "note": "x" * 1001}, {"action": "called", "x": 1}]
)
async def test_an_action_that_is_none_is_refused_by_its_field(desk, evaluate, body):
    anna = await trouble(desk)
    await evaluate()
    assert (await desk("console", "POST", f"/v1/at-risk/{anna}/actions", body)).status_code == 400


async def test_a_customer_who_is_not_at_risk_looks_absent(desk, evaluate):
    ben = (await desk.register(email="ben@example.de")).json()["customer_id"]
    await evaluate()
    for one in (ben, uuid4(), "x"):
        answer = await desk("console", "POST", f"/v1/at-risk/{one}/actions", {"action": "called"})
        assert answer.status_code == 404


async def test_each_rule_counts_who_stayed_with_an_action_and_without(desk, evaluate, clock):
    ids = {name: await trouble(desk, email=f"{name}@example.de") for name in ("acted", "alone", "silent", "left")}
    await evaluate()
    for name in ("acted", "left"):
        await desk("console", "POST", f"/v1/at-risk/{ids[name]}/actions", {"action": "offered"})
    later = NOW + timedelta(days=20)
    clock.offset = timedelta(days=20)
    for name in ("acted", "alone"):
        await desk.register(email=f"{name}@example.de", channel="store", kind="purchase", at=later)
    await desk.register(email="left@example.de", facts={"cancelled_on": "2026-12-10"}, at=later)
    clock.offset = timedelta(days=61)
    await evaluate()
    assert (await rules(desk))["low_mood"] == {
        "fired": 4,
        "acted_on": 2,
        "stayed_with_action": 1,
        "left_with_action": 1,
        "stayed_without_action": 1,
        "left_without_action": 1,
    }


async def test_a_cancellation_page_counts_as_leaving(desk, evaluate, clock):
    await trouble(desk)
    await evaluate()
    clock.offset = timedelta(days=3)
    await desk.register(channel="web", kind="page", text="Vertrag kündigen", at=NOW + timedelta(days=3))
    clock.offset = timedelta(days=61)
    await evaluate()
    assert (await rules(desk))["low_mood"] == {"fired": 1, "left_without_action": 1}


async def test_a_matter_on_the_way_of_those_who_gave_up_is_a_reason(desk, evaluate, clock):
    past = [
        event_json(email=f"past-{number}@example.de", channel=channel, ref=f"case-{number}", at=NOW - wait)
        for number in range(20)
        for channel, wait in (("chatbot", 30 * MINUTE), ("chatbot", 20 * MINUTE), ("email", MINUTE))
    ]
    registered = (await desk("channel", "POST", "/v1/interactions/batch", past)).json()
    for one in registered[27::3]:
        await desk("console", "PATCH", f"/v1/conversations/{one['conversation_id']}", {"status": "resolved"})
    clock.offset = timedelta(days=20)
    for channel, minute in (("chatbot", 0), ("email", 30)):
        at = NOW + timedelta(days=20, minutes=minute - 60)
        anna = (await desk.register(channel=channel, ref="case-anna", at=at)).json()["customer_id"]
    await evaluate()
    (one,) = [item for item in await at_risk(desk, "?limit=200") if item["customer_id"] == anna]
    assert one["way"] == {"way": ["chatbot", "email"], "matters": 20, "gave_up": 9}
    assert one["reasons"] == [{"code": "way_of_those_who_gave_up", "value": 0.45}]
    assert one["level"] == "medium"


async def test_the_event_tells_a_webhook_the_level_and_the_rules(desk, rooms, evaluate, clock):
    wanted = {"url": "https://crm.example.com/askonce", "types": ["customer.at_risk"], "role": "console"}
    assert (await desk("admin", "PUT", "/v1/webhooks/crm", wanted)).status_code == 201
    anna = await trouble(desk)
    await evaluate()
    await desk.register(text="Hello?")
    await evaluate()
    async with rooms.database.transaction() as connection:
        (due,) = await claim_deliveries(connection, now=clock.now(), running={})
        events = await read_events_after(connection, 0, 100)
    assert due.event_filter.matches(due.event)
    assert not EventFilter(audience=Audience.BOT).matches(due.event)
    (listened,) = [one for one in events if one.type == "customer.at_risk"]
    for event in (due.event, listened):
        rose = event_data(event)
        assert (str(rose.customer_id), rose.level, rose.codes) == (anna, "high", ("failed_attempts", "low_mood"))
