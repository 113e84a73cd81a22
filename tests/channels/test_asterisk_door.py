"""Asterisk's events posted to the door by whoever has them already."""

import json

import pytest

from tests.channels.switchboard import Switchboard
from tests.channels.vendors import CORPUS, RECORDED

BOTH = pytest.mark.parametrize("kind", ["ami", "ari"])


@pytest.fixture
async def board(desk, rooms, clock, open_door):
    board = Switchboard(desk, rooms, clock)
    _, board.path = await open_door("asterisk", name="pbx")
    return board


@pytest.mark.corpus
@BOTH
async def test_each_recorded_call_becomes_one_interaction_however_often_it_is_posted(board, kind):
    path = CORPUS / f"asterisk22_{kind}_events.jsonl"
    if not path.exists():
        pytest.skip("the recordings are not here")
    for _ in range(2):
        assert (await board.send(path.read_bytes())).status_code == 200
    for line in path.read_bytes().splitlines():
        assert (await board.send(line)).status_code in {200, 400}
    await board.pass_time(5 * 3600)
    calls = {call["source_event_id"]: call["outcome"] for call in await board.interactions()}
    assert calls == {"1795284470.0": "answered", "1795284470.2": "missed", "1795284475.4": "answered"}


@BOTH
async def test_the_console_knows_who_calls_before_anna_picks_up(board, kind):
    await board.desk.register(identities=[("phone", "+49 171 12345678")], facts={"error_code": "E42"})
    events = (RECORDED / "asterisk" / f"{kind}.jsonl").read_bytes().splitlines()
    for line in events[:2]:
        await board.send(line)
    shown = (await board.pop("1795284470.0")).json()
    assert (shown["phase"], shown["rings_at"]) == ("ringing", ["anna"])
    assert shown["context"]["known"]["error_code"]["value"] == "E42"
    for line in events[2:]:
        await board.send(line)
    assert await board.outcomes() == ["answered"]
    assert await board.types() == ["call.ringing", "call.ringing", "call.answered", "call.ended"]


async def test_a_call_joins_the_conversation_that_the_dial_plan_names_whoever_has_opened_it(board):
    bot = await board.desk.register(identities=[("phone", "+49 171 12345678")], ref="c_123", subject="Router")
    begins = {"Uniqueid": "1.0", "Linkedid": "1.0", "CallerIDNum": "017112345678", "Exten": "100"}
    matter = {"Event": "UserEvent", "UserEvent": "CustomerContext", "Conversation": "c_123", **begins}
    for event in ({"Event": "Newchannel", **begins}, matter, {"Event": "Hangup", **begins}):
        await board.send(json.dumps(event).encode())
    await board.pass_time(5)
    (call,) = await board.interactions()
    assert str(call["conversation_id"]) == bot.json()["conversation_id"]


async def test_calls_between_our_own_telephones_make_no_customer(board):
    inside = {"Uniqueid": "1.0", "Linkedid": "1.0", "CallerIDNum": "100", "Exten": "101"}
    for event in ("Newchannel", "Hangup"):
        await board.send(json.dumps({"Event": event, **inside}).encode())
    await board.pass_time(5)
    assert await board.interactions() == []
    assert await board.customers() == 0


async def test_an_end_of_which_nobody_has_heard_the_beginning_makes_no_customer(board):
    await board.send(b'{"Event": "Hangup", "Uniqueid": "1.0", "Linkedid": "1.0"}')
    await board.pass_time(5)
    assert await board.interactions() == []
    assert await board.customers() == 0


async def test_what_is_no_event_is_refused(board):
    assert (await board.send(b"hello")).status_code == 400
    assert (await board.desk.http.post("/v1/channels/asterisk/guessed", content=b"{}")).status_code == 401
