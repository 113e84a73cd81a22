"""What Asterisk tells of calls over both of its interfaces: one call of each Linkedid, with the outcome of its dial."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.channels.phone.asterisk.ami import take_messages
from service.channels.phone.asterisk.door import ADAPTER
from service.errors import InvalidInput
from service.inbound.calls.record import has_no_customer
from service.inbound.calls.state import Call, apply_event
from service.model.call import CallEvent
from service.model.ids import new_id
from tests.channels.vendors import CORPUS, RECORDED, anything, delivery_of, instance_of
from tests.fixtures import KEY_ID, NOW

PBX = instance_of(ADAPTER, name="pbx")
ANSWERED, MISSED, ECHO = "1795284470.0", "1795284470.2", "1795284475.4"


def read(*events):
    return ADAPTER.parse(delivery_of(b"\n".join(msgspec.json.encode(event) for event in events)), PBX)


def calls_of(events):
    """The calls that come of these events, each folded."""
    calls = {}
    for event in events:
        new = Call(
            call_ref=event.call_ref, source=event.source, call_id=new_id(), key_id=KEY_ID, started_at=event.occurred_at
        )
        calls[event.call_ref] = apply_event(calls.get(event.call_ref, new), event)
    return calls


def recorded(interface, folder=CORPUS):
    path = folder / f"asterisk22_{interface}_events.jsonl"
    if not path.exists():
        pytest.skip("the recordings are not here")
    return [json.loads(line) for line in path.read_text().splitlines()]


def states(calls):
    return {ref: (call.phase, call.outcome, call.is_settled) for ref, call in calls.items()}


RECORDED_CALLS = {
    ANSWERED: ("answered", "answered", False),  # the recording ends before this call does
    MISSED: ("ended", "missed", True),
    ECHO: ("ended", "answered", True),
}


@pytest.mark.corpus
@pytest.mark.parametrize("interface", ["ami", "ari"])
def test_each_recorded_call_is_one_call_with_the_outcome_of_its_dial(interface):
    calls = calls_of(read(*recorded(interface)))
    assert states(calls) == RECORDED_CALLS
    assert {call.conversation for ref, call in calls.items() if ref != ECHO} == {"c_123"}
    assert calls[ANSWERED].agent == "agent"


@pytest.mark.corpus
@pytest.mark.parametrize("interface", ["ami", "ari"])
@settings(max_examples=30, deadline=None)
@given(data=some.data())
def test_each_recorded_call_is_the_same_in_every_order_and_however_often_it_is_told(interface, data):
    told = [event for event in recorded(interface) if read_safely(event)]
    order = data.draw(some.permutations(told + data.draw(some.lists(some.sampled_from(told), max_size=5))))
    assert states(calls_of(read(*order))) == RECORDED_CALLS


def read_safely(event):
    try:
        return read(event)
    except InvalidInput:
        return []


ROOT = {"Uniqueid": "1.0", "Linkedid": "1.0", "CallerIDNum": "017112345678", "Exten": "100"}
AT_ANNA = {**ROOT, "DestUniqueid": "1.1", "DestLinkedid": "1.0", "DestChannel": "PJSIP/anna-0000002a"}
BEGINS, HANGS_UP = {"Event": "Newchannel", **ROOT}, {"Event": "Hangup", **ROOT, "Cause": "16"}


def ended(status, **dial):
    return [
        BEGINS,
        {"Event": "DialBegin", **AT_ANNA, **dial},
        {"Event": "DialEnd", **AT_ANNA, "DialStatus": status, **dial},
        {"Event": "Hangup", **ROOT, "Uniqueid": "1.1"},
        HANGS_UP,
    ]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("ANSWER", "answered"),
        ("NOANSWER", "missed"),
        ("BUSY", "busy"),
        ("CANCEL", "abandoned"),
        ("CONGESTION", "failed"),
        ("CHANUNAVAIL", "failed"),
    ],
)
def test_the_dial_says_how_a_call_ended_and_the_hangup_cause_never_does(status, outcome):
    (call,) = calls_of(read(*ended(status))).values()
    assert (call.outcome, call.is_settled) == (outcome, True)
    assert (call.agent == "anna") == (status == "ANSWER")
    assert call.identities[0].value == "017112345678"


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ({"Disposition": "ANSWERED"}, "answered"),
        ({"Disposition": "NO ANSWER"}, "missed"),
        ({"Disposition": "ANSWERED", "LastApplication": "VoiceMail"}, "voicemail"),
    ],
)
def test_the_call_record_says_it_where_nobody_was_dialled(record, outcome):
    (call,) = calls_of(read(BEGINS, {"Event": "Cdr", "UniqueID": "1.0", **record}, HANGS_UP)).values()
    assert (call.outcome, call.is_settled) == (outcome, True)


def test_who_gives_up_in_a_queue_has_called_in_vain_though_the_queue_played_music():
    join, leave = ({"Event": f"QueueCaller{word}", **ROOT, "Queue": "support"} for word in ("Join", "Abandon"))
    up = {"Event": "Newstate", **ROOT, "ChannelState": "6"}
    (call,) = calls_of(read(BEGINS, up, join, leave, HANGS_UP)).values()
    assert (call.outcome, call.queue, call.is_settled) == ("abandoned", "support", True)


def test_our_own_telephone_calls_a_customer_by_the_number_that_is_dialled():
    out = {**ROOT, "CallerIDNum": "100", "Exten": "017112345678"}
    (call,) = calls_of(read({"Event": "Newchannel", **out}, {"Event": "Newstate", **out, "Exten": "s"})).values()
    assert (call.direction, call.identities[0].value) == ("outbound", "017112345678")


def test_calls_between_our_own_telephones_are_nobodys_business():
    inside = {**ROOT, "CallerIDNum": "100", "Exten": "101"}
    (call,) = calls_of(read({"Event": "Newchannel", **inside}, {"Event": "Hangup", **inside})).values()
    assert has_no_customer(call)


def test_a_line_that_was_down_when_the_call_began_still_says_who_calls():
    (call,) = calls_of(read(*ended("ANSWER")[1:])).values()
    assert (call.identities[0].value, call.outcome, call.is_settled) == ("017112345678", "answered", True)


def test_telephones_that_asterisk_dials_by_a_detour_of_its_own_are_no_calls():
    (recorded_call,) = [json.loads(line) for line in (RECORDED / "asterisk" / "local.json").read_text().splitlines()]
    assert read(recorded_call) == []


def test_times_are_asterisks_own_where_it_tells_them():
    (told,) = read({**BEGINS, "Timestamp": "1795284470.614"})
    assert told.occurred_at.isoformat() == "2026-11-21T18:07:50.614000+00:00"
    (told,) = read(BEGINS)
    assert told.occurred_at == NOW


def test_what_holds_no_event_at_all_is_refused():
    for raw in (b"", b"hello", b"[1]\n2", b"\xff\xfe"):
        with pytest.raises(InvalidInput):
            ADAPTER.parse(delivery_of(raw), PBX)
    with pytest.raises(InvalidInput):
        ADAPTER.parse(delivery_of(b'{"Event": "FullyBooted"}\n' * 10_001), PBX)
    assert ADAPTER.parse(delivery_of(b'hello\n{"Event": "FullyBooted"}\n'), PBX) == []


AMI_KEYS = ["Event", "Uniqueid", "Linkedid", "DestUniqueid", "DialStatus", "ChannelState", "UniqueID", "Timestamp"]
ARI_KEYS = ["type", "channel", "caller", "peer", "dialstatus", "timestamp", "userevent", "eventname"]
WORDS = some.sampled_from(
    ["Newchannel", "Hangup", "DialEnd", "Cdr", "UserEvent", "ANSWER", "1.0", "6", "Dial", "ChannelCreated", "Up", ""]
)
PARTS = some.dictionaries(some.sampled_from(["id", "state", "name", "caller", "dialplan", "number"]), WORDS | anything)


@given(some.lists(some.dictionaries(some.sampled_from(AMI_KEYS + ARI_KEYS), WORDS | PARTS | anything), max_size=4))
def test_whatever_is_sent_is_read_or_refused(events):
    try:
        produced = read(*events)
    except InvalidInput:
        return
    assert all(isinstance(one, CallEvent) and 0 < len(one.call_ref) <= 200 for one in produced)
    calls_of(produced)


@given(some.binary(max_size=300))
def test_whatever_bytes_are_sent_are_read_or_refused(raw):
    try:
        ADAPTER.parse(delivery_of(raw), PBX)
    except InvalidInput:
        return


def wire(*events):
    return b"".join(
        b"\r\n".join(f"{key}: {value}".encode() for key, value in event.items()) + b"\r\n\r\n" for event in events
    )


@given(some.lists(some.integers(1, 60), max_size=30))
def test_messages_come_out_whole_however_the_network_cuts_them(cuts):
    sent, buffer, heard = b"Asterisk Call Manager/9.0.0\r\n" + wire(*ended("BUSY")), bytearray(), []
    for cut in [*cuts, len(sent)]:
        buffer += sent[:cut]
        sent = sent[cut:]
        heard += take_messages(buffer)
    assert heard == ended("BUSY")
    assert not buffer


@given(some.binary(max_size=300))
def test_bytes_that_no_asterisk_sends_are_passed_over(raw):
    buffer = bytearray(raw + b"\r\n\r\n" + wire(BEGINS))
    assert list(take_messages(buffer))[-1] == BEGINS


def test_the_samples_are_a_call_that_nobody_took():
    events = [event for sample in ADAPTER.samples(PBX) for event in ADAPTER.parse(sample, PBX)]
    (call,) = calls_of(events).values()
    assert (call.outcome, call.is_settled) == ("missed", True)
