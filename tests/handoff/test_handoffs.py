"""How a conversation changes hands, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY

EVENING = MONDAY.replace(hour=17)  # 18:00 in Berlin: every desk closes


async def test_a_handoff_is_offered_to_its_queue_until_the_deadline(office: Office):
    handoff = (await office.hand_off(reason={"code": "unsolved"}, priority=5)).json()
    assert (handoff["state"], handoff["served_by"], handoff["to"]) == (
        "offered",
        "giver",
        {"queue": "support", "agent": None},
    )
    assert handoff["from"] == {"role": "bot", "name": "the bot", "queue": None, "agent": None}
    assert handoff["deadline"] == "2026-11-23T09:01:00Z"
    assert (handoff["token"], handoff["taken_by"]) == (None, None)


async def test_an_unknown_customer_becomes_known_by_being_handed_off(office: Office):
    given = await office.hand_off(summary="Wants to cancel", conversation={"ref": "bot:9"})
    context = (await office.desk.look_up()).json()
    assert context["customer"]["id"] == given.json()["customer_id"]
    assert context["recent"][0]["text"] == "Wants to cancel"
    assert given.headers["context-version"] == str(context["version"])


async def test_what_the_giver_tells_goes_into_the_record(office: Office):
    await office.hand_off(
        facts={"order_number": "A-1"},
        attempts=[{"what": "Restarted", "outcome": "failed"}, {"what": "New cable", "outcome": "pending"}],
        summary="Router is dead",
        transcript=[{"role": "customer", "text": "It blinks", "at": MONDAY.isoformat()}],
    )
    context = (await office.desk.look_up()).json()
    assert context["known"]["order_number"]["value"] == "A-1"
    assert [(one["what"], one["outcome"], one["by"]) for one in context["conversations"][0]["attempts"]] == [
        ("New cable", "pending", "bot"),
        ("Restarted", "failed", "bot"),
    ]


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3653)])
async def test_a_device_that_is_ahead_hides_nothing_in_the_packet_and_the_brief(office: Office, clock, ahead):
    for number in range(21):
        await office.desk.register(at=clock.now() + ahead, text=f"line {number}")
    clock.advance(timedelta(minutes=1))
    await office.desk.register(at=clock.now(), text="It blinks")
    handoff = (await office.hand_off()).json()
    transcript = (await office.handoff(handoff))["packet"]["transcript"]
    assert [one["text"] for one in transcript][-2:] == ["line 20", "It blinks"]
    brief = (await office.desk("console", "GET", f"/v1/handoffs/{handoff['id']}/brief")).json()
    assert brief["what"]["last_words"] == "It blinks"


async def test_a_ref_means_its_unresolved_conversation_although_a_lost_clock_dates_that_before_the_others(
    office: Office, clock
):
    resolved = (await office.desk.register(ref="bot:9", at=clock.now())).json()["conversation_id"]
    await office.desk("console", "PATCH", f"/v1/conversations/{resolved}", {"status": "resolved"})
    clock.advance(timedelta(days=8))
    later = (await office.desk.register(ref="bot:9", at=datetime(1970, 1, 1, tzinfo=UTC))).json()["conversation_id"]
    handoff = (await office.hand_off(conversation={"ref": "bot:9"})).json()
    assert handoff["conversation_id"] == later != resolved


async def test_a_handoff_that_tells_nothing_new_adds_no_interaction(office: Office):
    await office.desk.register(at=MONDAY, text="Help")
    handoff = (await office.hand_off()).json()
    context = (await office.desk.look_up()).json()
    assert context["included"] == {"interactions": 1, "of": 1}
    assert context["handoffs"][0]["id"] == handoff["id"]
    assert handoff["conversation_id"] == context["conversations"][0]["id"]


async def test_the_conversation_meant_is_the_named_one_or_the_latest(office: Office):
    for ref in ("one", "two"):
        await office.desk.register(at=MONDAY, ref=ref, subject=ref)
    context = (await office.desk.look_up()).json()
    ids = {one["subject"]: one["id"] for one in context["conversations"]}
    named = (await office.hand_off(conversation={"ref": "one"})).json()
    by_id = (await office.hand_off(conversation={"id": ids["two"]})).json()
    assert (named["conversation_id"], by_id["conversation_id"]) == (ids["one"], ids["two"])
    other = await office.desk.register(at=MONDAY, email="ben@example.de", ref="one")
    foreign = await office.hand_off(conversation={"id": other.json()["conversation_id"]})
    assert foreign.json()["type"] == "/problems/conversation-unknown"


async def test_the_only_open_conversation_is_meant_whatever_its_age(office: Office):
    old = await office.desk.register(at=MONDAY - timedelta(days=30), subject="Router", attempt=("Restarted", "failed"))
    handoff = (await office.hand_off()).json()
    assert handoff["conversation_id"] == old.json()["conversation_id"]
    assert [one["what"] for one in handoff["packet"]["attempts"]] == ["Restarted"]


@pytest.mark.parametrize("resolved", [False, True])
async def test_of_several_old_conversations_none_is_meant_unless_the_others_are_resolved(office: Office, resolved):
    old = await office.desk.register(at=MONDAY - timedelta(days=3), subject="Old matter")
    other = await office.desk.register(id="other", at=MONDAY - timedelta(days=4), subject="Another")
    if resolved:
        settled = f"/v1/conversations/{other.json()['conversation_id']}"
        await office.desk("console", "PATCH", settled, {"status": "resolved"})
    handoff = (await office.hand_off()).json()
    assert (handoff["conversation_id"] == old.json()["conversation_id"]) is resolved
    assert handoff["conversation_id"] != other.json()["conversation_id"]


async def test_a_handoff_may_say_what_the_matter_is_about(office: Office):
    router = await office.desk.register(at=MONDAY - timedelta(days=30), subject="Router")
    await office.desk.register(id="other", at=MONDAY, subject="Bill")
    meant = (await office.hand_off(subject="router")).json()
    assert meant["conversation_id"] == router.json()["conversation_id"]
    new = (await office.hand_off(subject="Moving house")).json()
    subjects = {one["id"]: one["subject"] for one in (await office.desk.look_up()).json()["conversations"]}
    assert (len(subjects), subjects[new["conversation_id"]]) == (3, "Moving house")


async def test_a_conversation_that_is_named_counts_more_than_a_subject(office: Office):
    named = await office.desk.register(at=MONDAY, ref="4711", subject="Bill")
    await office.desk.register(id="other", at=MONDAY, subject="Router")
    handoff = (await office.hand_off(conversation={"ref": "4711"}, subject="Router")).json()
    assert handoff["conversation_id"] == named.json()["conversation_id"]


async def test_a_handoff_of_a_new_customer_has_its_subject(office: Office):
    identity = {"kind": "email", "value": "new@example.de"}
    handoff = (await office.hand_off(identity=identity, subject="Router")).json()
    (conversation,) = (await office.desk.look_up(value="new@example.de")).json()["conversations"]
    assert (conversation["id"], conversation["subject"]) == (handoff["conversation_id"], "Router")


async def test_nobody_transfers_to_themselves(office: Office):
    handoff = (await office.hand_off()).json()
    token = (await office.step(handoff, "accept", agent="Ben")).json()["token"]
    refused = await office.step(handoff, "transfer", token=token, to={"queue": "support", "agent": "Ben"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "to.agent")
    assert (await office.handoff(handoff))["state"] == "accepted"
    assert (await office.step(handoff, "transfer", token=token, to={"queue": "support", "agent": "Carla"})).is_success


async def test_the_taker_starts_and_completes_with_the_token(office: Office):
    handoff = (await office.hand_off()).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    assert (taken["state"], taken["taken_by"], taken["served_by"]) == ("accepted", "Ben", "taker")
    assert taken["offers"][0]["end"] == "accepted"
    started = (await office.step(handoff, "start", token=taken["token"])).json()
    assert (started["state"], started["token"]) == ("active", None)
    done = await office.step(handoff, "complete", token=taken["token"], outcome="resolved", summary="New router sent")
    assert (done.json()["state"], done.json()["outcome"]) == ("completed", "resolved")
    assert (await office.desk.look_up()).json()["recent"][0]["text"] == "New router sent"


async def test_the_second_taker_is_told_so_and_how_far_the_first_is(office: Office):
    handoff = (await office.hand_off()).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    second = await office.step(handoff, "accept", agent="Carla")
    assert (second.status_code, second.json()["type"], second.json()["state"]) == (
        409,
        "/problems/handoff-taken",
        "accepted",
    )
    await office.step(handoff, "complete", token=taken["token"])
    late = await office.step(handoff, "accept", agent="Carla")
    assert (late.json()["type"], late.json()["state"]) == ("/problems/handoff-taken", "completed")


async def test_an_accept_that_is_repeated_with_its_key_gives_the_same_token(office: Office):
    handoff = (await office.hand_off()).json()
    path, body = f"/v1/handoffs/{handoff['id']}/accept", {"agent": "Ben"}
    first = await office.desk("console", "POST", path, body, idempotency_key="accept-1")
    again = await office.desk("console", "POST", path, body, idempotency_key="accept-1")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["token"] == first.json()["token"]


@pytest.mark.parametrize("step", ["start", "complete", "return", "fail"])
async def test_a_wrong_token_is_stale_whatever_it_looks_like(office: Office, step):
    handoff = (await office.hand_off()).json()
    await office.step(handoff, "accept", agent="Ben")
    answer = await office.step(handoff, step, token="wrong")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/handoff-token-stale")


async def test_who_takes_over_makes_the_token_of_the_taker_stale(office: Office):
    handoff = (await office.hand_off()).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    over = (await office.step(handoff, "takeover", agent="Carla")).json()
    assert (over["taken_by"], over["state"]) == ("Carla", "accepted")
    late = await office.step(handoff, "complete", token=taken["token"])
    assert late.json()["type"] == "/problems/handoff-token-stale"
    assert (await office.step(handoff, "complete", token=over["token"])).status_code == 200


async def test_a_conversation_is_handed_off_once_at_a_time(office: Office):
    await office.desk.register(at=MONDAY, text="Help")
    first = (await office.hand_off()).json()
    taken = (await office.step(first, "accept", agent="Ben")).json()
    second = (await office.hand_off("console")).json()
    assert (await office.handoff(first))["state"] == "withdrawn"
    closed = await office.step(first, "complete", token=taken["token"])
    assert (closed.json()["type"], closed.json()["state"]) == ("/problems/handoff-closed", "withdrawn")
    assert [one["id"] for one in (await office.desk.look_up()).json()["handoffs"]] == [second["id"]]


async def test_a_declined_offer_is_followed_by_the_next_and_at_last_by_a_callback(office: Office):
    await office.queue("support", max_offers=2)
    handoff = (await office.hand_off()).json()
    declined = (await office.step(handoff, "decline", agent="Ben", reason="Not my field")).json()
    assert (declined["state"], [one["end"] for one in declined["offers"]]) == ("offered", ["declined", None])
    last = (await office.step(handoff, "decline", agent="Carla")).json()
    assert last["state"] == "fell_back"
    assert (await office.callback(last["callback_id"]))["queue"] == "support"


async def test_an_offer_expires_at_its_deadline_and_not_before(office: Office, until: Until):
    handoff = (await office.hand_off()).json()
    await until(MONDAY + timedelta(seconds=59))
    assert len((await office.handoff(handoff))["offers"]) == 1
    await until(MONDAY + timedelta(seconds=60))
    waiting = await office.handoff(handoff)
    assert [one["end"] for one in waiting["offers"]] == ["expired", None]
    await until(MONDAY + timedelta(minutes=3))
    assert (await office.handoff(handoff))["state"] == "fell_back"


async def test_an_offer_that_was_accepted_does_not_expire(office: Office, until: Until):
    handoff = (await office.hand_off()).json()
    await office.step(handoff, "accept", agent="Ben")
    await until(MONDAY + timedelta(hours=1))
    assert (await office.handoff(handoff))["state"] == "accepted"


async def test_what_nobody_takes_goes_to_the_fallback_queue(office: Office, until: Until):
    await office.queue("first", max_offers=1, fallback={"queue": "support"})
    handoff = (await office.hand_off(to={"queue": "first"})).json()
    await until(MONDAY + timedelta(seconds=60))
    moved = await office.handoff(handoff)
    assert (moved["state"], moved["to"]["queue"]) == ("offered", "support")
    await until(MONDAY + timedelta(minutes=4))
    fell_back = await office.handoff(handoff)
    assert (await office.callback(fell_back["callback_id"]))["queue"] == "first"


async def test_a_closed_queue_gives_a_callback_in_its_next_opening(office: Office, until: Until):
    await office.desk.register(at=MONDAY, identities=[("email", "anna@example.de"), ("phone", "0171/1234567")])
    await until(EVENING)
    given = await office.hand_off()
    assert (given.status_code, given.json()["state"]) == (201, "fell_back")
    promise = await office.callback(given.json()["callback_id"])
    assert (promise["state"], promise["promised_from"], promise["promised_to"], promise["phone"]) == (
        "scheduled",
        "2026-11-24T08:00:00Z",
        "2026-11-24T17:00:00Z",
        "+491711234567",
    )


async def test_a_closed_queue_hands_on_to_an_open_one(office: Office, until: Until):
    await office.queue("night", calendar={"time_zone": "Europe/Berlin", "hours": "24/7"})
    await office.queue("support", fallback={"queue": "night"})
    await until(EVENING)
    given = (await office.hand_off()).json()
    assert (given["state"], given["to"]["queue"]) == ("offered", "night")


async def test_a_promise_that_stands_is_not_made_twice(office: Office, until: Until):
    await until(EVENING)
    await office.desk.register(at=EVENING)
    first = (await office.hand_off()).json()
    second = (await office.hand_off()).json()
    assert first["callback_id"] != second["callback_id"]  # without a number the first is no promise that stands
    await office.call({"id": second["callback_id"]}, "reschedule", phone="0171/1234567")
    third = (await office.hand_off()).json()
    assert third["callback_id"] == second["callback_id"]


async def test_an_agent_is_asked_by_name_and_then_the_queue(office: Office, until: Until):
    handoff = (await office.hand_off(to={"queue": "support", "agent": "Ben"})).json()
    refused = await office.step(handoff, "accept", agent="Carla")
    assert refused.json()["type"] == "/problems/handoff-taken"
    await until(MONDAY + timedelta(seconds=60))
    assert (await office.step(handoff, "accept", agent="Carla")).status_code == 200


async def test_an_agent_alone_is_known_by_what_they_took(office: Office):
    nobody = await office.hand_off(to={"agent": "Ben"})
    assert (nobody.status_code, nobody.json()["type"]) == (400, "/problems/agent-unknown")
    handoff = (await office.hand_off()).json()
    await office.step(handoff, "accept", agent="Ben")
    again = (await office.hand_off("console", to={"agent": "Ben"})).json()
    assert again["to"] == {"queue": "support", "agent": "Ben"}


async def test_the_taker_returns_the_conversation_to_the_bot(office: Office):
    handoff = (await office.hand_off()).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    returned = await office.step(handoff, "return", token=taken["token"], reason="Only wanted the opening hours")
    assert (returned.json()["state"], returned.json()["served_by"]) == ("returned", None)


async def test_what_a_taker_says_has_failed_is_called_back(office: Office):
    handoff = (await office.hand_off(summary="Router")).json()
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    failed = (await office.step(handoff, "fail", token=taken["token"], reason="Line broke")).json()
    assert failed["state"] == "failed"
    assert (await office.callback(failed["callback_id"]))["reason"] == "Router"


async def test_only_who_gave_it_takes_it_back_and_only_until_it_is_taken(office: Office):
    handoff = (await office.hand_off()).json()
    assert (await office.step(handoff, "withdraw", role="channel")).status_code == 404
    assert (await office.step(handoff, "withdraw", role="bot")).json()["state"] == "withdrawn"
    taken = (await office.hand_off()).json()
    await office.step(taken, "accept", agent="Ben")
    late = await office.step(taken, "withdraw", role="bot")
    assert late.json()["type"] == "/problems/handoff-taken"


async def test_a_passed_conversation_is_nobodys_until_it_is_taken(office: Office):
    handoff = (await office.hand_off(mode="pass")).json()
    assert handoff["served_by"] == "nobody"


async def test_the_list_shows_the_most_urgent_first_in_pages(office: Office):
    ids = {}
    for priority in (0, 5, 1):
        email = f"p{priority}@example.de"
        handoff = await office.hand_off(identity={"kind": "email", "value": email}, priority=priority)
        ids[priority] = handoff.json()["id"]
    listing = "/v1/handoffs?queue=support&state=offered&limit=2"
    first = (await office.desk("console", "GET", listing)).json()
    rest = (await office.desk("console", "GET", f"{listing}&after={first['next']}")).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [ids[5], ids[1], ids[0]]
    assert rest["next"] is None
    assert first["items"][0]["packet"] is None


async def test_a_repeated_request_hands_off_once(office: Office):
    first = await office.hand_off(key="once", summary="Help")
    again = await office.hand_off(key="once", summary="Help")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    other = await office.hand_off(key="once", summary="Something else")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


@pytest.mark.parametrize(
    ("fields", "status", "problem"),
    [
        ({"to": {"queue": "nowhere"}}, 404, "queue-unknown"),
        ({"to": {}}, 400, "invalid-input"),
        ({"customer_id": "01900000-0000-7000-8000-00000000abcd"}, 404, "customer-unknown"),
        ({"conversation": {"id": "01900000-0000-7000-8000-00000000abcd"}}, 404, "conversation-unknown"),
        ({"identity": {"kind": "phone", "value": "12"}}, 400, "invalid-input"),
        ({"mood": 1}, 400, "invalid-input"),
    ],
)
async def test_a_request_that_cannot_be_met_is_told_why(office: Office, fields, status, problem):
    answer = await office.hand_off(**fields)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


async def test_what_nobody_handed_off_is_absent(office: Office):
    for handoff_id in ("01900000-0000-7000-8000-00000000abcd", "no-id"):
        answer = await office.step({"id": handoff_id}, "accept", agent="Ben")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/handoff-unknown")


async def test_after_a_merge_the_handoff_is_the_survivors(office: Office):
    handoff = (await office.hand_off()).json()
    other = await office.desk.register(email="anna.bauer@example.de", at=MONDAY)
    survivor = other.json()["customer_id"]
    merge = {"other_customer_id": handoff["customer_id"]}
    merged = await office.desk("admin", "PUT", f"/v1/customers/{survivor}/merges", merge)
    assert merged.status_code == 200
    taken = (await office.step(handoff, "accept", agent="Ben")).json()
    assert taken["customer_id"] == survivor
    context = (await office.desk.look_up()).json()
    assert [one["id"] for one in context["handoffs"]] == [handoff["id"]]


async def test_the_answer_of_a_closed_queue_tells_what_is_published_for_it(office: Office, until: Until):
    texts = {"texts": {"en": "Closed on Tuesday.", "de": "Dienstag geschlossen."}}
    await office.desk("admin", "PUT", "/v1/notices/closed", texts | {"queues": ["support"]})
    await office.queue("sales")
    await office.desk("admin", "PUT", "/v1/notices/other", texts | {"queues": ["sales"]})
    assert "notices" not in (await office.hand_off()).json()
    await office.desk.register(at=MONDAY)
    customer = (await office.desk.look_up()).json()["customer"]["id"]
    await office.desk("console", "PATCH", f"/v1/customers/{customer}", {"language": "de-AT"})
    await until(EVENING)
    told = (await office.hand_off(conversation={"ref": "bot:late"})).json()["notices"]
    assert [(one["id"], one["text"], one["language"]) for one in told] == [("closed", "Dienstag geschlossen.", "de")]
