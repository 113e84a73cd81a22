"""A telephone system that pushes its calls (sipgate's format), and the console that knows who calls."""

import asyncio
import hashlib
import hmac
import json
from itertools import permutations

import pytest

from service.app.arrivals import create_deliveries, create_registrar
from service.app.worker import worker_dependencies
from service.channels.registry import ADAPTERS
from service.inbound import accounts
from service.worker.housekeeping import delete_expired
from tests.channels.switchboard import Switchboard
from tests.channels.vendors import QUEUE
from tests.fixtures import NOW
from tests.patience import until

pytestmark = pytest.mark.slow

ANNA = "4917112345678"
NUMBERS = {"from_": ANNA, "to": "4930901820", "direction": "in"}


@pytest.fixture
async def board(desk, rooms, clock, open_door):
    board = Switchboard(desk, rooms, clock)
    _, board.path = await open_door("cti", name="sipgate")
    return board


async def ring(board, call="1", **fields):
    return await board.form(event="newCall", callId=call, **{**NUMBERS, "user[]": ["Anna", "Bob"], **fields})


async def answer(board, call="1", **fields):
    return await board.form(event="answer", callId=call, **{**NUMBERS, "from_": "49309018219", "user": "Bob", **fields})


async def hang_up(board, call="1", cause="normalClearing", **fields):
    return await board.form(event="hangup", callId=call, cause=cause, **{**NUMBERS, "to": "s", **fields})


async def to_voicemail(board):
    return await answer(board, user="voicemail")


async def test_the_console_knows_who_calls_before_anybody_picks_up(board):
    known = await board.desk.register(
        identities=[("phone", "0171 12345678")], text="My router blinks red", facts={"error_code": "E42"}
    )
    async with board.listening() as console:
        await until(lambda: console.comments)
        await ring(board)
        await board.events()
        await until(lambda: "call.ringing" in console.types)
    (rings,) = [one.data for one in console.events if one.type == "call.ringing"]
    assert rings["customer_id"] == known.json()["customer_id"]
    assert (rings["call_ref"], rings["state"]) == ("1", "ringing")

    shown = (await board.pop(rings["call_ref"])).json()
    assert (shown["phase"], shown["rings_at"], shown["agent"]) == ("ringing", ["Anna", "Bob"], None)
    assert shown["customer_id"] == rings["customer_id"]
    assert shown["numbers"] == [{"kind": "phone", "value": "+4917112345678"}]
    assert shown["context"]["known"]["error_code"]["value"] == "E42"
    assert shown["context"]["recent"][0]["text"] == "My router blinks red"


async def test_a_webhook_hears_of_calls(board, rooms):
    hook = {"url": "https://crm.example/askonce", "types": ["call.*"], "role": "console"}
    assert (await board.desk("admin", "PUT", "/v1/webhooks/crm", hook)).status_code in {200, 201}, hook
    await ring(board)
    await board.events()
    async with rooms.database.connection() as connection:
        waiting = await connection.fetch("SELECT type FROM webhook_delivery")
    assert [row["type"] for row in waiting] == ["call.ringing"]


async def test_somebody_who_calls_for_the_first_time_is_a_customer_when_it_rings(board):
    await ring(board)
    shown = (await board.pop("1")).json()
    (caller,) = shown["context"]["identities"]
    assert (caller["value"], caller["verified"], caller["link"]) == ("+4917112345678", False, "claimed")
    await answer(board)
    await hang_up(board)
    (call,) = await board.interactions()
    assert str(call["customer_id"]) == shown["customer_id"]


async def test_a_call_becomes_one_interaction_with_its_agent_and_its_times(board, clock):
    await ring(board)
    await board.pass_time(8)
    await answer(board)
    await board.pass_time(90)
    await hang_up(board)
    (call,) = await board.interactions()
    assert (call["source"], call["source_event_id"], call["kind"]) == ("cti:sipgate", "1", "call")
    assert (call["outcome"], call["direction"], call["occurred_at"]) == ("answered", "inbound", NOW)
    assert call["participant"] == {"role": "agent", "id": "Bob", "name": "Bob"}
    assert (call["data"]["waited_s"], call["data"]["duration_s"]) == (8, 90)
    assert await board.types() == ["call.ringing", "call.answered", "call.ended"]


async def test_the_screen_pop_still_shows_a_call_that_has_just_ended(board):
    await ring(board)
    await hang_up(board, cause="cancel")
    shown = (await board.pop("1")).json()
    assert (shown["phase"], shown["outcome"]) == ("ended", "abandoned")
    (call,) = shown["context"]["recent"]
    assert (call["outcome"], call["id"]) == ("abandoned", shown["interaction_id"])


@pytest.mark.parametrize("order", list(permutations((ring, answer, hang_up))))
async def test_events_that_arrive_within_milliseconds_make_one_answered_call_in_any_order(board, order):
    for event in order:
        assert (await event(board)).status_code == 200
    await board.pass_time(5)
    assert await board.outcomes() == ["answered"]
    (call,) = await board.interactions()
    context = await board.desk.look_up(kind="phone", value="0171/12345678")
    assert context.json()["customer"]["id"] == str(call["customer_id"])
    assert await board.customers() == 1


async def test_events_that_arrive_at_once_make_one_call(board):
    await asyncio.gather(*[event(board) for event in (ring, answer, hang_up, ring, answer, hang_up)])
    await board.pass_time(5)
    assert await board.outcomes() == ["answered"]
    assert await board.customers() == 1


async def test_what_is_sent_again_changes_nothing(board):
    for event in (ring, ring, answer, answer, hang_up, hang_up, ring, answer):
        await event(board)
    assert await board.outcomes() == ["answered"]
    assert await board.types() == ["call.ringing", "call.answered", "call.ended"]
    await board.pass_time(5 * 3600)
    assert await board.outcomes() == ["answered"]


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        ("noAnswer", "missed"),
        ("busy", "busy"),
        ("cancel", "abandoned"),
        ("congestion", "failed"),
        ("notFound", "failed"),
    ],
)
async def test_a_call_that_nobody_takes_says_why_at_once(board, cause, outcome):
    await ring(board)
    await hang_up(board, cause=cause)
    assert await board.outcomes() == [outcome]


async def test_a_normal_end_of_a_call_that_nobody_took_is_a_missed_call(board):
    await ring(board)
    await hang_up(board)
    assert await board.outcomes() == []  # an answer may still be on its way
    await board.pass_time(5)
    assert await board.outcomes() == ["missed"]


async def test_a_call_that_is_passed_on_stays_one_call_and_rings_once_more(board):
    await ring(board)
    await answer(board)
    await ring(board, "2", origCallId="1", **{"from_": "4930901821", "user[]": ["Cem"]})
    shown = (await board.pop("1")).json()
    assert (shown["phase"], shown["rings_at"], shown["agent"]) == ("answered", ["Cem"], "Bob")
    assert shown["numbers"] == [{"kind": "phone", "value": "+4917112345678"}]
    assert (await board.pop("2")).json() == shown
    await hang_up(board)
    assert await board.outcomes() == []
    await board.pass_time(30)
    await answer(board, "2", origCallId="1", user="Cem")
    await hang_up(board, "2", origCallId="1")
    (call,) = await board.interactions()
    assert (call["source_event_id"], call["outcome"], call["participant"]["id"]) == ("1", "answered", "Cem")
    assert await board.types() == ["call.ringing", "call.answered", "call.ringing", "call.answered", "call.ended"]
    assert await board.customers() == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_transfer_names_the_first_call_when_it_begins_and_no_more_in_any_order(board, order):
    await ring(board)
    await answer(board)
    await hang_up(board)
    passed_on = [
        lambda: ring(board, "2", origCallId="1", **{"from_": "4930901821", "user[]": ["Cem"]}),
        lambda: answer(board, "2", user="Cem"),
        lambda: hang_up(board, "2"),
    ]
    for place in order:
        await passed_on[place]()
    await board.pass_time(30)
    (call,) = await board.interactions()
    assert (call["source_event_id"], call["outcome"]) == ("1", "answered")
    assert await board.customers() == 1
    assert len((await board.pop("2")).json()["numbers"]) == 1


async def test_an_answer_of_another_call_is_not_taken_for_the_transfer(board):
    await ring(board)
    await answer(board)
    await ring(board, "3", from_="4917112345699")
    await answer(board, "3", from_="4917112345699")
    assert (await board.pop("3")).json()["call_ref"] == "3"
    assert await board.customers() == 2


async def test_a_call_that_is_forwarded_waits_for_where_it_goes(board):
    await ring(board)
    await hang_up(board, cause="forwarded")
    await ring(board, "2", origCallId="1")
    await answer(board, "2", origCallId="1")
    await hang_up(board, "2", origCallId="1")
    assert await board.outcomes() == ["answered"]


async def test_a_call_that_is_forwarded_to_where_nobody_tells_of_it_is_a_forwarded_call(board):
    await ring(board)
    await hang_up(board, cause="forwarded")
    await board.pass_time(5)
    assert await board.outcomes() == ["forwarded"]


async def test_a_transfer_that_is_told_after_the_first_leg_has_ended_is_no_second_call(board):
    await ring(board)
    await answer(board)
    await hang_up(board)
    await ring(board, "2", origCallId="1")
    await answer(board, "2", origCallId="1")
    await hang_up(board, "2", origCallId="1")
    await board.pass_time(5)
    assert await board.outcomes() == ["answered"]
    assert await board.types() == 2 * ["call.ringing", "call.answered", "call.ended"]


async def test_a_caller_who_withholds_the_number_is_somebody_and_every_call_somebody_else(board):
    for number in ("1", "2"):
        await ring(board, number, from_="anonymous")
        await answer(board, number, from_="anonymous")
        await hang_up(board, number, from_="anonymous")
    first, second = await board.interactions()
    assert first["customer_id"] != second["customer_id"]
    assert (await board.pop("1")).json()["numbers"] == []


@pytest.mark.parametrize("number", ["+86282452253", "17378742833", "UNAVAILABLE", "116117", "22833"])
async def test_two_calls_without_a_customers_number_are_two_customers(board, number):
    for call in ("1", "2"):
        await ring(board, call, from_=number)
        await answer(board, call, from_=number)
        await hang_up(board, call, from_=number)
    first, second = await board.interactions()
    assert first["customer_id"] != second["customer_id"]


async def test_a_call_to_a_customer_is_theirs_by_the_number_that_was_called(board):
    await ring(board, from_="4930901820", to=ANNA, direction="out")
    await answer(board, direction="out")
    await hang_up(board, direction="out")
    (call,) = await board.interactions()
    assert call["direction"] == "outbound"
    found = await board.desk.look_up(kind="phone", value="+49 171 12345678")
    assert found.json()["customer"]["id"] == str(call["customer_id"])


@pytest.mark.parametrize("order", list(permutations((ring, to_voicemail, hang_up))))
async def test_a_call_that_goes_to_voicemail_was_not_answered(board, order):
    for event in order:
        await event(board)
    assert await board.outcomes() == ["voicemail"]
    assert "call.answered" not in await board.types()
    assert await board.customers() == 1


async def test_a_call_whose_end_never_comes_is_over_after_four_hours(board):
    await ring(board)
    await answer(board)
    await board.pass_time(4 * 3600 - 1)
    assert await board.outcomes() == []
    await board.pass_time(1)
    (call,) = await board.interactions()
    assert (call["outcome"], "duration_s" in call["data"]) == ("answered", False)
    await hang_up(board)
    assert await board.outcomes() == ["answered"]


async def test_a_call_lost_during_a_handoff_fails_it_and_promises_a_call(board):
    desk = board.desk
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    await desk.register(identities=[("phone", ANNA)], ref="bot:4711")
    body = {"identity": {"kind": "phone", "value": "+" + ANNA}, "to": {"queue": "support"}, "reason": {"text": "Help"}}
    handoff = (await desk("bot", "POST", "/v1/handoffs", body, idempotency_key="1")).json()
    await ring(board)
    await hang_up(board, cause="noAnswer")
    failed = (await desk("console", "GET", f"/v1/handoffs/{handoff['id']}")).json()
    assert failed["state"] == "failed"
    assert failed["callback_id"]


async def test_whoever_does_not_know_the_door_finds_none(board):
    refused = await board.desk.http.post("/v1/channels/cti/guessed", content=b"event=newCall&callId=1")
    assert refused.status_code == 401
    assert await board.customers() == 0


@pytest.mark.promise("S11")
async def test_a_delivery_with_placetels_wrong_signature_is_refused(board, open_door):
    _, board.path = await open_door("cti", name="placetel", signature_secret="s3cret")
    raw = b"event=IncomingCall&from=017112345678&to=022129191999&call_id=f4591b"
    assert (await board.send(raw)).status_code == 401
    assert (await board.send(raw, **{"x-placetel-signature": "0" * 64})).status_code == 401
    right = hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()
    assert (await board.send(raw, **{"x-placetel-signature": right})).status_code == 200
    assert (await board.pop("f4591b", source="cti:placetel")).status_code == 200


async def test_sipgate_hears_where_to_send_the_rest_of_the_call(board):
    rung = await ring(board)
    assert rung.headers["content-type"] == "application/xml"
    address = f"http://askonce.test{board.path}"
    assert f'<Response onAnswer="{address}" onHangup="{address}"/>' in rung.text
    assert "<Response/>" in (await answer(board)).text


async def test_whoever_sends_json_hears_json(board):
    body = {"event": "newCall", "callId": "7", "from": ANNA, "to": "4930901820", "direction": "in", "user": ["Anna"]}
    rung = await board.send(json.dumps(body).encode(), **{"content-type": "application/json"})
    assert (rung.json(), rung.headers["content-type"]) == ({}, "application/json")
    assert (await board.pop("7")).json()["rings_at"] == ["Anna"]


async def test_an_event_nobody_has_heard_of_is_kept(board):
    assert (await board.form(event="dtmf", callId="1", dtmf="3")).status_code == 200
    assert (await board.form(event="dtmf", callId="1", dtmf="3")).status_code == 200
    (kept,) = await board.interactions()
    assert (kept["kind"], kept["data"]["fields"]["dtmf"]) == ("other", ["3"])


async def test_an_event_without_a_call_is_refused_so_that_the_sender_notices(board):
    assert (await board.form(event="newCall", from_=ANNA)).status_code == 400
    assert (await board.send(b"{")).status_code == 400


async def test_only_our_own_desks_see_who_calls(board):
    await ring(board)
    statuses = {role: (await board.pop("1", role)).status_code for role in board.desk.keys}
    assert {role for role, status in statuses.items() if status == 200} == {"admin", "console"}
    unknown = await board.pop("2")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/call-unknown")
    assert (await board.desk("console", "GET", "/v1/screenpop")).status_code == 400


async def test_two_telephone_systems_may_use_the_same_ids(board, open_door):
    _, branch = await open_door("cti", name="branch")
    await ring(board)
    board.path = branch
    await ring(board, from_="4930123456")
    numbers = [(await board.pop("1", source=f"cti:{name}")).json()["numbers"] for name in ("sipgate", "branch")]
    assert [one["value"] for (one,) in numbers] == ["+4917112345678", "+4930123456"]


async def test_who_was_merged_with_another_customer_while_it_rang_is_shown_as_that_one(board):
    await ring(board)
    called = (await board.pop("1")).json()["customer_id"]
    known = (await board.desk.register(email="anna@example.de")).json()["customer_id"]
    await board.desk("admin", "PUT", f"/v1/customers/{known}/merges", {"other_customer_id": called})
    assert (await board.pop("1")).json()["customer_id"] == known
    await answer(board)
    await hang_up(board)
    assert (await board.desk.look_up()).json()["recent"][0]["kind"] == "call"


async def test_a_day_after_a_call_only_its_interaction_is_left(board, rooms):
    await ring(board)
    await ring(board, "2")
    await hang_up(board, cause="busy")
    await board.pass_time(24 * 3600 + 1)
    await delete_expired(worker_dependencies(rooms))
    assert (await board.pop("1")).status_code == 404
    assert (await board.desk.look_up(kind="phone", value="+4917112345678")).json()["included"]["of"] == 2


async def test_deliveries_read_again_ring_no_telephone(board, rooms):
    await ring(board)
    await hang_up(board, cause="busy")
    before = await board.types()
    async with rooms.database.transaction() as connection:
        await connection.execute("DELETE FROM live_call")
        (account,) = await accounts.read_accounts(connection, ADAPTERS)
    await board.pass_time(2 * 24 * 3600)
    again = await create_deliveries(rooms, create_registrar(rooms)).reparse_payloads(
        ADAPTERS["cti"], account, untaken=False
    )
    await board.pass_time(5)
    assert again[0] == 2
    assert (await board.outcomes(), await board.types()) == (["busy"], before)
