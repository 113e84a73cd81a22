"""A customer who was promised a call, and calls or writes meanwhile: who calls back knows it, and need not call."""

from datetime import timedelta

import pytest

from service.app.rooms import Rooms
from service.handoff.callbacks import rules
from service.handoff.callbacks.model import CallAttempt
from service.model.vocabulary import CallbackOutcome, CallbackState
from tests.fixtures import KEY_ID
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, callback, queue

TEN_PAST = MONDAY + timedelta(minutes=10)
CALL = {"channel": "phone", "kind": "call", "identities": [("phone", "0171/1234567")]}
BY_BEN = {"role": "agent", "name": "Ben"}


async def calls(office: Office, **fields: object) -> str:
    """The interaction of an inbound call ten minutes after the promise, answered by Ben unless told otherwise."""
    call = CALL | {"outcome": "answered", "participant": BY_BEN} | fields
    return (await office.desk.register(at=TEN_PAST, **call)).json()["interaction_id"]


@pytest.fixture
async def promise(office: Office, until: Until):
    """A call that Anna was promised at nine; by now it is a quarter past."""
    promised = (await office.promise(window={"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T10:00:00Z"})).json()
    await until(MONDAY + timedelta(minutes=15))
    return promised


async def brief(office: Office, promise, **headers: str):
    return await office.desk("console", "GET", f"/v1/callbacks/{promise['id']}/brief", **headers)


async def test_the_brief_says_that_the_customer_called_meanwhile_and_who_answered(office: Office, promise):
    call = await calls(office)
    assert (await brief(office, promise)).json()["answered_meanwhile"] == {
        "at": "2026-11-23T09:10:00Z",
        "channel": "phone",
        "by": "Ben",
        "interaction_id": call,
    }
    words = (await brief(office, promise, accept="text/plain")).text
    assert "Called meanwhile, and was answered on 23 Nov 2026 10:10 by Ben" in words
    claimed = (await office.call(promise, "claim", agent="Carla")).json()
    assert claimed["brief"]["answered_meanwhile"]["by"] == "Ben"


@pytest.mark.parametrize("said", [{"outcome": "missed"}, {"direction": "outbound"}])
async def test_a_call_in_which_the_customer_was_not_answered_is_no_answer(office: Office, promise, said):
    await calls(office, **said)
    assert (await brief(office, promise)).json()["answered_meanwhile"] is None
    refused = await office.call(promise, "fulfil")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "interaction_id")


async def test_the_brief_says_that_the_customer_wrote_and_an_agent_answered(office: Office, promise):
    await office.desk.register(at=MONDAY + timedelta(minutes=2), identities=CALL["identities"])
    answered = {"direction": "outbound", "participant": BY_BEN, "identities": CALL["identities"]}
    await office.desk.register(at=TEN_PAST, **answered)
    found = (await brief(office, promise)).json()["answered_meanwhile"]
    assert (found["channel"], found["by"]) == ("chatbot", "Ben")


async def test_the_brief_says_that_the_customer_is_on_the_telephone_now(office: Office, promise, rooms: Rooms):
    live = (
        "INSERT INTO live_call (call_ref, source, call_id, key_id, customer_id, phase, identities, legs, data, started_at, "
        "seen_at) VALUES ('c', 'pbx', $1, $2, $3, 'answered', '[]', '{\"c\": {\"agent\": \"Ben\"}}', '{}', $4, $4)"
    )
    async with rooms.database.connection() as connection:
        await connection.execute(live, promise["id"], KEY_ID, promise["customer_id"], TEN_PAST)
    found = (await brief(office, promise)).json()["answered_meanwhile"]
    assert (found["at"], found["by"], found["interaction_id"]) == ("2026-11-23T09:10:00Z", "Ben", None)


async def test_the_call_of_the_customer_closes_the_callback_and_keeps_the_promise(office: Office, promise):
    call = await calls(office)
    done = (await office.call(promise, "fulfil", interaction_id=call)).json()
    assert (done["state"], done["kept"], done["late_s"], done["end_reason"]) == (
        "fulfilled",
        True,
        0,
        "answered_meanwhile",
    )
    assert (done["attempts"][0]["interaction_id"], done["attempts"][0]["by"]) == (call, "Ben")
    assert (await office.desk.look_up("console", "phone", "0171/1234567")).json()["callbacks"] == []


async def test_a_call_of_somebody_else_closes_nothing(office: Office, promise):
    foreign = await calls(office, identities=[("phone", "0172 7654321")])
    refused = await office.call(promise, "fulfil", interaction_id=foreign)
    assert (refused.status_code, (await office.callback(promise))["state"]) == (400, "due")


async def test_a_partner_is_told_of_the_conversation_that_it_was_handed_alone(office: Office, until: Until):
    promised = (await office.promise(queue="repairs")).json()
    await until(MONDAY + timedelta(minutes=15))
    await calls(office, ref="another matter")
    shown = (await office.desk("partner", "GET", f"/v1/callbacks/{promised['id']}/brief")).json()
    assert shown["answered_meanwhile"] is None


@pytest.mark.parametrize(
    ("minutes", "before", "after"),
    [
        (60, {"kept": None}, (True, 0, 0)),
        (60, {"kept": False, "missed_windows": 1}, (True, 0, 0)),
        (180, {"kept": False, "missed_windows": 1}, (False, 3600, 1)),
        (180, {"kept": True, "late_s": 0}, (True, 0, 0)),
        (180, {"kept": None}, (False, 3600, 0)),
    ],
)
def test_an_answer_keeps_the_promise_when_it_came_before_the_end_of_the_window(minutes, before, after):
    at = MONDAY + timedelta(minutes=minutes)
    contact = CallAttempt(by="Ben", began_at=at, ended_at=at, outcome=CallbackOutcome.CONNECTED)
    done = rules.apply_fulfilment(callback(CallbackState.MISSED, **before), contact, queue().calendar, at)
    assert (done.kept, done.late_s, done.missed_windows) == after
