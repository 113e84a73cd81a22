"""What Twilio tells of calls, and that it is Twilio who tells it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some
from twilio.request_validator import HMAC_SHA256, RequestValidator

from service.channels.phone.twilio import ADAPTER, signed_delivery
from service.errors import DeliveryRefused, InvalidInput
from service.model.call import CallEvent
from tests.channels.vendors import delivery_of, instance_of
from tests.fixtures import NOW

ACCOUNT = instance_of(ADAPTER, name="main", secret="12345")
URL = "https://askonce.example/v1/channels/twilio/main/status?region=de&empty="
CALL = {"CallSid": "CA1", "From": "+4917112345678", "To": "+4930901820", "Direction": "inbound"}


def form(**fields):
    return delivery_of(urlencode({**CALL, **fields}, doseq=True).encode(), url=URL, rest="status")


def read(**fields):
    return ADAPTER.parse(form(**fields), ACCOUNT)


@pytest.mark.parametrize(
    ("status", "phase", "outcome"),
    [
        ("queued", "ringing", None),
        ("ringing", "ringing", None),
        ("in-progress", "answered", None),
        ("completed", "ended", "answered"),
        ("busy", "ended", "busy"),
        ("failed", "ended", "failed"),
        ("no-answer", "ended", "missed"),
        ("canceled", "ended", "abandoned"),
    ],
)
def test_every_status_of_a_call_is_understood(status, phase, outcome):
    told = read(CallStatus=status)[-1]
    assert (told.phase, told.outcome, told.call_ref, told.leg_ref) == (phase, outcome, "CA1", "CA1")


def test_the_end_alone_says_who_called_when_and_for_how_long():
    began, over = read(
        CallStatus="completed", CallDuration="90", Timestamp="Sat, 21 Nov 2026 09:00:00 +0000", SequenceNumber="3"
    )
    assert over.occurred_at == NOW.replace(minute=0)
    assert began.occurred_at == over.occurred_at - timedelta(seconds=90)
    assert began.identities[0].value == "+4917112345678"


def test_the_leg_that_is_dialled_belongs_to_the_call_of_the_customer():
    (told,) = read(
        CallSid="CA2", ParentCallSid="CA1", To="client:anna", Direction="outbound-dial", CallStatus="ringing"
    )
    assert (told.call_ref, told.leg_ref, told.dialled, told.agents) == ("CA1", "CA2", True, ("anna",))
    assert told.identities == ()


def test_the_action_of_a_dial_says_what_the_dial_came_to():
    told = read(CallStatus="in-progress", DialCallStatus="no-answer", DialCallSid="CA2")[-1]
    assert (told.leg_ref, told.dialled, told.phase, told.outcome) == ("CA2", True, "ended", "missed")


def test_a_call_that_we_make_is_theirs_whom_we_called():
    told = read(CallStatus="ringing", Direction="outbound-api", From="+4930901820", To="+4917112345678")[0]
    assert (told.direction, told.identities[0].value) == ("outbound", "+4917112345678")


@pytest.mark.parametrize(
    "number",
    [
        "anonymous",
        "Restricted",
        "UNAVAILABLE",
        "+266696687",
        "+7378742833",
        "86282452253",
        "+86282452253",
        "+17378742833",
        "2562533",
        "client:anna",
        "",
    ],
)
def test_a_withheld_number_is_nobodys(number):
    assert read(CallStatus="ringing", From=number)[0].identities == ()


def test_a_status_nobody_has_heard_of_is_kept_for_a_better_parser():
    (kept,) = read(CallStatus="teleported", SequenceNumber="2")
    assert (kept.kind, kept.source_event_id) == ("other", "CA1:teleported:2-:other")


def test_an_event_without_a_call_is_refused():
    with pytest.raises(InvalidInput):
        ADAPTER.parse(delivery_of(b"CallStatus=ringing"), ACCOUNT)


def with_signature(delivery, signature, **headers):
    return delivery_of(delivery.raw, url=delivery.url, headers={"x-twilio-signature": signature, **headers})


@pytest.mark.peer
@pytest.mark.parametrize(("algorithm", "settings"), [(None, ""), (HMAC_SHA256, "key=webhooks_k,algorithm=HMAC_SHA256")])
@pytest.mark.promise("S11")
def test_what_twilios_own_library_signs_is_taken(algorithm, settings):
    delivery = form(CallStatus="ringing", Empty="", Repeated="1")
    fields = {**CALL, "CallStatus": "ringing", "Empty": "", "Repeated": "1"}
    signature = RequestValidator("12345").compute_signature(URL, fields, algorithm)
    headers = {"x-twilio-webhooks-signature-settings": settings} if settings else {}
    ADAPTER.verify(with_signature(delivery, signature, **headers), ACCOUNT)


def test_twilios_own_example_is_taken():
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    delivery = delivery_of(urlencode(fields).encode(), url=url)
    ADAPTER.verify(with_signature(delivery, "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ACCOUNT)


def spoiled(delivery):
    right = signed_delivery(delivery, ACCOUNT.secret).headers["x-twilio-signature"]
    yield with_signature(delivery, "")
    yield with_signature(delivery, right[:-2])
    yield with_signature(delivery, right.swapcase())
    yield with_signature(
        signed_delivery(delivery, "another"), signed_delivery(delivery, "another").headers["x-twilio-signature"]
    )
    yield with_signature(form(CallStatus="completed"), right)
    yield delivery_of(delivery.raw, url=URL.replace("main", "other"), headers={"x-twilio-signature": right})
    yield with_signature(delivery, right, **{"x-twilio-webhooks-signature-settings": "algorithm=HMAC_SHA256"})
    yield with_signature(delivery, right, **{"x-twilio-webhooks-signature-settings": "algorithm=none"})


@pytest.mark.parametrize("delivery", list(spoiled(form(CallStatus="ringing"))))
@pytest.mark.promise("S11")
def test_what_is_not_signed_by_twilio_is_refused(delivery):
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(delivery, ACCOUNT)


def test_a_number_whose_webhook_is_this_door_goes_on_where_the_company_says():
    account = instance_of(ADAPTER, continue_url="https://ivr.example/start?a=1&b=2")
    voice = delivery_of(b"CallSid=CA1&CallStatus=ringing", rest="voice")
    assert (
        b'<Redirect method="POST">https://ivr.example/start?a=1&amp;b=2</Redirect>'
        in ADAPTER.answer(voice, account, None).body
    )
    assert ADAPTER.answer(form(), account, None).body.endswith(b"<Response></Response>")


def test_the_samples_are_signed():
    for sample in ADAPTER.samples(ACCOUNT):
        ADAPTER.verify(sample, ACCOUNT)
        assert ADAPTER.parse(sample, ACCOUNT)


FIELDS = some.sampled_from(
    ["CallSid", "CallStatus", "ParentCallSid", "DialCallStatus", "From", "To", "Timestamp", "CallDuration", "Direction"]
)
WORDS = some.sampled_from(["completed", "ringing", "CA1", "anonymous", "outbound-api", "Sat, 21 Nov 2026", "99999999"])


@given(some.dictionaries(FIELDS, WORDS | some.text(max_size=300)), some.binary(max_size=50))
def test_whatever_is_sent_is_read_or_refused(fields, tail):
    delivery = delivery_of(urlencode(fields).encode() + tail, url=URL, headers={"x-twilio-signature": "x"})
    try:
        produced = ADAPTER.parse(delivery, ACCOUNT)
    except InvalidInput:
        produced = ()
    assert all(len(one.call_ref) <= 200 for one in produced if isinstance(one, CallEvent))
    with pytest.raises((DeliveryRefused, InvalidInput)):
        ADAPTER.verify(delivery, ACCOUNT)
