"""WhatsApp as agents read it: every kind of message has a text, and what is about a person goes to that person."""

import json

import pytest

from service.channels.social.meta.door import ADAPTER
from service.channels.social.meta.whatsapp_text import message_text
from tests.channels.vendors import delivery_of, instance_of, interactions_in

PHONE, NEW_PHONE = ("phone", "+4917112345678"), ("phone", "+4915112345678")
USER, NEW_USER = ("social", "whatsapp:DE.1349"), ("social", "whatsapp:DE.9999")
METADATA = {"metadata": {"phone_number_id": "1001"}}


def told(field: str, **lists: list[dict]):
    entry = {"id": "2002", "time": 1763715000, "changes": [{"field": field, "value": METADATA | lists}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return interactions_in(ADAPTER.parse(delivery_of(body), instance_of(ADAPTER)))


def message(kind: str, content: object = None, **fields: object) -> dict:
    return {"from": "4917112345678", "id": "wamid.1", "timestamp": "1763715000", "type": kind, kind: content} | fields


def identities(one):
    return [(claim.kind, claim.value) for claim in one.identities]


CARD = {
    "name": {"formatted_name": "Bob Berg", "first_name": "Bob"},
    "phones": [{"phone": "+49 171 9", "wa_id": "491719", "type": "CELL"}, "odd"],
    "emails": [{"email": "bob@example.de"}],
    "org": {"company": "Acme"},
}
ANSWERS = json.dumps(
    {"flow_token": "t", "date": "2026-12-01", "topics": ["router", "bill"], "agrees": True, "note": ""}
)


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("location", {"name": "Café", "address": "Hauptstr. 1", "latitude": 52.52, "longitude": 13.4}, "[Place: Café, Hauptstr. 1, 52.52, 13.4]"),
        ("location", {"latitude": 0, "longitude": 0}, "[Place: 0, 0]"),
        ("location", {"address": "Hauptstr. 1"}, "[Place: Hauptstr. 1]"),
        ("contacts", [CARD], "[Contact: Bob Berg, Acme, +49 171 9, bob@example.de]"),
        ("contacts", [{"name": {"first_name": "A"}}, {}], "[Contact: A] [Contact]"),
        ("contacts", [], None),
        ("image", {"id": "7", "mime_type": "image/jpeg"}, "[Picture]"),
        ("image", {"id": "7", "caption": "My router"}, "My router"),
        ("video", {"id": "7"}, "[Video]"),
        ("sticker", {"id": "7", "animated": False}, "[Sticker]"),
        ("audio", {"id": "7", "voice": True}, "[Voice message]"),
        ("audio", {"id": "7"}, "[Audio]"),
        ("document", {"id": "7", "filename": "bill.pdf"}, "[Document: bill.pdf]"),
        ("interactive", {"type": "list_reply", "list_reply": {"title": "Router"}}, "Router"),
        ("interactive", {"nfm_reply": {"body": "Sent", "response_json": ANSWERS}}, "date: 2026-12-01\ntopics: router, bill\nagrees: yes"),
        ("interactive", {"nfm_reply": {"body": "Sent", "response_json": "no json"}}, "Sent"),
        ("order", {"product_items": [{"product_retailer_id": "S-1", "quantity": 2}]}, "[Order: 2 x S-1]"),
        ("order", {"text": "Please!", "product_items": []}, "[Order] Please!"),
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "👍"),
        ("reaction", {"message_id": "wamid.0"}, None),
        ("text", "odd", None),
    ],
)  # fmt: skip
def test_every_kind_of_message_has_a_text_that_an_agent_can_read(kind, content, text):
    assert message_text(kind, content) == text
    (one,) = told("messages", messages=[message(kind, content)])
    assert (one.kind, one.text) == ("message", text)


def test_why_a_message_is_not_supported_is_kept():
    errors = [{"code": 131051, "title": "Message type is not currently supported"}]
    (one,) = told("messages", messages=[message("unsupported", errors=errors)])
    assert (one.kind, one.data["errors"]) == ("other", errors)


@pytest.mark.parametrize(
    ("said", "known_as"),
    [
        ({"type": "user_changed_number", "wa_id": "4915112345678"}, [PHONE, NEW_PHONE]),
        ({"type": "customer_changed_number", "new_wa_id": "+4915112345678"}, [PHONE, NEW_PHONE]),
        ({"type": "user_changed_user_id", "user_id": "DE.9999"}, [PHONE, NEW_USER]),
        ({"type": "customer_identity_changed", "wa_id": "4917112345678"}, [PHONE]),
    ],
)
def test_a_changed_number_belongs_to_the_same_person_as_far_as_is_claimed(said, known_as):
    (one,) = told("messages", messages=[message("system", said | {"body": "Anna changed her number"})])
    assert (one.kind, identities(one), one.text) == ("system", known_as, "Anna changed her number")
    assert not any(claim.verified for claim in one.identities)


def test_a_changed_id_belongs_to_the_same_person():
    change = {
        "wa_id": "4917112345678",
        "user_id": {"previous": "DE.1349", "current": "DE.9999"},
        "timestamp": "1763715000",
    }
    (one,) = told("user_id_update", user_id_update=[change])
    assert identities(one) == [USER, PHONE, NEW_USER]


@pytest.mark.parametrize("value", ["stop", "resume"])
def test_what_a_customer_wants_to_be_sent_stands_with_the_customer(value):
    wish = {"wa_id": "4917112345678", "category": "marketing_messages", "value": value, "detail": "User requested it", "timestamp": "1763715000"}  # fmt: skip
    (one,) = told("user_preferences", user_preferences=[wish])
    assert (one.direction, identities(one)) == ("inbound", [PHONE])
    assert one.text == f"[{value}: marketing messages] User requested it"


CALL = {
    "id": "wacid.1",
    "from": "4917112345678",
    "to": "4930123456",
    "direction": "USER_INITIATED",
    "timestamp": "1763715000",
}


@pytest.mark.parametrize(
    ("fields", "kind", "direction", "outcome"),
    [
        ({"event": "connect", "session": {"sdp": "secret"}}, "other", "inbound", None),
        ({"event": "terminate", "status": "COMPLETED", "duration": 90}, "call", "inbound", "answered"),
        ({"event": "terminate", "status": "FAILED"}, "call", "inbound", "missed"),
    ],
)
def test_a_call_stands_with_who_called(fields, kind, direction, outcome):
    (one,) = told("calls", calls=[CALL | fields])
    assert (one.kind, one.direction, one.outcome, identities(one)) == (kind, direction, outcome, [PHONE])
    assert "secret" not in json.dumps(one.data)


def test_a_call_of_ours_stands_with_whom_we_called():
    call = CALL | {"from": "4930123456", "to": "4917112345678", "direction": "BUSINESS_INITIATED", "event": "terminate"}
    (one,) = told("calls", calls=[call])
    assert (one.direction, one.outcome, identities(one)) == ("outbound", "failed", [PHONE])


def test_the_beginning_and_the_end_of_a_call_are_two_and_repeat_as_such():
    ids = {told("calls", calls=[CALL | {"event": event}])[0].source_event_id for event in ("connect", "terminate") * 2}
    assert ids == {"wacid.1:connect", "wacid.1:terminate"}


@pytest.mark.parametrize("field", ["calls", "user_preferences", "user_id_update"])
@pytest.mark.parametrize("odd", [None, 7, {}, [], {"id": []}, {"user_id": 7, "value": {}}, "x"])
def test_what_is_odd_is_kept_as_something_that_nobody_knows(field, odd):
    (one,) = told(field, **{field: [odd]})
    assert one.kind == "other"
