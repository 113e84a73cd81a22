"""A machine that hands a conversation off once more: the customer keeps the place in the queue, and the agent who serves."""

from datetime import timedelta

import pytest

from service.access.keys import create_key
from service.handoff.caller import Caller
from service.handoff.offering import with_first_offer
from service.handoff.rules import gives_its_place, stays_with_agents
from service.model.vocabulary import HandoffState, Role
from tests.fixtures import KEY_ID, NOW
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, handoff, queue

BEN = {"kind": "email", "value": "ben@example.de"}
EVENING = MONDAY.replace(hour=17)  # 18:00 in Berlin: every desk closes


async def waiting_in(office: Office, name: str) -> list[str]:
    """The customers who wait in this queue, the next one first."""
    listed = await office.desk("console", "GET", f"/v1/handoffs?queue={name}&state=offered")
    return [one["customer_id"] for one in listed.json()["items"]]


@pytest.mark.parametrize("role", ["bot", "store", "channel"])
async def test_who_is_asked_for_twice_keeps_the_place_in_the_queue(office: Office, clock, role):
    first = (await office.hand_off(role, summary="Router is dead", priority=3)).json()
    clock.advance(timedelta(seconds=20))
    behind = (await office.hand_off(role, identity=BEN, priority=3)).json()
    clock.advance(timedelta(seconds=20))
    second = (await office.hand_off(role)).json()
    assert await waiting_in(office, "support") == [first["customer_id"], behind["customer_id"]]
    kept = ("priority", "created_at", "deadline", "summary", "offers", "to")
    assert {name: second[name] for name in kept} == {name: first[name] for name in kept}
    assert ((await office.handoff(first))["state"], second["state"]) == ("withdrawn", "offered")


async def test_a_machine_that_asks_again_and_again_puts_off_no_offer_and_no_callback(office: Office, until: Until):
    await office.queue("support", max_offers=2)
    for second in range(0, 120, 15):
        await until(MONDAY + timedelta(seconds=second))
        asked = (await office.hand_off()).json()
    await until(MONDAY + timedelta(seconds=120))
    assert (await office.handoff(asked))["state"] == "fell_back"


async def test_what_is_new_is_in_the_packet_and_what_is_more_urgent_counts(office: Office):
    await office.hand_off(summary="Router is dead", priority=1)
    second = (await office.hand_off(summary="And it smokes", facts={"error_code": "E42"}, priority=9)).json()
    assert (second["summary"], second["priority"]) == ("And it smokes", 9)
    assert [one["text"] for one in second["packet"]["summaries"]] == ["And it smokes", "Router is dead"]
    assert second["packet"]["facts"]["error_code"]["value"] == "E42"


@pytest.mark.parametrize("to", [{"queue": "support"}, {"queue": "repairs"}])
@pytest.mark.parametrize("begun", [False, True])
async def test_a_machine_that_asks_again_does_not_take_the_customer_from_the_agent(office: Office, to, begun):
    """Whatever queue it asks: the agent decides whether the conversation is transferred."""
    first = (await office.hand_off(summary="Router is dead")).json()
    token = (await office.step(first, "accept", agent="Ben")).json()["token"]
    if begun:
        await office.step(first, "start", token=token)
    again = await office.hand_off(to=to, summary="It smokes", facts={"error_code": "E42"}, key="again")
    told = again.json()
    assert (again.status_code, told["id"], told["served_by"], told["summary"]) == (
        200,
        first["id"],
        "taker",
        "Router is dead",
    )
    repeated = await office.hand_off(to=to, summary="It smokes", facts={"error_code": "E42"}, key="again")
    assert (repeated.status_code, repeated.json()["id"]) == (200, first["id"])
    brief = (await office.desk("console", "GET", f"/v1/handoffs/{first['id']}/brief")).json()
    assert [one["text"] for one in brief["summaries"]] == ["It smokes", "Router is dead"]
    assert brief["known"]["error_code"] == "E42"
    assert (await office.step(first, "complete", token=token)).status_code == 200


async def test_a_machine_that_asks_again_does_not_call_back_what_an_agent_transferred(office: Office):
    first = (await office.hand_off()).json()
    token = (await office.step(first, "accept", agent="Ben")).json()["token"]
    child = (await office.step(first, "transfer", token=token, to={"queue": "repairs"})).json()
    again = await office.hand_off()
    assert (again.status_code, again.json()["id"], again.json()["to"]["queue"]) == (200, child["id"], "repairs")


async def test_a_person_who_hands_off_anew_takes_the_conversation_and_the_summaries(office: Office):
    first = (await office.hand_off(summary="Router is dead")).json()
    await office.step(first, "accept", agent="Ben")
    second = await office.hand_off("console", to={"queue": "repairs"})
    assert (second.status_code, (await office.handoff(first))["state"]) == (201, "withdrawn")
    assert [one["text"] for one in second.json()["packet"]["summaries"]] == ["Router is dead"]


async def test_another_queue_is_asked_at_once_and_the_time_counts_there(office: Office, clock):
    first = (await office.hand_off(priority=2)).json()
    clock.advance(timedelta(seconds=20))
    behind = (await office.hand_off(identity=BEN, to={"queue": "repairs"}, priority=2)).json()
    moved = (await office.hand_off(to={"queue": "repairs"})).json()
    assert await waiting_in(office, "repairs") == [first["customer_id"], behind["customer_id"]]
    assert await waiting_in(office, "support") == []
    assert (moved["deadline"], len(moved["offers"])) == ("2026-11-23T09:01:20Z", 1)


async def test_the_giver_of_a_second_request_learns_no_words_of_who_gave_the_first(office: Office):
    """S2: a bot reads no summary and no reason of a desk, also where that desk's handoff is the answer."""
    words = {"summary": "Says he will sue", "reason": {"text": "Angry"}, "priority": 4}
    given = (await office.hand_off("console", **words)).json()
    waiting = await office.hand_off("bot")
    assert (waiting.json()["summary"], waiting.json()["priority"]) == (None, 4)
    await office.step(waiting.json(), "withdraw")
    taken = (await office.hand_off("console", **words)).json()
    await office.step(taken, "accept", agent="Ben")
    answer = await office.hand_off("bot")
    assert (answer.json()["id"], answer.json()["served_by"], answer.json()["taken_by"]) == (taken["id"], "taker", None)
    assert given["customer_id"] == answer.json()["customer_id"]
    for answered in (waiting, answer):
        assert not {word for word in ("sue", "Angry", "Ben") if word in answered.text}


async def test_a_bot_hands_on_what_its_own_queue_has_taken(office: Office, rooms):
    async with rooms.database.transaction() as connection:
        office.desk.keys[Role.BOT] = await create_key(
            connection, role=Role.BOT, name="expert", now=NOW, queue="repairs"
        )
    first = (await office.hand_off("console", to={"queue": "repairs"})).json()
    await office.step(first, "accept", role="bot", agent="gpt")
    second = await office.hand_off("bot", to={"queue": "support"})
    assert (second.status_code, second.json()["state"]) == (201, "offered")


def test_another_desk_that_is_closed_costs_the_customer_no_place():
    here, closed = queue(), queue("repairs", hours="Mo-Fr 11:00-12:00")
    waiting = handoff(priority=2, deadline=MONDAY)
    asked = handoff(queue="repairs", asked_queue="repairs", offers=(), deadline=None)
    kept = with_first_offer(asked, [closed], now=MONDAY, waiting=waiting)
    assert kept.deadline is not None
    assert (kept.queue, kept.offers, kept.priority) == (here.name, waiting.offers, 2)
    assert with_first_offer(asked, [closed], now=MONDAY).deadline is None


@pytest.mark.parametrize("agent", [None, "Ben"])
def test_an_agent_who_is_asked_by_name_is_another_desk_than_the_queue(agent):
    waiting = handoff(deadline=MONDAY)
    new = with_first_offer(handoff(offers=()), [queue()], now=MONDAY, agent=agent, waiting=waiting)
    assert new.deadline is not None
    assert (new.offers[-1].to.agent, new.offers == waiting.offers) == (agent, agent is None)


@pytest.mark.parametrize(
    ("role", "state", "serves", "stays", "place"),
    [
        ("bot", "offered", None, False, True),
        ("channel", "accepted", None, True, False),
        ("store", "active", "repairs", True, False),
        ("bot", "active", "support", False, False),
        ("console", "active", None, False, False),
        ("admin", "offered", None, False, False),
        ("partner", "accepted", "repairs", False, False),
    ],
)
def test_a_machine_takes_nothing_from_an_agent_and_a_person_may(role, state, serves, stays, place):
    asks = Caller(key_id=KEY_ID, role=Role(role), name=role, queue=serves, now=NOW)
    open_one = handoff(HandoffState(state))
    assert (stays_with_agents(open_one, asks), gives_its_place(open_one, asks)) == (stays, place)
