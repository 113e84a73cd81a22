"""A number that a call found to be none is not called again for this customer until it is corrected."""

import pytest

from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

WRONG, OTHER = "+491711234567", "+491727654321"


@pytest.fixture
async def anna(office: Office) -> str:
    """Anna, whose number was found to be none by a call about her first matter."""
    identities = [("email", "anna@example.de"), ("phone", WRONG)]
    customer = (await office.desk.register(at=MONDAY, ref="first", identities=identities)).json()["customer_id"]
    promise = (await office.promise(customer_id=customer)).json()
    token = (await office.call(promise, "claim", agent="Ben")).json()["token"]
    found = (await office.call(promise, "attempts", token=token, outcome="invalid_number")).json()
    assert (found["state"], found["end_reason"]) == ("uncallable", "invalid_number")
    await office.desk.register(at=MONDAY, ref="second")
    return customer


async def ask(office: Office, anna: str, **fields: object):
    """The answer to one more callback, about Anna's second matter."""
    return await office.promise(customer_id=anna, conversation={"ref": "second"}, **fields)


@pytest.mark.parametrize("given", [{}, {"phone": "0171 1234567"}])
async def test_without_another_number_the_next_callback_waits_for_one_and_says_why(office: Office, anna, given):
    answer = await ask(office, anna, **given)
    assert (answer.status_code, answer.json()["state"]) == (201, "uncallable")
    assert (answer.json()["phone"], answer.json()["end_reason"]) == (None, "invalid_number")


@pytest.mark.parametrize("given", [{}, {"phone": WRONG}])
async def test_the_next_callback_takes_another_number_of_the_customer(office: Office, anna, given):
    other = {"kind": "phone", "value": OTHER}
    await office.desk("console", "PUT", f"/v1/customers/{anna}/identities", other)
    assert (await ask(office, anna, **given)).json()["phone"] == OTHER


async def test_a_handoff_that_falls_back_promises_no_call_to_the_number(office: Office, anna, until: Until):
    await until(MONDAY.replace(hour=20))
    fallen = (await office.hand_off(customer_id=anna, conversation={"ref": "second"})).json()
    waiting = await office.callback(fallen["callback_id"])
    assert (waiting["state"], waiting["end_reason"]) == ("uncallable", "invalid_number")


async def test_a_callback_is_not_planned_on_the_number_again(office: Office, anna):
    waiting = (await ask(office, anna)).json()
    refused = await office.call(waiting, "reschedule", phone=WRONG)
    assert refused.json()["type"] == "/problems/phone-refused"
    moved = (await office.call(waiting, "reschedule", phone=OTHER)).json()
    assert (moved["state"], moved["phone"], moved["end_reason"]) == ("due", OTHER, None)


async def test_view_and_brief_of_our_desks_show_the_mark(office: Office, anna):
    waiting = (await ask(office, anna)).json()
    mark = [{"phone": WRONG, "since": "2026-11-23T09:00:00Z"}]
    assert (await office.desk.look_up()).json()["invalid_numbers"] == mark
    path = f"/v1/callbacks/{waiting['id']}/brief"
    assert (await office.desk("console", "GET", path)).json()["who"]["invalid_numbers"] == mark
    words = (await office.desk("console", "GET", path, accept="text/plain")).text
    assert f"{WRONG} does not exist, as a call on 23 Nov 2026 found" in words


async def corrected_by_link(office: Office, anna: str) -> None:
    await office.desk("console", "PUT", f"/v1/customers/{anna}/identities", {"kind": "phone", "value": WRONG})


async def called_and_answered(office: Office, anna: str) -> None:
    call = {"channel": "phone", "kind": "call", "outcome": "answered", "identities": [("phone", WRONG)]}
    assert (await office.desk.register(at=MONDAY, **call)).json()["customer_id"] == anna


@pytest.mark.parametrize("correct", [corrected_by_link, called_and_answered])
async def test_a_number_that_is_linked_or_answered_is_called_again(office: Office, anna, correct):
    await correct(office, anna)
    answer = (await ask(office, anna)).json()
    assert (answer["state"], answer["phone"]) == ("due", WRONG)
    assert (await office.desk.look_up()).json()["invalid_numbers"] == []


async def test_a_call_in_vain_from_the_number_corrects_nothing(office: Office, anna):
    call = {"channel": "phone", "kind": "call", "outcome": "missed", "identities": [("phone", WRONG)]}
    await office.desk.register(at=MONDAY, **call)
    assert (await ask(office, anna)).json()["state"] == "uncallable"


async def test_the_number_of_another_customer_is_not_marked(office: Office, anna):
    ben = (await office.desk.register(at=MONDAY, email="ben@example.de")).json()["customer_id"]
    assert (await office.promise(customer_id=ben, phone=WRONG)).json()["phone"] == WRONG
