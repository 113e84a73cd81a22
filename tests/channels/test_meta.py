"""WhatsApp, Messenger and Instagram: what customers write there, as it becomes interactions."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.channels.social.meta.door import ADAPTER, signature
from service.errors import DeliveryRefused, InvalidInput
from service.model.decode import decode_json
from service.registration.prepare import prepare_channel_submission
from tests.channels.vendors import RECORDED, anything, delivery_of, instance_of, interactions_in

DOOR = instance_of(ADAPTER)
FOLDER = RECORDED / "meta"


def parsed(body, door=DOOR):
    return interactions_in(ADAPTER.parse(delivery_of(body), door))


def recorded(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def identities(one):
    return [(claim.kind, claim.value) for claim in one.identities]


PHONE, USER = ("phone", "+4917112345678"), ("social", "whatsapp:DE.1349")
TABLE = {
    "whatsapp_text": [("wamid.A1", "message", "inbound", "Where is my parcel?", [USER, PHONE])],
    "whatsapp_without_number": [("wamid.A2", "message", "inbound", "This is how it came", [USER])],
    "whatsapp_button": [("wamid.A3", "message", "inbound", "Yes, please", [USER, PHONE])],
    "whatsapp_status": [
        ("wamid.B1:failed", "other", "outbound", None, [PHONE]),
        ("wamid.B2:read", "other", "outbound", None, [PHONE]),
    ],
    "whatsapp_echo": [("wamid.B3", "message", "outbound", "It is on its way.", [PHONE])],
    "whatsapp_new_type": [("wamid.A4:other", "other", "inbound", None, [USER, PHONE])],
    "messenger": [
        ("m_1", "message", "inbound", "Do you have it in blue?", [("social", "messenger:9001")]),
        ("m_2", "message", "outbound", "Yes, we do.", [("social", "messenger:9001")]),
        ("m_3", "message", "inbound", "Talk to a person", [("social", "messenger:9001")]),
        ("300:read:…:other", "other", "inbound", None, [("social", "messenger:9001")]),
    ],
    "comment": [("300_1_2", "message", "inbound", "Mine never arrived!", [("social", "messenger:9001")])],
    "instagram": [
        ("c_1", "message", "inbound", "Love it", [("social", "instagram:7001"), ("social", "instagram:anna.b")]),
        ("m_i1", "message", "inbound", "Hello", [("social", "instagram:7001")]),
    ],
    "whatsapp_account": [("2002:account_update:…:other", "other", "internal", None, [])],
}


def test_every_recording_stands_in_the_table():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_event_becomes_what_it_is(name):
    told = parsed(recorded(name))
    for one, (event_id, *rest) in zip(told, TABLE[name], strict=True):
        before, cut, after = event_id.partition("…")
        assert one.source_event_id.startswith(before)
        assert one.source_event_id.endswith(after)
        assert cut or one.source_event_id == event_id
        assert [one.kind, one.direction, one.text, identities(one)] == rest


def test_with_and_without_number_it_is_the_same_conversation():
    first, second = parsed(recorded("whatsapp_text")) + parsed(recorded("whatsapp_without_number"))
    assert first.conversation == second.conversation


def test_a_message_that_failed_says_why():
    assert parsed(recorded("whatsapp_status"))[0].data["errors"][0]["code"] == 131047


@pytest.mark.parametrize(
    ("app", "role"), [({"app_id": 1517776481860111}, "bot"), ({"app_id": 263902037430900}, "agent"), ({}, "agent")]
)
def test_what_the_company_answered_is_a_bots_or_a_persons(app, role):
    message = {"mid": "m", "text": "Yes.", "is_echo": True, **app}
    event = {"sender": {"id": "300"}, "recipient": {"id": "9001"}, "timestamp": 1795253391000, "message": message}
    (told,) = parsed({"object": "page", "entry": [{"id": "300", "messaging": [event]}]})
    assert told.participant.role == role


def test_times_are_read_in_seconds_and_in_milliseconds():
    assert parsed(recorded("whatsapp_text"))[0].occurred_at.isoformat() == "2026-11-21T09:29:51+00:00"
    assert parsed(recorded("messenger"))[0].occurred_at.isoformat() == "2026-11-21T09:29:51+00:00"


def test_a_comment_that_is_deleted_or_our_own_is_no_message_of_a_customer():
    comment = recorded("comment")
    value = comment["entry"][0]["changes"][0]["value"]
    for change in ({"verb": "remove"}, {"verb": ["add"]}, {"from": {"id": "300", "name": "Shop"}}):
        comment["entry"][0]["changes"][0]["value"] = value | change
        assert [one.kind for one in parsed(comment)] == ["other"]


RAW = (FOLDER / "whatsapp_text.json").read_bytes()


@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha256=" + "0" * 64, signature(RAW + b" ", "s3cret"), signature(RAW, "other"), "ü"],
)
@pytest.mark.promise("S11")
def test_a_delivery_with_a_wrong_signature_is_refused(header):
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(delivery_of(RAW, headers={"x-hub-signature-256": header}), DOOR)


def test_the_signature_of_meta_is_taken():
    ADAPTER.verify(delivery_of(RAW, headers={"x-hub-signature-256": signature(RAW, "s3cret")}), DOOR)


def challenge(query, **values):
    delivery = delivery_of(b"", method="GET", query_string=query)
    return ADAPTER.greet(delivery, instance_of(ADAPTER, **values))


def test_whoever_knows_the_token_gets_the_challenge_back():
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    assert challenge(f"{query}s3cret").body == b"1158201444"
    assert challenge(f"{query}other", verify_token="other").body == b"1158201444"
    for wrong in (f"{query}guess", query, "hub.verify_token=s3cret", f"{query}s3cret&hub.challenge=<script>"):
        with pytest.raises(DeliveryRefused):
            challenge(wrong)
    with pytest.raises(DeliveryRefused):
        challenge(f"{query}s3cret", verify_token="other")


def test_a_delivery_is_not_greeted():
    assert ADAPTER.greet(delivery_of(RAW), DOOR) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object": "page", "entry": 3}', b'{"entry": []}', b"\xff"])
def test_what_is_no_delivery_of_meta_is_refused(body):
    with pytest.raises(InvalidInput):
        parsed(body)


names = some.sampled_from(
    [
        "from",
        "to",
        "id",
        "type",
        "text",
        "body",
        "message",
        "messages",
        "statuses",
        "status",
        "contacts",
        "user_id",
        "wa_id",
        "sender",
        "recipient",
        "timestamp",
        "mid",
        "postback",
        "title",
        "verb",
        "username",
        "recipient_id",
        "from_user_id",
        "message_echoes",
        "metadata",
        "phone_number_id",
        "is_echo",
    ]
)
shapes = some.recursive(
    anything, lambda inner: some.dictionaries(names, inner, max_size=6) | some.lists(inner, max_size=2), max_leaves=12
)
entries = some.fixed_dictionaries(
    {"id": anything},
    optional={
        "time": anything,
        "messaging": some.lists(shapes, max_size=2),
        "changes": some.lists(some.fixed_dictionaries({"field": some.text(max_size=9), "value": shapes}), max_size=2),
    },
)


@settings(max_examples=60, deadline=None)
@given(object=some.sampled_from(["page", "instagram", "whatsapp_business_account", "new"]), entry=entries)
def test_whatever_stands_in_an_entry_is_taken(object, entry):
    body = {"object": object, "entry": [entry]}
    try:
        decode_json(delivery_of(body).raw, dict)
    except InvalidInput:
        return
    for one in parsed(body):
        prepare_channel_submission(one, key_id=DOOR.account_id, region="DE")
