"""How a promise to call back is kept, or visibly broken, over HTTP."""

from datetime import timedelta

import pytest

from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, OFFICE_HOURS

TUESDAY_NINE = MONDAY.replace(day=24, hour=8)
TOMORROW = {"from": TUESDAY_NINE.isoformat(), "to": (TUESDAY_NINE + timedelta(hours=1)).isoformat()}


async def test_while_the_queue_is_open_the_call_is_due_at_once(office: Office):
    promise = (await office.promise()).json()
    assert (promise["state"], promise["promised_from"], promise["promised_to"]) == (
        "due",
        "2026-11-23T09:00:00Z",
        "2026-11-23T17:00:00Z",
    )
    assert (promise["phone"], promise["kept"], promise["attempts"]) == ("+491711234567", None, [])


async def test_a_chosen_window_is_due_when_it_begins(office: Office, until: Until):
    promise = (await office.promise(window=TOMORROW)).json()
    assert promise["state"] == "scheduled"
    await until(TUESDAY_NINE - timedelta(seconds=1))
    assert (await office.callback(promise))["state"] == "scheduled"
    await until(TUESDAY_NINE)
    assert (await office.callback(promise))["state"] == "due"


async def test_the_claimer_gets_the_number_a_token_and_the_brief(office: Office):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    assert (claimed["state"], claimed["claimed_by"], claimed["phone"]) == ("claimed", "Ben", "+491711234567")
    assert claimed["brief"]["what"]["reason"] == "Router blinks red"
    second = await office.call(promise, "claim", agent="Carla")
    assert (second.status_code, second.json()["type"]) == (409, "/problems/callback-taken")


async def test_every_call_is_an_interaction_of_the_customer(office: Office):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    told = await office.call(promise, "attempts", token=claimed["token"], outcome="connected", note="All is well")
    assert (told.json()["state"], told.json()["kept"], told.json()["late_s"]) == ("fulfilled", True, 0)
    context = (await office.desk.look_up("console", "phone", "0171/1234567")).json()
    call = context["recent"][0]
    assert (call["channel"], call["kind"], call["direction"], call["outcome"]) == (
        "phone",
        "call",
        "outbound",
        "answered",
    )
    assert (call["text"], call["participant"]["name"]) == ("All is well", "Ben")
    assert context["version"] == told.json()["version"]


async def test_after_no_answer_the_call_is_tried_again_until_the_last_try(office: Office, until: Until):
    promise = (await office.promise(max_attempts=2, retry_after_s=600)).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    tried = (await office.call(promise, "attempts", token=claimed["token"], outcome="no_answer")).json()
    assert (tried["state"], tried["due_at"], tried["kept"]) == ("scheduled", "2026-11-23T09:10:00Z", True)
    early = await office.call(promise, "claim", agent="Ben")
    assert early.json()["type"] == "/problems/callback-not-due"
    await until(MONDAY + timedelta(minutes=10))
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    last = (await office.call(promise, "attempts", token=claimed["token"], outcome="busy")).json()
    assert (last["state"], [one["outcome"] for one in last["attempts"]]) == ("exhausted", ["no_answer", "busy"])


async def test_a_number_that_does_not_exist_waits_for_another(office: Office):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    wrong = await office.call(promise, "attempts", token=claimed["token"], outcome="invalid_number")
    assert wrong.json()["state"] == "uncallable"
    renewed = (await office.call(promise, "reschedule", phone="0172 7654321")).json()
    assert (renewed["state"], renewed["phone"]) == ("due", "+491727654321")


async def test_a_claim_that_is_left_alone_comes_back_after_five_minutes(office: Office, until: Until):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    await until(MONDAY + timedelta(seconds=299))
    assert (await office.callback(promise))["state"] == "claimed"
    await until(MONDAY + timedelta(seconds=300))
    assert (await office.callback(promise))["state"] == "due"
    late = await office.call(promise, "attempts", token=claimed["token"], outcome="connected")
    assert late.json()["type"] == "/problems/callback-token-stale"


async def test_a_claim_goes_on_for_who_claims_again_with_the_token(office: Office, until: Until):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    await until(MONDAY + timedelta(seconds=200))
    renewed = await office.call(promise, "claim", agent="Ben", token=claimed["token"])
    assert renewed.json()["token"] == claimed["token"]
    await until(MONDAY + timedelta(seconds=499))
    assert (await office.callback(promise))["state"] == "claimed"


async def test_a_window_that_passes_without_a_call_is_missed_and_still_claimable(office: Office, until: Until):
    promise = (await office.promise(window=TOMORROW)).json()
    await until(TUESDAY_NINE + timedelta(hours=1))
    missed = await office.callback(promise)
    assert (missed["state"], missed["kept"], missed["missed_windows"], missed["priority"]) == ("missed", False, 1, 10)
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    done = (await office.call(promise, "attempts", token=claimed["token"], outcome="connected")).json()
    assert (done["state"], done["kept"], done["late_s"]) == ("fulfilled", False, 0)


async def test_a_call_within_the_window_keeps_the_promise_even_if_it_lasts_beyond(office: Office, until: Until):
    promise = (await office.promise(window=TOMORROW)).json()
    await until(TUESDAY_NINE + timedelta(minutes=58))
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    await until(TUESDAY_NINE + timedelta(minutes=62))
    assert (await office.callback(promise))["state"] == "claimed"
    done = (await office.call(promise, "attempts", token=claimed["token"], outcome="connected")).json()
    assert done["kept"] is True


async def test_the_beginning_of_a_call_lies_between_its_claim_and_now(office: Office, until: Until):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    before = (MONDAY - timedelta(minutes=1)).isoformat()
    refused = await office.call(promise, "attempts", token=claimed["token"], outcome="connected", began_at=before)
    assert refused.json()["errors"][0]["field"] == "began_at"


async def test_another_window_is_another_promise(office: Office, until: Until):
    promise = (await office.promise()).json()
    moved = (await office.call(promise, "reschedule", window=TOMORROW)).json()
    assert (moved["state"], moved["promised_from"]) == ("scheduled", "2026-11-24T08:00:00Z")
    await until(MONDAY.replace(hour=18))
    assert (await office.callback(promise))["state"] == "scheduled"  # the old window's end broke nothing


async def test_while_claimed_only_the_claimer_agrees_on_another_time(office: Office):
    promise = (await office.promise()).json()
    claimed = (await office.call(promise, "claim", agent="Ben")).json()
    other = await office.call(promise, "reschedule", window=TOMORROW)
    assert other.json()["type"] == "/problems/callback-taken"
    own = await office.call(promise, "reschedule", window=TOMORROW, token=claimed["token"])
    assert own.json()["state"] == "scheduled"


async def test_a_cancelled_callback_is_over(office: Office, until: Until):
    promise = (await office.promise()).json()
    assert (await office.call(promise, "cancel", reason="Found it")).json()["state"] == "cancelled"
    assert (await office.call(promise, "claim", agent="Ben")).json()["type"] == "/problems/callback-closed"
    await until(MONDAY.replace(hour=18))
    assert (await office.callback(promise))["missed_windows"] == 0


async def test_when_hours_change_a_promise_they_break_is_made_anew(office: Office, until: Until):
    promise = (await office.promise(window=TOMORROW)).json()
    await office.queue("support", calendar=OFFICE_HOURS | {"closed": ["2026-11-24"]})
    await until(MONDAY + timedelta(seconds=1))
    moved = await office.callback(promise)
    assert (moved["state"], moved["promised_from"]) == ("scheduled", "2026-11-25T08:00:00Z")


async def test_when_hours_change_a_window_that_still_opens_is_kept(office: Office, until: Until):
    window = {"from": TUESDAY_NINE.isoformat(), "to": (TUESDAY_NINE + timedelta(hours=3)).isoformat()}
    promise = (await office.promise(window=window)).json()
    await office.queue("support", calendar=OFFICE_HOURS | {"hours": "Mo-Fr 10:00-18:00"})
    await until(MONDAY + timedelta(seconds=1))
    kept = await office.callback(promise)
    assert (kept["promised_from"], kept["due_at"]) == ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z")


async def test_a_call_that_is_lost_fails_the_handoff_and_is_called_back(office: Office):
    await office.desk.register(at=MONDAY, identities=[("email", "anna@example.de"), ("phone", "0171/1234567")])
    handoff = (await office.hand_off()).json()
    await office.step(handoff, "accept", agent="Ben")
    lost = {"identities": [("phone", "0171/1234567")], "channel": "phone", "kind": "call", "source": "pbx"}
    await office.desk.register("channel", at=MONDAY, outcome="answered", **lost)
    assert (await office.handoff(handoff))["state"] == "accepted"
    await office.desk.register("channel", at=MONDAY, outcome="missed", direction="outbound", **lost)
    assert (await office.handoff(handoff))["state"] == "accepted"
    await office.desk.register("channel", at=MONDAY, outcome="abandoned", **lost)
    failed = await office.handoff(handoff)
    assert (failed["state"], failed["ended_at"]) == ("failed", "2026-11-23T09:00:00Z")
    assert (await office.callback(failed["callback_id"]))["phone"] == "+491711234567"


async def test_a_lost_call_about_another_matter_fails_nothing(office: Office):
    await office.desk.register(at=MONDAY, subject="Router")
    handoff = (await office.hand_off()).json()
    call = {"channel": "phone", "kind": "call", "outcome": "abandoned", "source": "pbx"}
    await office.desk.register("channel", at=MONDAY, subject="Insurance", **call)
    await office.desk.register("channel", at=MONDAY - timedelta(days=1), **call)
    assert (await office.handoff(handoff))["state"] == "offered"
    await office.desk.register("channel", at=MONDAY, subject="router", **call)
    assert (await office.handoff(handoff))["state"] == "failed"


async def test_a_repeated_request_promises_one_call(office: Office):
    first = await office.promise(key="once")
    again = await office.promise(key="once")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()


async def test_the_list_shows_what_is_due_in_a_queue_the_missed_first(office: Office, until: Until):
    missed = (await office.promise(window=TOMORROW)).json()
    await until(TUESDAY_NINE + timedelta(hours=2))
    due = (await office.promise(identity={"kind": "phone", "value": "0172/7654321"})).json()
    listed = (await office.desk("console", "GET", "/v1/callbacks?queue=support")).json()
    assert [one["id"] for one in listed["items"]] == [missed["id"], due["id"]]
    only_due = (await office.desk("console", "GET", "/v1/callbacks?queue=support&state=due")).json()
    assert [one["id"] for one in only_due["items"]] == [due["id"]]


@pytest.mark.parametrize(
    ("fields", "status", "problem"),
    [
        ({"queue": "nowhere"}, 404, "queue-unknown"),
        ({"phone": "0000"}, 400, "phone-impossible"),
        ({"identity": {"kind": "email", "value": "new@example.de"}}, 400, "phone-needed"),
        ({"window": {"from": "2026-11-20T08:00:00Z", "to": "2026-11-20T09:00:00Z"}}, 400, "window-in-past"),
        ({"window": {"from": "2026-11-28T08:00:00Z", "to": "2026-11-28T09:00:00Z"}}, 400, "window-closed"),
        ({"window": {"from": "2026-11-24T09:00:00Z", "to": "2026-11-24T08:00:00Z"}}, 400, "invalid-input"),
        ({"customer_id": "01900000-0000-7000-8000-00000000abcd"}, 404, "customer-unknown"),
    ],
)
async def test_a_promise_that_cannot_be_made_is_told_why(office: Office, fields, status, problem):
    answer = await office.promise(**fields)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text


@pytest.mark.parametrize(
    ("stated", "dialled"),
    [
        ("0711 1234-0 ext 12", "+4971112340;ext=12"),
        ("+54 11 2345 6789", "+541123456789"),
        ("+54 9 11 2345 6789", "+5491123456789"),
        ("+225 07 12 34 56", "+2250707123456"),
    ],
)
async def test_a_callback_dials_the_number_as_it_was_given_in_the_plan_of_today(office: Office, stated, dialled):
    by_phone = await office.promise(phone=stated)
    by_identity = await office.promise(identity={"kind": "phone", "value": stated})
    assert (by_phone.json()["phone"], by_identity.json()["phone"]) == (dialled, dialled)


async def test_a_refused_promise_leaves_no_customer_behind(office: Office):
    await office.promise(identity={"kind": "email", "value": "new@example.de"})
    assert (await office.desk.look_up("console", "email", "new@example.de")).status_code == 404
