"""Many hands reach for one conversation, or one call: exactly one gets it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import pytest

from tests.handoff.conftest import Office
from tests.handoff.examples import MONDAY

AT_ONCE = 50
ROUNDS = pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.slow)])


async def insist(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The answer to a client that asks again as long as the service is busy."""
    while (answer := await ask()).status_code == 503:
        continue
    return answer


@ROUNDS
@pytest.mark.promise("D14")
async def test_of_fifty_takers_at_once_one_wins(office: Office, measured, rounds: int):
    for number in range(rounds):
        email = {"kind": "email", "value": f"anna{number}@example.de"}
        handoff = (await office.hand_off(identity=email)).json()
        answers = await asyncio.gather(
            *(insist(partial(office.step, handoff, "accept", agent=f"agent {agent}")) for agent in range(AT_ONCE))
        )
        won = [answer.json() for answer in answers if answer.status_code == 200]
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert (len(won), len(lost)) == (1, AT_ONCE - 1)
        assert {one["type"] for one in lost} == {"/problems/handoff-taken"}
        stored = await office.handoff(handoff)
        assert (stored["taken_by"], stored["version"]) == (won[0]["taken_by"], won[0]["version"])
    measured("D14", "rounds of 50 takers with one winner each", rounds)


@ROUNDS
@pytest.mark.promise("D14")
async def test_of_fifty_claimers_at_once_one_calls(office: Office, measured, rounds: int):
    for number in range(rounds):
        promise = (await office.promise(identity={"kind": "phone", "value": f"0171 55{number:05}"})).json()
        answers = await asyncio.gather(
            *(insist(partial(office.call, promise, "claim", agent=f"agent {agent}")) for agent in range(AT_ONCE))
        )
        won = [answer.json() for answer in answers if answer.status_code == 200]
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert (len(won), len(lost)) == (1, AT_ONCE - 1)
        assert {one["type"] for one in lost} == {"/problems/callback-taken"}
        assert (await office.callback(promise))["claimed_by"] == won[0]["claimed_by"]
    measured("D14", "rounds of 50 claimers with one winner each", rounds)


async def test_takers_of_all_that_one_customer_waits_for_do_not_hinder_each_other(office: Office):
    conversations = [(await office.desk.register(conversation={"ref": f"c-{n}"})).json() for n in range(12)]
    waiting = [(await office.hand_off(conversation={"id": one["conversation_id"]})).json() for one in conversations]
    answers = await asyncio.gather(
        *(office.step(handoff, "accept", agent=f"agent {number}") for number, handoff in enumerate(waiting))
    )
    assert [answer.status_code for answer in answers] == [200] * 12
    taken = [answer.json() for answer in answers]
    assert [one["taken_by"] for one in taken] == [f"agent {number}" for number in range(12)]
    assert len({one["version"] for one in taken}) == 12
    assert [await office.handoff(one) for one in waiting] == [one | {"token": None} for one in taken]


async def test_of_many_handoffs_of_one_conversation_at_once_one_stays_open(office: Office):
    registered = (await office.desk.register()).json()
    answers = await asyncio.gather(
        *(
            office.hand_off(conversation={"id": registered["conversation_id"]}, summary=f"told {number}")
            for number in range(12)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    handoffs = (await office.desk("console", "GET", "/v1/handoffs?queue=support&limit=200")).json()["items"]
    assert sorted(one["state"] for one in handoffs) == ["offered"] + ["withdrawn"] * 11
    context = (await office.desk.look_up()).json()
    assert context["included"]["of"] == 13


async def test_whoever_hands_off_at_once_with_others_gets_their_own_answer(office: Office):
    known = [{"kind": "email", "value": f"anna{number}@example.de"} for number in range(8)]
    for identity in known:
        await office.desk.register(email=identity["value"], facts={"order_number": identity["value"]})
    answers = await asyncio.gather(
        *(office.hand_off(identity=identity) for identity in known),
        office.hand_off(identity={"kind": "email", "value": "stranger@example.de"}),
        office.hand_off(to={"queue": "nowhere"}),
        office.hand_off(identity=None, customer_id="01900000-0000-7000-8000-000000000099"),
        office.hand_off(identity={"kind": "phone", "value": "12"}),
    )
    given, refused = answers[:9], answers[9:]
    assert {answer.status_code for answer in given} == {201}
    assert [answer.json()["type"] for answer in refused] == [
        "/problems/queue-unknown",
        "/problems/customer-unknown",
        "/problems/invalid-input",
    ]
    assert len({answer.json()["customer_id"] for answer in given}) == 9
    packets = [answer.json()["packet"] for answer in given[:8]]
    assert [one["facts"]["order_number"]["value"] for one in packets] == [identity["value"] for identity in known]
    assert [await office.handoff(answer.json(), "bot") for answer in given] == [answer.json() for answer in given]


async def test_whoever_ends_at_once_with_others_and_a_summary_gets_their_own_answer(office: Office):
    registered = [(await office.desk.register(email=f"anna{number}@example.de")).json() for number in range(8)]
    given = [(await office.hand_off(identity=None, customer_id=one["customer_id"])).json() for one in registered]
    tokens = [(await office.step(one, "accept", agent="Ben")).json()["token"] for one in given]
    endings = [
        office.step(one, "complete", token=token, summary=f"done for {one['id']}")
        for one, token in zip(given, tokens, strict=True)
    ]
    again = office.step(given[0], "return", token=tokens[0], summary="twice")
    stale = office.step(given[1], "complete", token="old", summary="never")
    unknown = office.step({"id": registered[0]["customer_id"]}, "complete", token="x", summary="never")
    *ended, twice, refused, absent = await asyncio.gather(*endings, again, stale, unknown)
    assert [one.status_code for one in ended] == [200] * 8
    assert [one.json()["state"] for one in ended] == ["completed"] * 8
    assert (twice.status_code, refused.status_code, absent.status_code) == (409, 409, 404)
    for one, version in zip(given, (answer.json()["version"] for answer in ended), strict=True):
        context = (await office.desk("console", "GET", f"/v1/customers/{one['customer_id']}/context")).json()
        assert (context["recent"][0]["text"], context["version"]) == (f"done for {one['id']}", version)


async def test_an_ending_is_decided_anew_when_its_customer_changed_meanwhile(office: Office):
    for number in range(5):
        given = (await office.hand_off(summary=f"told {number}")).json()
        token = (await office.step(given, "accept", agent="Ben")).json()["token"]
        ended, *told = await asyncio.gather(
            office.step(given, "complete", token=token, summary="done"),
            *(office.desk.register(text=f"meanwhile {number}.{line}") for line in range(6)),
        )
        assert (ended.status_code, {answer.status_code for answer in told}) == (200, {201})
        assert ended.json()["state"] == "completed"


async def test_copies_of_one_handoff_at_once_make_one(office: Office):
    await office.desk.register()
    answers = await asyncio.gather(*(insist(partial(office.hand_off, key="once")) for _ in range(20)))
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert {answer.json()["type"] for answer in answers if answer.status_code != 201} <= {
        "/problems/idempotency-key-running"
    }
    assert made
    assert all(one == made[0] for one in made)
    handoffs = (await office.desk("console", "GET", "/v1/handoffs?queue=support")).json()["items"]
    assert [one["id"] for one in handoffs] == [made[0]["id"]]


async def test_first_contacts_by_handoff_and_by_message_at_once_are_one_customer(office: Office):
    answers = await asyncio.gather(
        *(office.hand_off(summary=f"told {number}") for number in range(6)),
        *(office.desk.register() for _ in range(6)),
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["customer_id"] for answer in answers}) == 1


@pytest.mark.promise("D5")
async def test_a_taker_and_a_lost_call_at_once_leave_no_gap(office: Office):
    lost = {"channel": "phone", "kind": "call", "outcome": "abandoned", "source": "pbx"}
    for number in range(5):
        email = f"anna{number}@example.de"
        handoff = (await office.hand_off(identity={"kind": "email", "value": email})).json()
        accepted, registered = await asyncio.gather(
            office.step(handoff, "accept", agent="Ben"), office.desk.register("channel", at=MONDAY, email=email, **lost)
        )
        assert registered.status_code == 201
        assert accepted.status_code in {200, 409}
        assert (await office.handoff(handoff))["state"] == "failed"
