"""A conversation that is resolved: nobody is offered it any more, and no call about it is owed."""

from datetime import timedelta

import pytest

from service.app.rooms import Rooms
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

RESOLVED = "conversation_resolved"


@pytest.fixture
async def matter(office: Office) -> dict[str, str]:
    """A conversation of Anna's."""
    return (await office.desk.register(at=MONDAY, ref="bot:1", identities=[("phone", "0171/1234567")])).json()


async def settle(office: Office, matter: dict[str, str], role: str = "console", **fields: str):
    """The answer to the resolution of this conversation."""
    path = f"/v1/conversations/{matter['conversation_id']}"
    return (await office.desk(role, "PATCH", path, {"status": "resolved"} | fields)).json()


@pytest.mark.parametrize("role", ["console", "bot", "channel"])
async def test_a_resolved_conversation_is_offered_to_nobody_and_the_answer_says_so(office: Office, matter, role):
    given = (await office.hand_off(customer_id=matter["customer_id"])).json()
    answer = await settle(office, matter, role)
    assert answer["handoffs"] == [{"id": given["id"], "state": "withdrawn", "outcome": RESOLVED}]
    handoff = await office.handoff(given)
    assert (handoff["state"], handoff["outcome"], handoff["offers"][0]["end"]) == ("withdrawn", RESOLVED, "withdrawn")
    assert handoff["version"] == answer.get("version", handoff["version"])


async def test_the_withdrawal_by_a_resolution_is_told_and_on_record(office: Office, rooms: Rooms, matter):
    given = (await office.hand_off(customer_id=matter["customer_id"])).json()
    await settle(office, matter)
    async with rooms.database.connection() as connection:
        told = "SELECT count(*) FROM outbox WHERE type = 'handoff.withdrawn' AND subject_id = $1"
        audited = "SELECT count(*) FROM change_audit WHERE action = 'handoff.resolve' AND subject_id = $1"
        assert [await connection.fetchval(one, given["id"]) for one in (told, audited)] == [1, 1]


async def test_a_conversation_that_an_agent_has_taken_stays_with_the_agent(office: Office, matter):
    given = (await office.hand_off(customer_id=matter["customer_id"])).json()
    token = (await office.step(given, "accept", agent="Ben")).json()["token"]
    answer = await settle(office, matter)
    assert answer["handoffs"] == [{"id": given["id"], "state": "accepted", "outcome": None}]
    done = await office.step(given, "complete", token=token, outcome="solved")
    assert (done.status_code, done.json()["state"]) == (200, "completed")


@pytest.mark.parametrize("said", [{}, {"callback": "cancel"}])
async def test_the_callback_of_a_resolved_conversation_is_cancelled(office: Office, matter, said):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    answer = await settle(office, matter, **said)
    assert answer["callbacks"] == [{"id": promise["id"], "state": "cancelled", "end_reason": RESOLVED}]
    callback = await office.callback(promise)
    assert (callback["state"], callback["end_reason"]) == ("cancelled", RESOLVED)


async def test_a_callback_is_kept_when_whoever_resolves_says_so(office: Office, matter):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    answer = await settle(office, matter, callback="keep")
    assert answer["callbacks"] == [{"id": promise["id"], "state": "due", "end_reason": None}]


async def test_an_agent_on_the_telephone_can_still_report_the_call_that_resolved_it(office: Office, matter):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    token = (await office.call(promise, "claim", agent="Ben")).json()["token"]
    answer = await settle(office, matter)
    assert answer["callbacks"] == [{"id": promise["id"], "state": "claimed", "end_reason": RESOLVED}]
    done = (await office.call(promise, "attempts", token=token, outcome="connected")).json()
    assert (done["state"], done["kept"]) == ("fulfilled", True)


async def test_a_claimed_callback_of_a_resolved_conversation_is_not_tried_again(office: Office, matter, until: Until):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    token = (await office.call(promise, "claim", agent="Ben")).json()["token"]
    await settle(office, matter)
    tried = (await office.call(promise, "attempts", token=token, outcome="no_answer")).json()
    assert (tried["state"], tried["end_reason"]) == ("cancelled", RESOLVED)


async def test_a_claim_left_alone_after_the_resolution_ends_in_no_call(office: Office, matter, until: Until):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    await office.call(promise, "claim", agent="Ben")
    await settle(office, matter)
    await until(MONDAY + timedelta(seconds=300))
    assert (await office.callback(promise))["state"] == "cancelled"


async def test_a_claimer_who_is_not_waited_for_loses_the_callback(office: Office, matter):
    promise = (await office.promise(customer_id=matter["customer_id"])).json()
    await office.call(promise, "claim", agent="Ben")
    answer = await settle(office, matter, callback="cancel")
    assert answer["callbacks"][0]["state"] == "cancelled"


async def test_other_conversations_keep_what_waits_for_them(office: Office, matter):
    other = (await office.desk.register(id="other", at=MONDAY, ref="bot:2")).json()
    given = (await office.hand_off(conversation={"id": other["conversation_id"]})).json()
    promise = (
        await office.promise(customer_id=other["customer_id"], conversation={"ref": "bot:2"}, phone="0172 7654321")
    ).json()
    answer = await settle(office, matter)
    assert (answer["handoffs"], answer["callbacks"]) == ([], [])
    assert (await office.handoff(given))["state"] == "offered"
    assert (await office.callback(promise))["state"] == "due"


async def test_what_waits_in_a_member_of_a_merge_set_is_settled_with_its_conversation(office: Office, matter):
    other = (await office.desk.register(id="other", email="ben@example.de", at=MONDAY)).json()
    merged = {"other_customer_id": matter["customer_id"]}
    await office.desk("console", "PUT", f"/v1/customers/{other['customer_id']}/merges", merged)
    named = {"conversation": {"id": matter["conversation_id"]}, "customer_id": other["customer_id"]}
    given = (await office.hand_off("console", **named)).json()
    answer = await settle(office, matter)
    assert [one["id"] for one in answer["handoffs"]] == [given["id"]]
    assert (await office.desk.look_up(value="ben@example.de")).json()["handoffs"] == []


async def test_what_becomes_of_a_callback_is_said_with_the_resolution_alone(office: Office, matter):
    path = f"/v1/conversations/{matter['conversation_id']}"
    refused = await office.desk("console", "PATCH", path, {"status": "pending", "callback": "keep"})
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/invalid-input")
