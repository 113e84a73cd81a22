"""What telephone systems push, in sipgate's format and its dialects."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.channels.base import DeliveryResult
from service.channels.phone.call_outcomes import call_outcome
from service.channels.phone.cti import ADAPTER
from service.errors import InvalidInput
from service.model.call import CallEvent
from tests.channels.vendors import anything, delivery_of, instance_of

DOOR = instance_of(ADAPTER, name="sipgate")
PLAIN = instance_of(ADAPTER, name="pbx", international="false")


def form(*fields, **more):
    return delivery_of(urlencode([*fields, *more.items()]).encode())


def read(delivery, door=DOOR):
    (told,) = ADAPTER.parse(delivery, door)
    return told


def new_call(number, door=DOOR, **more):
    return read(form(("from", number), event="newCall", callId="1", direction="in", to="4930901820", **more), door)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (["completed", "ANSWER", "ANSWERED", "accepted"], "answered"),
        (["no-answer", "noAnswer", "NOANSWER", "NO ANSWER", "missed"], "missed"),
        (["busy", "BUSY"], "busy"),
        (["canceled", "cancel", "CANCEL"], "abandoned"),
        (["failed", "FAILED", "congestion", "CONGESTION", "notFound", "CHANUNAVAIL"], "failed"),
        (["forwarded"], "forwarded"),
        (["voicemail"], "voicemail"),
        (["normalClearing", "ringing", "", None, "what a vendor invents tomorrow"], None),
    ],
)
def test_every_telephone_system_has_its_words_in_the_one_table(words, outcome):
    assert {call_outcome(word) for word in words} == {outcome}


@pytest.mark.parametrize(
    ("number", "door", "value"),
    [
        ("4917112345678", DOOR, "+4917112345678"),
        ("41446681800", DOOR, "+41446681800"),
        ("+4917112345678", DOOR, "+4917112345678"),
        ("017112345678", DOOR, "017112345678"),
        ("004917112345678", DOOR, "004917112345678"),
        ("2125551234", PLAIN, "2125551234"),
        ("0171/1234567", DOOR, "0171/1234567"),
    ],
)
def test_sipgates_numbers_get_the_plus_that_they_lack_and_others_stay_as_they_are(number, door, value):
    assert [one.value for one in new_call(number, door).identities] == [value]


@pytest.mark.parametrize(
    "number", ["anonymous", "Anonymous", "unknown", "UNAVAILABLE", "+86282452253", "17378742833", "", "  "]
)
def test_a_withheld_number_is_nobodys(number):
    assert new_call(number).identities == ()


def test_only_the_first_event_of_a_call_says_who_calls():
    for event in ("answer", "hangup"):
        told = read(form(("from", "4930901821"), event=event, callId="1", direction="in", to="s"))
        assert told.identities == ()


def test_every_user_whose_telephone_rings_is_told():
    told = read(form(("user[]", "Anna"), ("user[]", "Bob"), ("user[]", "Anna"), event="newCall", callId="1"))
    assert told.agents == ("Anna", "Bob")


def test_json_says_the_same_as_a_form():
    fields = {"event": "hangup", "callId": "1", "direction": "out", "cause": "busy", "queue": "support"}
    assert read(delivery_of(fields)) == read(form(**fields))
    assert read(delivery_of({**fields, "user": ["Anna"], "event": "newCall"})).agents == ("Anna",)


@pytest.mark.parametrize(
    ("fields", "phase", "direction", "outcome"),
    [
        ({"event": "IncomingCall"}, "ringing", "inbound", None),
        ({"event": "OutgoingCall"}, "ringing", "outbound", None),
        ({"event": "CallAccepted", "peer": "7777abc@fpbx.de"}, "answered", "inbound", None),
        ({"event": "HungUp", "type": "accepted"}, "ended", "inbound", "answered"),
        ({"event": "HungUp", "type": "missed"}, "ended", "inbound", "missed"),
        ({"event": "HungUp", "type": "voicemail"}, "ended", "inbound", "voicemail"),
        ({"event": "HungUp", "type": "blocked"}, "ended", "inbound", "failed"),
    ],
)
def test_placetel_says_it_in_its_own_words(fields, phase, direction, outcome):
    told = read(form(("from", "022129191999"), call_id="f4591b", to="022129191998", **fields))
    assert (told.phase, told.direction, told.outcome, told.call_ref) == (phase, direction, outcome, "f4591b")


def test_ids_that_are_too_long_stay_two():
    first, second = (read(form(event="hangup", callId="1" * 300 + end)).call_ref for end in "ab")
    assert first != second
    assert len(first) <= 200


def test_the_door_says_where_it_is_only_to_whoever_calls_it_by_a_name():
    delivery = delivery_of(form(event="newCall", callId="1").raw, url="/v1/channels/cti/t", headers={"host": 'x"><y'})
    assert ADAPTER.answer(delivery, DOOR, DeliveryResult()).body.endswith(b"<Response/>")
    public = delivery_of(delivery.raw, url="https://askonce.example/v1/channels/cti/t?a=1&b=2")
    assert (
        b'onAnswer="https://askonce.example/v1/channels/cti/t?a=1&amp;b=2"'
        in ADAPTER.answer(public, DOOR, DeliveryResult()).body
    )


def test_the_samples_are_an_answered_call():
    told = [event for sample in ADAPTER.samples(DOOR) for event in ADAPTER.parse(sample, DOOR)]
    assert [one.phase for one in told] == ["ringing", "answered", "ended"]


NAMES = some.sampled_from(
    ["event", "callId", "call_id", "origCallId", "from", "to", "direction", "user", "user[]", "cause", "type", "queue"]
)
WORDS = some.sampled_from(["newCall", "answer", "hangup", "HungUp", "in", "out", "1", "4917112345678", "", "\x00"])


def check(delivery):
    try:
        produced = ADAPTER.parse(delivery, DOOR)
    except InvalidInput:
        return
    for one in produced:
        if isinstance(one, CallEvent):
            assert 0 < len(one.call_ref) <= 200
            assert 0 < len(one.leg_ref) <= 200
            assert all("\x00" not in agent and len(agent) <= 200 for agent in one.agents)
    assert ADAPTER.answer(delivery, DOOR, DeliveryResult()).status == 200


@given(some.lists(some.tuples(NAMES, WORDS | some.text(max_size=500)), max_size=12), some.binary(max_size=20))
def test_whatever_form_is_sent_is_read_or_refused(fields, tail):
    check(delivery_of(urlencode(fields, errors="replace").encode() + tail))


@given(some.dictionaries(NAMES | some.text(max_size=5), WORDS | anything, max_size=10))
def test_whatever_json_is_sent_is_read_or_refused(fields):
    check(delivery_of(fields))


@given(some.binary(max_size=400))
def test_whatever_bytes_are_sent_are_read_or_refused(raw):
    check(delivery_of(raw))
