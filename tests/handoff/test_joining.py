"""A customer is promised one call about one matter, however often and wherever the call is asked for."""

import asyncio
from datetime import timedelta

import pytest

from service.calendar.model import Interval
from service.handoff.callbacks.joining import CallbackWish, apply_wish
from service.model.vocabulary import CallbackState
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, callback, queue

TOMORROW = {"from": "2026-11-24T08:00:00Z", "to": "2026-11-24T09:00:00Z"}
CALENDAR = queue().calendar
LATER = Interval(start=MONDAY + timedelta(days=1), end=MONDAY + timedelta(days=1, hours=1))


async def test_a_second_request_joins_the_first_and_says_so(office: Office):
    first = (await office.promise()).json()
    second = await office.promise("bot", reason="It still blinks", priority=5)
    assert (second.status_code, second.json()["joined"], second.json()["id"]) == (200, True, first["id"])
    stands = await office.callback(first)
    assert (stands["reason"], stands["priority"]) == ("Router blinks red\nIt still blinks", 5)
    assert (stands["phone"], stands["promised_to"]) == (first["phone"], first["promised_to"])
    assert "joined" not in first


async def test_the_window_and_the_number_that_the_customer_names_last_count(office: Office):
    first = (await office.promise()).json()
    await office.promise(window=TOMORROW, phone="0172 7654321")
    stands = await office.callback(first)
    assert (stands["state"], stands["promised_from"], stands["phone"]) == (
        "scheduled",
        "2026-11-24T08:00:00Z",
        "+491727654321",
    )


@pytest.mark.parametrize("role", ["bot", "channel", "store"])
async def test_a_machine_that_names_no_conversation_redirects_no_promised_call(office: Office, role):
    first = (await office.promise()).json()
    await office.promise(role, phone="0172 7654321", reason="Call me there")
    stands = await office.callback(first)
    assert stands["phone"] == first["phone"]
    assert stands["reason"] == "Router blinks red\nCall me there\ntel:+491727654321"


async def test_the_same_request_repeated_is_answered_alike(office: Office):
    await office.promise()
    first, again = [await office.promise(key="once", reason="Again") for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")


@pytest.mark.parametrize("known", [True, False])
async def test_of_requests_at_the_same_time_one_makes_the_callback(office: Office, known):
    if known:
        await office.desk.register(at=MONDAY, identities=[("phone", "0171/1234567")])
    answers = await asyncio.gather(*(office.promise(reason=f"Reason {number}") for number in range(6)))
    assert sorted(one.status_code for one in answers) == [200] * 5 + [201]
    assert len({one.json()["id"] for one in answers}) == 1
    (listed,) = (await office.desk("console", "GET", "/v1/callbacks?queue=support")).json()["items"]
    assert len(listed["reason"].splitlines()) == 6


async def test_a_handoff_that_falls_back_adds_its_reason_to_the_call_that_is_promised(office: Office, until: Until):
    promise = (await office.promise(window=TOMORROW)).json()
    await until(MONDAY.replace(hour=20))
    given = (await office.hand_off(customer_id=promise["customer_id"], reason={"text": "Two restarts failed"})).json()
    assert (given["state"], given["callback_id"]) == ("fell_back", promise["id"])
    assert (await office.callback(promise))["reason"] == "Router blinks red\nTwo restarts failed"


async def test_a_lost_call_joins_the_call_that_is_promised(office: Office):
    promise = (await office.promise(window=TOMORROW)).json()
    given = (await office.hand_off(customer_id=promise["customer_id"])).json()
    phone = {"channel": "phone", "kind": "call", "outcome": "abandoned", "identities": [("phone", "0171/1234567")]}
    await office.desk.register(at=MONDAY, **phone)
    assert (await office.handoff(given))["callback_id"] == promise["id"]


async def test_a_number_at_last_revives_the_callback_that_waited_for_one(office: Office, until: Until):
    await until(MONDAY.replace(hour=20))
    await office.desk.register(at=MONDAY)
    waiting = (await office.hand_off()).json()["callback_id"]
    given = await office.promise(identity={"kind": "email", "value": "anna@example.de"}, phone="0171/1234567")
    assert (given.status_code, given.json()["id"], given.json()["state"]) == (200, waiting, "scheduled")


async def test_each_conversation_has_a_callback_of_its_own(office: Office):
    for ref in ("bot:1", "bot:2"):
        await office.desk.register(at=MONDAY, ref=ref, identities=[("phone", "0171/1234567")])
    answers = [await office.promise(conversation={"ref": ref}) for ref in ("bot:1", "bot:2")]
    assert [one.status_code for one in answers] == [201, 201]


async def test_after_the_call_was_made_a_further_request_is_a_promise_of_its_own(office: Office):
    first = (await office.promise()).json()
    token = (await office.call(first, "claim", agent="Ben")).json()["token"]
    await office.call(first, "attempts", token=token, outcome="connected")
    second = await office.promise()
    assert (second.status_code, second.json()["id"] != first["id"]) == (201, True)


def test_a_claimer_keeps_the_call_and_sees_what_the_customer_added():
    claimed = callback(CallbackState.CLAIMED)
    wish = CallbackWish(reason="Bill", phone="+491727654321", preferred_agent="Carla")
    joined = apply_wish(claimed, wish, LATER, CALENDAR, MONDAY)
    assert (joined.state, joined.token, joined.promised_to) == (claimed.state, claimed.token, claimed.promised_to)
    assert (joined.reason, joined.phone, joined.preferred_agent) == ("Router\nBill", "+491727654321", "Carla")


@pytest.mark.parametrize("state", [CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.MISSED])
def test_a_wish_without_a_window_leaves_the_promise_as_it_is(state):
    waiting = callback(state, kept=False if state is CallbackState.MISSED else None, priority=10)
    joined = apply_wish(waiting, CallbackWish(reason="Router", priority=3), None, CALENDAR, MONDAY)
    assert joined == waiting


def test_a_missed_callback_with_a_new_window_is_a_new_promise_with_its_rank():
    missed = callback(CallbackState.MISSED, kept=False, missed_windows=1, priority=10)
    joined = apply_wish(missed, CallbackWish(reason="Bill"), LATER, CALENDAR, MONDAY)
    assert (joined.state, joined.kept, joined.priority) == (CallbackState.SCHEDULED, None, 10)
    assert (joined.promised_from, joined.due_at) == (LATER.start, LATER.start)
