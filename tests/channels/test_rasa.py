"""What a Rasa bot says and asks for, as it becomes interactions and handoffs."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from service.channels.base import DeliveryResult
from service.channels.chatbot.rasa.door import ADAPTER
from service.errors import InvalidInput
from service.model.ids import new_id
from service.model.vocabulary import IdentityKind, InteractionKind
from service.registration.prepare import prepare_channel_submission
from tests.channels.vendors import CORPUS, RECORDED, anything, delivery_of, instance_of, interactions_in, orders_in

BOT = instance_of(ADAPTER, queue="support")
HANDOFF = json.loads((RECORDED / "rasa" / "handoff.json").read_text())
LINES = (RECORDED / "rasa" / "broker.jsonl").read_bytes()


def parsed(body, bot=BOT):
    return ADAPTER.parse(delivery_of(body), bot)


def called(action="action_handoff", **tracker):
    return {**HANDOFF, "next_action": action, "tracker": {**HANDOFF["tracker"], **tracker}}


def answered(body, bot=BOT, **taken):
    reply = ADAPTER.answer(delivery_of(body), bot, DeliveryResult(**taken))
    return reply.status, json.loads(reply.body)


def test_what_customer_and_bot_said_and_what_the_bot_learned_becomes_interactions():
    told = interactions_in(parsed(HANDOFF))
    assert [(one.source_event_id, one.kind, one.direction, one.text) for one in told] == [
        ("m-1", "message", "inbound", "Where is my parcel?"),
        ("web-4711:1795253392.5:bot:", "message", "outbound", "What is your order number?"),
        ("m-2", "message", "inbound", "A-12345"),
        ("web-4711:1795253394.0:slot:order_number", "system", "internal", None),
        ("m-3", "message", "inbound", "I want a person"),
    ]
    assert {one.conversation.ref for one in told} == {"web-4711"}
    assert told[0].data["intent"]["name"] == "parcel"
    assert told[1].asks == ("order_number",)
    assert told[3].facts == {"order_number": "A-12345"}


def test_the_lines_of_a_broker_are_the_same_events_as_those_of_the_tracker():
    assert interactions_in(parsed(LINES)) == interactions_in(parsed(HANDOFF))


def test_the_handoff_says_why_and_carries_the_transcript_and_what_is_known():
    (order,) = orders_in(parsed(HANDOFF))
    request = order.request
    assert order.event_id == "handoff:web-4711:m-3"
    assert (request.to.queue, request.reason.code, request.reason.text) == ("support", "person", "I want a person")
    assert [(line.role, line.text) for line in request.transcript] == [
        ("customer", "Where is my parcel?"),
        ("bot", "What is your order number?"),
        ("customer", "A-12345"),
        ("customer", "I want a person"),
    ]
    assert request.facts == {"order_number": "A-12345"}


def test_a_bot_that_has_handed_off_says_so_and_falls_silent():
    handoff_id = new_id()
    status, body = answered(HANDOFF, handoffs=(handoff_id,))
    assert status == 200
    assert body["events"] == [
        {"event": "slot", "name": "handoff_id", "value": str(handoff_id)},
        {"event": "pause"},
    ]
    assert "colleague" in body["responses"][0]["text"]


def test_a_slot_that_the_bot_does_not_have_is_not_set():
    _, body = answered(called(slots={}), handoffs=(new_id(),))
    assert body["events"] == [{"event": "pause"}]


def test_a_bot_whose_handoff_failed_hears_why_and_goes_on():
    status, body = answered(HANDOFF, refused=("There is no such queue.",))
    assert (status, body) == (400, {"error": "There is no such queue.", "action_name": "action_handoff"})


def test_another_action_leaves_the_record_and_changes_nothing():
    produced = parsed(called("action_record"))
    assert len(interactions_in(produced)) == 5
    assert orders_in(produced) == []
    assert answered(called("action_record")) == (200, {"events": [], "responses": []})


def test_the_names_of_action_queue_and_words_can_be_set():
    bot = instance_of(ADAPTER, queue="repairs", action="action_person", say="Einen Moment bitte.")
    assert orders_in(parsed(called("action_person"), bot))[0].request.to.queue == "repairs"
    _, body = answered(called("action_person"), bot, handoffs=(new_id(),))
    assert body["responses"] == [{"text": "Einen Moment bitte."}]


@pytest.mark.parametrize(
    ("slots", "slot", "facts"),
    [
        ("{}", ("city", "Bonn"), {"city": "Bonn"}),
        ('{"bestellnummer": "order_number"}', ("bestellnummer", "A-1"), {"order_number": "A-1"}),
        ('{"mood": ""}', ("mood", "bad"), None),
        ("{}", ("city", None), None),
        ("{}", ("requested_slot", "city"), None),
        ("{}", ("basket", {"deep": 1}), None),
        ("{}", ("parcels", 3), {"parcels": 3}),
    ],
)
def test_slots_become_the_facts_that_the_settings_name(slots, slot, facts):
    event = {"sender_id": "a", "event": "slot", "timestamp": 1795253394.0, "name": slot[0], "value": slot[1]}
    told = interactions_in(parsed(event, instance_of(ADAPTER, slots=slots)))
    assert [one.facts for one in told] == ([] if facts is None else [facts])


def test_a_slot_can_hold_an_identity():
    bot = instance_of(ADAPTER, slots='{"mail": ""}', identities='{"mail": "email"}')
    event = {"sender_id": "a", "event": "slot", "timestamp": 1795253394.0, "name": "mail", "value": "anna@example.de"}
    (told,) = interactions_in(parsed(event, bot))
    assert [(one.kind, one.value) for one in told.identities] == [
        (IdentityKind.EXTERNAL, "rasa:shop:a"),
        (IdentityKind.EMAIL, "anna@example.de"),
    ]


@pytest.mark.parametrize(
    ("sender", "sender_is", "identity"),
    [
        ("+4930123456", "", ("phone", "+4930123456")),
        ("whatsapp:+49 171 1234567", "", ("phone", "+49 171 1234567")),
        ("4930123456", "", None),
        ("anna@example.de", "email", ("email", "anna@example.de")),
        ("u-17", "customer_number", ("customer_number", "u-17")),
    ],
)
def test_a_sender_may_be_known_elsewhere_too(sender, sender_is, identity):
    bot = instance_of(ADAPTER, **({"sender": sender_is} if sender_is else {}))
    (told,) = interactions_in(parsed({"sender_id": sender, "event": "user", "text": "Hi", "message_id": "m"}, bot))
    assert (told.identities[0].kind, told.identities[0].value) == ("external", f"rasa:shop:{sender}")
    assert [(one.kind, one.value) for one in told.identities[1:]] == ([identity] if identity else [])


def test_an_event_of_a_later_rasa_is_kept_as_other():
    (told,) = interactions_in(parsed({"sender_id": "a", "event": "telepathy", "timestamp": 1795253394.5, "value": 1}))
    assert (told.kind, told.source_event_id) == (InteractionKind.OTHER, "a:1795253394.5:telepathy::other")
    assert told.data == {"event": "telepathy", "value": 1}


def test_of_a_conversation_of_years_the_latest_is_told_again():
    events = [{"event": "user", "text": str(number), "message_id": f"m{number}"} for number in range(1500)]
    told = interactions_in(parsed(called(events=events)))
    assert [told[0].text, told[-1].text, len(told)] == ["500", "1499", 1000]
    (order,) = orders_in(parsed(called(events=events)))
    assert [order.request.transcript[0].text, len(order.request.transcript)] == ["1000", 500]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "expected"),
        (b'{"sender_id": "a", "event": "user"}\n' * 1001, "At most 1000"),
        (b"not json", "line 1"),
        (LINES + b'{"event": "user"', "line 9"),
        (b'{"event": "user", "text": "no sender"}', "sender_id|sender"),
        ({"next_action": "action_handoff", "tracker": {"events": []}}, "sender"),
        ({"next_action": "action_handoff", "tracker": 7}, "tracker"),
        (b"[1, 2]", "line 1"),
        (b'{"next_action": ' + b"[" * 5000, "line 1"),
    ],
)
def test_what_the_sender_must_change_is_named(body, says):
    with pytest.raises(InvalidInput, match=says):
        parsed(body)


events = some.fixed_dictionaries(
    {"event": some.sampled_from(["user", "bot", "slot", "action", "new"]) | some.text(max_size=5)},
    optional=dict.fromkeys(
        ("timestamp", "text", "name", "value", "message_id", "metadata", "parse_data", "data", "sender_id"), anything
    ),
)
calls = some.fixed_dictionaries(
    {"next_action": some.just("action_handoff"), "sender_id": some.text() | some.integers()},
    optional={
        "tracker": some.fixed_dictionaries(
            {"events": some.lists(events, max_size=4)},
            optional={"latest_message": anything, "latest_event_time": anything, "slots": anything},
        )
    },
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=calls | events | anything)
def test_whatever_is_sent_is_taken_or_refused_by_name(body):
    try:
        produced = parsed(body)
    except InvalidInput:
        return
    for one in interactions_in(produced):
        try:
            prepare_channel_submission(one, key_id=BOT.account_id, region="DE")
        except InvalidInput as error:
            assert "NUL" in error.detail or "64 bits" in error.detail or "deeper" in error.detail
    for order in orders_in(produced):
        msgspec.convert(msgspec.to_builtins(order), type(order))
    assert answered(body)[0] in {200, 400}


@settings(max_examples=50, deadline=None)
@given(raw=some.binary(max_size=200))
def test_bytes_that_are_no_json_are_refused(raw):
    with pytest.raises(InvalidInput):
        parsed(raw)


@pytest.mark.corpus
def test_a_real_rasa_hands_off_with_its_whole_conversation():
    recording = CORPUS / "rasa3.6_action_webhook_requests.jsonl"
    if not recording.exists():
        pytest.skip("the recordings are not here")
    for line in recording.read_text().splitlines():
        produced = parsed(json.loads(line)["body"])
        told = interactions_in(produced)
        assert [one.text for one in told] == [
            "Hallo",
            "Hallo! Wie kann ich helfen?",
            "mein Paket A-12345 ist nicht da",
            "Ich schaue nach Ihrer Bestellung.",
            "ich will einen Mensch sprechen",
        ]
        assert {one.identities[1].value for one in told} == {"+4930123456"}
        (order,) = orders_in(produced)
        assert order.request.reason.code == "mensch"
        assert len(order.request.transcript) == 5
