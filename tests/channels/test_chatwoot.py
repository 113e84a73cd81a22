"""What Chatwoot tells of its inboxes, as it becomes interactions and handoffs."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.channels.base import ConversationReport
from service.channels.chatbot.chatwoot import ADAPTER, signature
from service.errors import DeliveryRefused, InvalidInput
from service.model.decode import decode_json
from service.registration.prepare import prepare_channel_submission
from tests.channels.vendors import RECORDED, anything, delivery_of, instance_of, interactions_in, orders_in
from tests.fixtures import NOW

DOOR = instance_of(ADAPTER)
FOLDER = RECORDED / "chatwoot"


def recorded(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def produced(body, door=DOOR):
    return ADAPTER.parse(delivery_of(body, headers={"x-chatwoot-delivery": "d-1"}), door)


def parsed(body, door=DOOR):
    return interactions_in(produced(body, door))


TABLE = {
    "incoming": ("message:11", "message", "inbound", "customer", "Where is my parcel?"),
    "bot": ("message:12", "message", "outbound", "bot", "What is your order number?"),
    "agent": ("message:13", "message", "outbound", "agent", "I have found it."),
    "private": ("message:14", "note", "internal", "agent", "Third time this month"),
    "activity": ("message:15", "system", "internal", "system", "Conversation was reopened"),
    "email": ("message:16", "message", "inbound", "customer", "Hello,\nwhere is it?"),
    "opened": ("d-1", "system", "internal", None, None),
    "contact": ("d-1:other", "other", "internal", None, None),
    "typing": None,
}


def test_every_recording_stands_in_the_table():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_event_becomes_what_it_is(name):
    told = [
        (one.source_event_id, one.kind, one.direction, one.participant and one.participant.role, one.text)
        for one in parsed(recorded(name))
    ]
    assert told == ([TABLE[name]] if TABLE[name] else [])


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name]])
def test_whoever_writes_it_is_an_event_of_the_customer(name):
    (told,) = parsed(recorded(name))
    assert [(one.kind, one.value) for one in told.identities] == [
        ("external", "chatwoot:shop:contact:7"),
        ("external", "C-17"),
        ("email", "anna@example.de"),
        ("phone", "+4917112345678"),
    ]


def test_an_agent_is_never_taken_for_the_customer():
    body = recorded("agent")
    body["conversation"]["meta"] = {}
    (told,) = parsed(body)
    assert told.identities == ()


def test_an_id_that_the_web_site_has_signed_is_proven():
    (told,) = parsed(recorded("email"), instance_of(ADAPTER, identifier="customer_number"))
    assert [(one.kind, one.verified) for one in told.identities][1] == ("customer_number", True)
    assert told.assurance == "verified"
    assert parsed(recorded("incoming"))[0].assurance == "claimed"


@pytest.mark.parametrize(
    ("inbox", "channel"),
    [("Channel::WebWidget", "chatbot"), ("Channel::Email", "email"), ("Channel::Whatsapp", "social"), (None, "social")],
)
def test_the_inbox_says_which_channel_it_is(inbox, channel):
    body = recorded("incoming")
    body["conversation"]["channel"] = inbox
    assert parsed(body)[0].channel == channel


def test_older_versions_number_the_types():
    for number, direction in enumerate(["inbound", "outbound", "internal", "outbound"]):
        assert parsed({**recorded("incoming"), "message_type": number})[0].direction == direction


def test_a_mail_brings_its_subject():
    (told,) = parsed(recorded("email"))
    assert (told.conversation.ref, told.conversation.subject) == ("6", "My parcel")


def test_a_change_of_status_is_told_with_its_own_time():
    (told,) = parsed(recorded("opened"))
    assert told.data == {"status": "open", "previous": "pending"}
    assert told.occurred_at.isoformat() == "2026-11-21T09:30:00.500000+00:00"


def test_a_conversation_that_the_bot_gives_up_is_handed_off_if_there_is_a_queue_for_it():
    assert orders_in(produced(recorded("opened"))) == []
    (order,) = orders_in(produced(recorded("opened"), instance_of(ADAPTER, queue="support")))
    assert (order.event_id, order.request.conversation.ref) == ("handoff:d-1", "5")
    assert order.request.identity.value == "chatwoot:shop:contact:7"


@pytest.mark.parametrize("change", [{"status": "resolved"}, {"changed_attributes": None}, {"meta": {}}])
def test_no_other_change_of_status_is_a_handoff(change):
    assert orders_in(produced(recorded("opened") | change, instance_of(ADAPTER, queue="support"))) == []


def survey(**response):
    answered = {"submitted_values": {"csat_survey_response": response}}
    return recorded("bot") | {"event": "message_updated", "content_type": "input_csat", "content_attributes": answered}


def test_the_stars_that_a_customer_gives_are_a_rating():
    (told,) = parsed(survey(rating=2, feedback_message="Too slow"))
    assert (told.kind, told.direction, told.participant.role) == ("feedback", "inbound", "customer")
    assert (told.rating.scale, told.rating.value, told.text) == (5, 2, "Too slow")
    assert told.conversation.ref == "5"


def test_another_answer_is_another_rating_and_the_same_one_counts_once():
    ids = [parsed(survey(rating=rating))[0].source_event_id for rating in (2, 2, 5)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("response", [{}, {"rating": 0}, {"rating": 6}, {"rating": "good"}, {"rating": None}])
def test_a_survey_without_an_answer_is_no_rating(response):
    (told,) = parsed(survey(**response))
    assert (told.kind, told.rating) == ("other", None)


@pytest.mark.parametrize("conversation", [None, {"id": 5, "channel": "Channel::WebWidget"}])
def test_who_opens_the_widget_is_the_contact(conversation):
    contact = {"id": 7, "email": "anna@example.de", "name": "Anna"}
    event = {"event": "webwidget_triggered", "id": 9, "contact": contact, "current_conversation": conversation}
    (told,) = parsed(event)
    assert [(one.kind, one.value) for one in told.identities] == [
        ("external", "chatwoot:shop:contact:7"),
        ("email", "anna@example.de"),
    ]
    assert (told.conversation and told.conversation.ref) == (conversation and "5")


@pytest.mark.parametrize(
    ("status", "reported"), [("resolved", ["resolved"]), ("open", ["open"]), ("snoozed", []), ("pending", []), (7, [])]
)
def test_where_a_conversation_stands_there_is_reported(status, reported):
    reports = [one for one in produced(recorded("opened") | {"status": status}) if isinstance(one, ConversationReport)]
    assert [(one.event_id, one.status) for one in reports] == [("d-1", one) for one in reported]


RAW = (FOLDER / "incoming.json").read_bytes()


def signed(raw=RAW, *, secret="s3cret", at=NOW, **changes):
    stamp = str(int(at.timestamp()))
    headers = {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": signature(stamp, raw, secret)}
    return delivery_of(RAW, headers=headers | changes)


def test_the_signature_of_chatwoot_is_taken():
    ADAPTER.verify(signed(), DOOR)
    ADAPTER.verify(signed(at=NOW - timedelta(minutes=4)), DOOR)


@pytest.mark.parametrize(
    "delivery",
    [
        signed(secret="guess"),
        signed(RAW + b" "),
        signed(at=NOW - timedelta(minutes=6)),
        signed(at=NOW + timedelta(minutes=6)),
        signed(**{"x-chatwoot-signature": ""}),
        signed(**{"x-chatwoot-timestamp": str(int(NOW.timestamp()) + 1)}),
        delivery_of(RAW),
        delivery_of(RAW, headers={"x-chatwoot-signature": signature("", RAW, "s3cret")}),
    ],
)
@pytest.mark.promise("S11")
def test_a_delivery_with_a_wrong_or_old_signature_is_refused(delivery):
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(delivery, DOOR)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event": "message_created"}', b"\xff"])
def test_what_is_no_delivery_of_chatwoot_is_refused(body):
    with pytest.raises(InvalidInput):
        produced(body)


names = some.sampled_from(
    [
        "id",
        "name",
        "email",
        "identifier",
        "phone_number",
        "meta",
        "sender",
        "channel",
        "status",
        "type",
        "hmac_verified",
    ]
)
shapes = some.recursive(anything, lambda inner: some.dictionaries(names, inner, max_size=6), max_leaves=12)


@settings(max_examples=60, deadline=None)
@given(
    event=some.sampled_from(["message_created", "conversation_status_changed", "contact_updated", "new"]),
    fields=some.fixed_dictionaries(
        {"id": some.integers(min_value=0, max_value=2**40)},
        optional=dict.fromkeys(
            ["content", "message_type", "sender", "conversation", "meta", "status", "changed_attributes", "created_at"],
            shapes,
        ),
    ),
)
def test_whatever_stands_in_an_event_is_taken(event, fields):
    body = {**fields, "event": event}
    try:
        decode_json(delivery_of(body).raw, dict)
    except InvalidInput:
        return
    for one in parsed(body, instance_of(ADAPTER, queue="support")):
        prepare_channel_submission(one, key_id=DOOR.account_id, region="DE")
