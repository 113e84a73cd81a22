"""A Twilio account at its door: signed for the address that is configured, and heard of in every order."""

from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from service.channels.phone.twilio import signed_delivery
from tests.channels.switchboard import Switchboard
from tests.channels.vendors import delivery_of

PUBLIC = "https://askonce.example"
CALL = {"CallSid": "CA1", "From": "+4917112345678", "To": "+4930901820", "Direction": "inbound"}
CHILD = {**CALL, "CallSid": "CA2", "ParentCallSid": "CA1", "To": "client:anna", "Direction": "outbound-dial"}


@pytest.fixture
def settings(settings):
    return replace(settings, public_url=PUBLIC)


@pytest.fixture
async def board(desk, rooms, clock, open_door):
    board = Switchboard(desk, rooms, clock)
    board.account, board.path = await open_door("twilio", name="main", secret="12345")
    return board


async def told(board, below="/status", secret="12345", **fields):
    raw = urlencode(fields).encode()
    signature = signed_delivery(delivery_of(raw, url=f"{PUBLIC}{board.path}{below}"), secret).headers[
        "x-twilio-signature"
    ]
    return await board.send(raw, below, **{"x-twilio-signature": signature})


async def test_the_webhook_of_the_number_rings_and_the_status_callback_ends_the_call(board):
    answered = await told(board, "/voice", **CALL, CallStatus="ringing")
    assert (answered.status_code, answered.headers["content-type"]) == (200, "text/xml")
    assert (await board.pop("CA1")).json()["phase"] == "ringing"
    await told(board, **CALL, CallStatus="in-progress")
    await told(board, **CALL, CallStatus="completed", CallDuration="90", SequenceNumber="4")
    assert await board.outcomes() == ["answered"]
    assert await board.types() == ["call.ringing", "call.answered", "call.ended"]


async def test_a_call_that_no_agent_took_was_missed_though_twilio_answered_it(board):
    await told(board, "/voice", **CALL, CallStatus="ringing")
    await told(board, **CHILD, CallStatus="ringing")
    await told(board, **CHILD, CallStatus="no-answer")
    await told(board, **CALL, CallStatus="completed")
    assert await board.outcomes() == ["missed"]


async def test_events_sent_twice_and_out_of_order_make_one_call(board):
    for status in ("completed", "in-progress", "ringing", "completed"):
        await told(board, **CALL, CallStatus=status)
    await board.pass_time(5)
    assert await board.outcomes() == ["answered"]
    assert await board.customers() == 1


@pytest.mark.parametrize("secret", ["wrong", ""])
async def test_what_twilio_did_not_sign_is_refused_and_leaves_nothing(board, secret):
    assert (await told(board, secret=secret, **CALL, CallStatus="ringing")).status_code == 401
    assert (await board.form("/status", **CALL, CallStatus="ringing")).status_code == 401
    assert (await board.pop("CA1")).status_code == 404
    assert await board.customers() == 0


async def test_with_one_account_its_name_may_be_left_out(board):
    board.path = "/v1/channels/twilio"
    assert (await told(board, "/voice", **CALL, CallStatus="ringing")).status_code == 200


async def test_callers_who_withhold_their_number_are_nobody_we_know(board):
    await told(board, "/voice", **{**CALL, "From": "+266696687"}, CallStatus="ringing")
    shown = (await board.pop("CA1")).json()
    assert (shown["phase"], shown["numbers"]) == ("ringing", [])
