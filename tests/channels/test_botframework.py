"""What a bot of the Bot Framework says, and how it hands off, as it becomes interactions and handoffs."""

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as some

from service.channels.base import DeliveryResult
from service.channels.chatbot.botframework.door import ADAPTER
from service.errors import DeliveryRefused, InvalidInput
from service.model.decode import decode_json
from service.model.ids import new_id
from service.registration.prepare import prepare_channel_submission
from tests.channels.vendors import CORPUS, RECORDED, anything, delivery_of, instance_of, interactions_in, orders_in
from tests.fixtures import NOW

BOT = instance_of(ADAPTER, queue="support")
FOLDER = RECORDED / "botframework"


def recorded(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def produced(body, bot=BOT):
    return ADAPTER.parse(delivery_of(body), bot)


def parsed(body, bot=BOT):
    return interactions_in(produced(body, bot))


SAID = [
    ("conv-1:m1", "message", "inbound", "Where is my parcel?"),
    ("conv-1:m2", "message", "outbound", "What is your order number?"),
]
TABLE = {
    "message": SAID[:1],
    "answer": SAID[1:],
    "typing": [],
    "reaction": [("conv-1:r1:other", "other", "internal", None)],
    "handoff": [
        *SAID,
        ("conv-1:m3", "message", "inbound", "A-1, and I want a person"),
        ("conv-1:h1", "system", "internal", None),
    ],
}


def test_every_recording_stands_in_the_table():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_activity_becomes_what_it_is(name):
    told = parsed(recorded(name))
    assert [(one.source_event_id, one.kind, one.direction, one.text) for one in told] == TABLE[name]
    assert {(one.identities[0].value, one.conversation.ref, one.language) for one in told} <= {
        ("botframework:shop:user-1", "conv-1", "de-DE")
    }


def test_lines_of_a_transcript_that_have_no_time_keep_their_order():
    told = parsed(recorded("handoff"))
    assert [one.occurred_at for one in told] == sorted(one.occurred_at for one in told)


def test_the_handoff_carries_the_transcript_and_what_the_bot_knows():
    (order,) = orders_in(produced(recorded("handoff")))
    assert (order.event_id, order.request.to.queue) == ("handoff:conv-1:h1", "support")
    assert order.request.reason.code == "parcels"
    assert [(line.role, line.text) for line in order.request.transcript] == [
        ("customer", "Where is my parcel?"),
        ("bot", "What is your order number?"),
        ("customer", "A-1, and I want a person"),
    ]
    assert parsed(recorded("handoff"))[-1].facts == {"order_number": "A-1"}


def test_the_skill_that_a_bot_asks_for_may_have_a_queue_of_its_own():
    bot = instance_of(ADAPTER, queue="support", queues='{"parcels": "logistics"}')
    assert orders_in(produced(recorded("handoff"), bot))[0].request.to.queue == "logistics"
    other = recorded("handoff") | {"value": {"Skill": "bills"}}
    assert orders_in(produced(other, bot))[0].request.to.queue == "support"


def test_what_the_bot_knows_can_be_an_identity_or_a_fact_of_another_name():
    bot = instance_of(ADAPTER, facts='{"orderId": "order_number", "mail": ""}', identities='{"mail": "email"}')
    told = parsed(recorded("handoff") | {"value": {"orderId": "A-2", "mail": "anna@example.de"}}, bot)[-1]
    assert told.facts == {"order_number": "A-2"}
    assert [(one.kind, one.value) for one in told.identities][1:] == [("email", "anna@example.de")]


@pytest.mark.parametrize(
    ("channel", "user", "identity"),
    [
        ("sms", "+4917112345678", ("phone", "+4917112345678")),
        ("email", "anna@example.de", ("email", "anna@example.de")),
        ("webchat", "anna@example.de", None),
    ],
)
def test_a_user_may_be_known_elsewhere_too(channel, user, identity):
    body = recorded("message") | {"from": {"id": user}, "channelId": channel}
    assert [(one.kind, one.value) for one in parsed(body)[0].identities[1:]] == ([identity] if identity else [])


def test_the_bot_hears_in_its_conversation_what_becomes_of_the_handoff():
    (order,) = orders_in(produced(recorded("handoff")))
    assert order.report.url == "https://bot.example/v3/conversations/conv-1/activities"
    told = {state: body["value"]["state"] for state, body in order.report.bodies.items()}
    assert told == {
        "accepted": "accepted",
        "completed": "completed",
        "returned": "completed",
        "failed": "failed",
        "fell_back": "failed",
        "withdrawn": "failed",
    }
    accepted = order.report.bodies["accepted"]
    assert (accepted["type"], accepted["name"]) == ("event", "handoff.status")
    assert accepted["conversation"] == {"id": "conv-1"}
    assert accepted["relatesTo"]["bot"]["id"] == "bot"


def test_the_bot_may_hear_it_at_an_address_of_its_own():
    bot = instance_of(ADAPTER, queue="support", status_url="https://bot.example/askonce")
    assert orders_in(produced(recorded("handoff"), bot))[0].report.url == "https://bot.example/askonce"
    for nowhere in (None, "", "https://askonce.example/v1/channels/botframework/shop"):
        assert orders_in(produced(recorded("handoff") | {"serviceUrl": nowhere}))[0].report is None


def answered(body, **taken):
    reply = ADAPTER.answer(delivery_of(body), BOT, DeliveryResult(**taken))
    return reply.status, json.loads(reply.body)


def test_the_bot_gets_the_id_of_its_activity_or_why_there_is_no_handoff():
    assert answered(recorded("message")) == (200, {"id": "m1"})
    assert answered(recorded("handoff"), handoffs=(new_id(),)) == (200, {"id": "h1"})
    told = parsed(recorded("answer") | {"id": None})[0]
    assert told.source_event_id == f"conv-1:{answered(recorded('answer') | {'id': None})[1]['id']}"
    status, body = answered(recorded("handoff"), refused=("There is no such queue.",))
    assert (status, body["error"]["message"]) == (400, "There is no such queue.")


def test_a_handoff_of_nobody_is_none():
    nobody = recorded("handoff") | {"from": None, "relatesTo": None}
    assert orders_in(produced(nobody)) == []
    assert answered(nobody)[0] == 400


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"type": "message"}', b'{"type": "event", "conversation": {"id": null}}', b"\xff"]
)
def test_what_is_no_activity_is_refused(body):
    with pytest.raises(InvalidInput):
        produced(body)


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWK = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "k1", "use": "sig"}
BY_TOKEN = instance_of(ADAPTER, jwks=json.dumps({"keys": [{"kid": "k0"}, JWK]}), audience="app-1")
CLAIMS = {
    "iss": "https://api.botframework.com",
    "aud": "app-1",
    "serviceurl": "https://bot.example/",
    "nbf": int((NOW - timedelta(minutes=1)).timestamp()),
    "exp": int((NOW + timedelta(minutes=60)).timestamp()),
}


def shown(token, name="message"):
    return delivery_of((FOLDER / f"{name}.json").read_bytes(), headers={"authorization": f"Bearer {token}"})


def token(key=KEY, kid="k1", algorithm="RS256", **changes):
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


@pytest.mark.parametrize("given", [token(), token(serviceurl=None), token(aud=["x", "app-1"]), "s3cret"])
def test_the_connectors_token_and_the_secret_are_taken(given):
    ADAPTER.verify(shown(given), BY_TOKEN)


@pytest.mark.parametrize(
    "given",
    [
        token(key=OTHER),
        token(kid="k0"),
        token(kid="k2"),
        token(iss="https://evil.example"),
        token(aud="app-2"),
        token(aud=None),
        token(exp=None),
        token(exp=int((NOW - timedelta(minutes=6)).timestamp())),
        token(nbf=int((NOW + timedelta(minutes=6)).timestamp())),
        token(serviceurl="https://evil.example/"),
        token(key="k" * 32, algorithm="HS256"),
        jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "k1"}),
        token()[:-4],
        "guess",
        "",
        "a.b.c",
        "ü.ü.ü",
    ],
)
@pytest.mark.promise("S11")
def test_another_token_is_refused(given):
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(shown(given), BY_TOKEN)


def test_without_keys_only_the_secret_opens_the_door():
    ADAPTER.verify(shown("s3cret"), BOT)
    for other in (token(), "guess", ""):
        with pytest.raises(DeliveryRefused):
            ADAPTER.verify(shown(other), BOT)
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(delivery_of(b"{}", headers={"authorization": "Basic s3cret"}), BOT)


def test_keys_without_the_bot_they_speak_to_cannot_be_set():
    with pytest.raises(InvalidInput, match="audience"):
        instance_of(ADAPTER, jwks='{"keys": []}')


@settings(max_examples=50, deadline=None)
@given(given=some.text(max_size=60) | some.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}"))
def test_no_token_breaks_the_door(given):
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(shown(given), BY_TOKEN)


names = some.sampled_from(
    ["id", "role", "name", "bot", "user", "content", "activities", "type", "text", "from", "timestamp", "conversation"]
)
shapes = some.recursive(
    anything, lambda inner: some.dictionaries(names, inner, max_size=6) | some.lists(inner, max_size=2), max_leaves=12
)


@settings(max_examples=60, deadline=None)
@given(
    type=some.sampled_from(["message", "event", "typing", "new"]),
    fields=some.dictionaries(
        some.sampled_from(
            [
                "id",
                "name",
                "text",
                "value",
                "timestamp",
                "locale",
                "channelId",
                "serviceUrl",
                "from",
                "recipient",
                "relatesTo",
                "attachments",
            ]
        ),
        shapes | some.just("handoff.initiate"),
    ),
    transcript=some.lists(shapes, max_size=3),
)
def test_whatever_stands_in_an_activity_is_taken(type, fields, transcript):
    attachments = [{"name": "Transcript", "content": {"activities": transcript}}]
    body = {"attachments": attachments, **fields, "type": type, "conversation": {"id": "c"}}
    try:
        decode_json(delivery_of(body).raw, dict)
    except InvalidInput:
        return
    for one in parsed(body):
        prepare_channel_submission(one, key_id=BOT.account_id, region="DE")


@pytest.mark.corpus
def test_a_handoff_as_botbuilder_makes_it_is_understood():
    recording = CORPUS / "botframework_4.23_handoff_events.json"
    if not recording.exists():
        pytest.skip("the recordings are not here")
    text = recording.read_text()
    initiate, end = json.JSONDecoder().raw_decode(text)
    (order,) = orders_in(produced(initiate))
    assert [(line.role, line.text) for line in order.request.transcript] == [
        ("customer", "Wo ist mein Paket?"),
        ("bot", "Bitte Bestellnummer."),
    ]
    assert order.request.reason.code == "Reklamation"
    assert parsed(initiate)[-1].facts == {"orderId": "A-1"}
    status = json.loads(text[end:])
    assert [one.kind for one in parsed(status)] == ["other"]
    ours = order.report.bodies["accepted"]
    assert ours.keys() >= {"type", "name", "value", "conversation"}
    assert ours["value"].keys() == status["value"].keys()
