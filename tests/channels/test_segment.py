"""What events of Segment's and RudderStack's SDKs become."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.channels.web.segment.door import ADAPTER
from service.errors import BodyTooLarge, DeliveryRefused, InvalidInput
from service.model.interaction import Interaction
from service.model.vocabulary import Assurance, IdentityKind
from tests.channels.segment import WRITE_KEY, basic, batch, delivery, door, event
from tests.fixtures import NOW

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "channels"


def parse(body: object, rest: str = "v1/batch", **values: str) -> list[Interaction]:
    return list(ADAPTER.parse(delivery(body, rest=rest), door(**values)))


def only(body: object, rest: str = "v1/track", **values: str) -> Interaction:
    (one,) = parse(body, rest, **values)
    return one


def identities(one: Interaction) -> list[tuple[str, str, bool]]:
    return [(claim.kind, claim.value, claim.decides) for claim in one.identities]


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({"type": "track", "event": "Help Opened"}, "other", "Help Opened"),
        ({"type": "track", "event": "Order Completed"}, "purchase", "Order Completed"),
        ({"type": "track", "event": "Form Submitted"}, "form", "Form Submitted"),
        ({"type": "page", "name": "FAQ", "category": "Help"}, "page", "Help FAQ"),
        ({"type": "page", "properties": {"title": "Returns"}}, "page", "Returns"),
        ({"type": "page", "properties": {"path": "/help"}}, "page", "/help"),
        ({"type": "screen", "name": "Chat"}, "page", "Chat"),
        ({"type": "group", "groupId": "brand-a", "traits": {"name": "Brand A"}}, "other", None),
        ({"type": "identify", "userId": "u1"}, "other", None),
        ({"type": "alias", "userId": "u1", "previousId": "visitor-1"}, "other", None),
        ({"type": "videoplayed"}, "other", None),
    ],
)
def test_each_call_is_a_touchpoint_of_the_web(fields: dict[str, Any], kind: str, text: str | None) -> None:
    one = only(event(**({"event": None} | fields)))
    assert (one.channel, one.kind, one.direction, one.text) == ("web", kind, "inbound", text)
    assert one.conversation.subject == "Website visit"


def test_an_unknown_call_leaves_its_id_to_a_parser_that_knows_it() -> None:
    assert only(event(type="videoplayed")).source_event_id == "m-1:other"
    assert only(event()).source_event_id == "m-1"


@pytest.mark.parametrize("rest", ["v1/identify", "v1/i", "identify", "i", "v1/identify/"])
def test_the_path_says_what_an_event_is_that_does_not_say_so_itself(rest: str) -> None:
    one = only(event(type=None, event=None, userId="u1", traits={"email": "anna@example.de"}), rest)
    assert one.data["type"] == "identify"
    assert one.facts == {"email": "anna@example.de"}


def test_a_visitor_is_known_by_device_and_an_account_decides_once_there_is_one() -> None:
    assert identities(only(event())) == [("device", "visitor-1", True)]
    assert identities(only(event(userId="u1"))) == [("external", "u1", True), ("device", "visitor-1", False)]
    assert identities(only(event(userId="4711", anonymousId=None), user_id="customer_number")) == [
        ("customer_number", "4711", True)
    ]


@pytest.mark.parametrize(
    "nobody", ["undefined", "null", "0", "-1", "00000000-0000-0000-0000-000000000000", "", " ", True, {}, "x" * 321]
)
def test_what_broken_pages_send_for_everybody_makes_nobody_one_customer(nobody: object) -> None:
    assert identities(only(event(userId=nobody))) == [("device", "visitor-1", True)]


def test_a_number_is_an_id_as_well() -> None:
    assert identities(only(event(userId=4711)))[0] == ("external", "4711", True)


def test_what_a_form_tells_of_a_person_is_claimed_and_says_nothing_of_who_it_is() -> None:
    one = only(event(type="identify", event=None, traits={"email": "Anna@Example.de", "phone": "0171 1234567"}))
    assert identities(one)[1:] == [("email", "Anna@Example.de", False), ("phone", "0171 1234567", False)]
    assert not any(claim.verified for claim in one.identities)


def test_how_sure_we_are_depends_on_who_holds_the_write_key() -> None:
    assert only(event()).assurance is Assurance.NONE
    assert only(event(userId="u1")).assurance is Assurance.CLAIMED
    trusted = only(event(userId="u1"), trusted="true")
    assert trusted.assurance is Assurance.POSSESSION
    assert [claim.verified for claim in trusted.identities] == [True, False]


def test_traits_are_facts_by_the_names_that_forms_use() -> None:
    traits = {
        "firstName": "Anna",
        "last_name": "Berg",
        "phone": "+49 171 1234567",
        "birthday": "1990-04-02T00:00:00.000Z",
        "company": {"name": "Berg GmbH", "employee_count": 4},
        "address": {"street": "Hauptstr. 1", "city": "Ulm", "postalCode": 89073, "country": "de", "more": {"x": 1}},
        "plan": "gold",
        "age": None,
    }
    one = only(event(type="identify", event=None, traits=traits))
    assert one.facts == {
        "given-name": "Anna",
        "family-name": "Berg",
        "tel": "+49 171 1234567",
        "bday": "1990-04-02",
        "organization": "Berg GmbH",
        "street-address": "Hauptstr. 1",
        "address-level2": "Ulm",
        "postal-code": "89073",
        "country": "DE",
    }
    assert one.participant.name == "Anna Berg"


def test_an_address_in_one_line_and_a_country_in_words_are_facts_too() -> None:
    traits = {"name": "Anna Berg", "address": "Hauptstr. 1, Ulm", "country": "Germany"}
    one = only(event(type="identify", event=None, traits=traits))
    assert one.facts == {"name": "Anna Berg", "street-address": "Hauptstr. 1, Ulm", "country-name": "Germany"}


def test_rudderstack_puts_traits_into_the_context() -> None:
    body = event(
        type="identify", event=None, context={"traits": {"email": "a@b.de"}}, originalTimestamp="2026-11-21T09:00:00Z"
    )
    assert only(body).facts == {"email": "a@b.de"}
    assert only(body).occurred_at == NOW - timedelta(minutes=30)


def test_the_traits_of_a_group_are_not_those_of_a_person() -> None:
    assert only(event(type="group", event=None, traits={"email": "office@example.de"})).facts == {}


def test_settings_say_which_events_and_properties_mean_what() -> None:
    configured = {"events": '{"Ticket Opened": "question"}', "facts": '{"contract": "contract_number"}'}
    one = only(event(event="Ticket Opened", properties={"contract": "C-9", "order_id": "A-1"}), **configured)
    assert (one.kind, one.facts) == ("question", {"contract_number": "C-9"})
    assert only(event(event="Order Completed", properties={"order_id": "A-1"})).facts == {"order_number": "A-1"}


def test_of_the_context_only_page_campaign_and_language_are_kept() -> None:
    context = {
        "ip": "1.2.3.4",
        "userAgent": "Mozilla",
        "locale": "de_DE",
        "page": {"path": "/help"},
        "campaign": {"source": "nl"},
    }
    one = only(event(context=context, properties={"topic": "x"}))
    assert one.data == {
        "type": "track",
        "event": "Help Opened",
        "properties": {"topic": "x"},
        "page": {"path": "/help"},
        "campaign": {"source": "nl"},
    }
    assert one.language == "de-DE"


@pytest.mark.parametrize("locale", ["*", "", 7, "x" * 40, "de-DE, en"])
def test_a_locale_that_is_none_is_no_language(locale: object) -> None:
    assert only(event(context={"locale": locale})).language is None


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"timestamp": "2026-11-21T08:00:00Z"}, NOW - timedelta(minutes=90)),
        ({"timestamp": "2026-11-21T09:00:00+01:00"}, NOW - timedelta(minutes=90)),
        ({"timestamp": "2026-11-21T08:00:00"}, NOW - timedelta(minutes=90)),
        ({"timestamp": 1795248000}, NOW - timedelta(minutes=90)),
        ({"timestamp": 1795248000000}, NOW - timedelta(minutes=90)),
        ({"timestamp": "2026-11-21T08:00:00Z", "sentAt": "2026-11-21T08:10:00Z"}, NOW - timedelta(minutes=10)),
        ({"timestamp": "2031-01-01T00:00:00Z", "sentAt": "2031-01-01T00:00:05Z"}, NOW - timedelta(seconds=5)),
        ({"timestamp": "2031-01-01T00:00:00Z"}, NOW),
        ({"timestamp": "1950-01-01T00:00:00Z"}, NOW),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, NOW),
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-01-01T00:00:00Z"}, NOW),
        ({"timestamp": 10**18}, NOW),
        ({"timestamp": "yesterday"}, NOW),
        ({}, NOW),
    ],
)
def test_a_wrong_clock_is_put_right_by_the_time_of_sending(fields: dict[str, Any], at: datetime) -> None:
    assert only(event(**fields)).occurred_at == at
    (in_batch,) = parse(batch(event(timestamp=fields.get("timestamp")), sentAt=fields.get("sentAt")))
    assert in_batch.occurred_at == at


def test_the_context_of_a_batch_counts_for_events_without_one() -> None:
    first, second = parse(batch(event(), event(messageId="m-2", context={"locale": "fr"}), context={"locale": "de"}))
    assert (first.language, second.language) == ("de", "fr")


def test_a_bad_event_spoils_no_other() -> None:
    good, also = event(), event(messageId="m-2")
    assert [one.source_event_id for one in parse(batch(good, 7, None, [], event(messageId=None), also))] == [
        "m-1",
        "m-2",
    ]


@pytest.mark.parametrize("unfit", [{"text": "x" * 40_000}, {"number": 2**70}, json.loads("[" * 40 + "]" * 40)])
def test_an_event_that_cannot_be_stored_is_kept_without_what_it_says(unfit: object) -> None:
    one, other = parse(batch(event(userId="u1", properties=unfit), event(messageId="m-2")))
    assert (one.source_event_id, one.kind, one.data) == ("m-1:other", "other", {"type": "track"})
    assert identities(one)[0] == ("external", "u1", True)
    assert other.source_event_id == "m-2"


def test_an_event_without_an_id_is_told_from_others_by_its_time_and_content() -> None:
    body = event(messageId=None, timestamp="2026-11-21T08:00:00Z")
    first = only(body).source_event_id
    assert only(body | {"sentAt": "2026-11-21T09:00:00Z"}).source_event_id == first
    assert only(body | {"event": "Chat Opened"}).source_event_id != first
    assert len(only(event(messageId="x" * 9000)).source_event_id) == 64


def test_one_that_a_retry_would_count_twice_is_refused_and_told_why() -> None:
    with pytest.raises(InvalidInput, match="messageId: An event needs a messageId"):
        parse(event(messageId=None), "v1/track")


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b"7", b'{"batch": 7}', b'{"batch": [7]}', b"\x1f\x8b", b"\xff"]
)
def test_a_body_without_any_event_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse(body)


def test_an_empty_batch_is_no_mistake() -> None:
    assert parse(batch()) == []


def test_a_batch_that_would_keep_others_waiting_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at most 2500 events"):
        parse(b'{"batch":[' + b"{}," * 20_000 + b"{}]}")


@pytest.mark.promise("S14")
def test_gzip_is_read_by_its_first_bytes_and_not_beyond_the_limit() -> None:
    packed = gzip.compress(msgspec.json.encode(batch(event())))
    assert len(parse(packed)) == 1
    with pytest.raises(InvalidInput, match="cut off"):
        parse(packed[:-9])
    with pytest.raises(BodyTooLarge):
        parse(gzip.compress(b" " * 50_000_000))


def test_a_body_may_be_as_large_as_the_settings_say() -> None:
    large = batch(*(event(messageId=f"m-{number}", properties={"text": "x" * 20_000}) for number in range(40)))
    with pytest.raises(BodyTooLarge):
        parse(large)
    assert len(parse(large, body_limit_kb="4096")) == 40


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (basic(), b"not even read"),
        ({}, batch(event(), writeKey=WRITE_KEY)),
        ({}, event(writeKey=WRITE_KEY)),
        ({}, gzip.compress(msgspec.json.encode(event(writeKey=WRITE_KEY)))),
        ({"authorization": "Bearer of-another-system"}, event(writeKey=WRITE_KEY)),
    ],
)
def test_the_write_key_opens_the_door_from_the_header_or_the_body(headers: dict[str, str], body: object) -> None:
    ADAPTER.verify(delivery(body, headers=headers), door())


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, event()),
        ({}, event(writeKey="guess")),
        ({}, event(writeKey=7)),
        ({}, event(writeKey=None)),
        (basic("guess"), event(writeKey=WRITE_KEY)),
        (basic(""), event()),
        ({"authorization": "Basic"}, event()),
        ({"authorization": "Basic ä!"}, event()),
        ({"authorization": "Basic /w=="}, event()),
    ],
)
def test_without_the_write_key_it_stays_closed(headers: dict[str, str], body: object) -> None:
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(delivery(body, headers=headers), door())


def test_what_rudderstack_sends_while_a_page_closes_has_its_key_in_the_query() -> None:
    last = delivery(batch(event()), rest="beacon/v1/batch", headers={}, query_string=f"writeKey={WRITE_KEY}")
    ADAPTER.verify(last, door())
    assert ADAPTER.greet(last, door()) is None
    assert len(ADAPTER.parse(last, door())) == 1


def test_a_page_cannot_use_a_key_that_only_servers_should_hold() -> None:
    from_page = delivery(event(), headers=basic() | {"origin": "https://shop.example"})
    ADAPTER.verify(from_page, door())
    with pytest.raises(DeliveryRefused):
        ADAPTER.verify(from_page, door(trusted="true"))


def test_a_browser_may_ask_first_unless_only_servers_hold_the_key() -> None:
    allowed = dict(ADAPTER.greet(delivery(b"", method="OPTIONS"), door()).headers)
    assert {"authorization", "content-type", "x-retry-count"} <= set(
        allowed["access-control-allow-headers"].split(", ")
    )
    assert ADAPTER.greet(delivery(b"", method="OPTIONS"), door(trusted="true")).headers == ()


@pytest.mark.parametrize(
    "rest", ["v1/batch", "v1/import", "v1/b", "v1/track", "v1/t", "v1/p", "v1/g", "v1/a", "v1/s", "b", ""]
)
def test_every_path_of_the_sdks_takes_deliveries(rest: str) -> None:
    assert ADAPTER.greet(delivery(batch(), rest=rest), door()) is None


def test_telemetry_of_the_sdk_is_none_of_our_business_and_other_paths_do_not_exist() -> None:
    assert ADAPTER.greet(delivery({"series": []}, rest="v1/m", headers={}), door()).body == b'{"success":true}'
    assert ADAPTER.greet(delivery(b"", rest="v1/projects"), door()).status == 404


def test_its_samples_come_through_the_door() -> None:
    account = door()
    for sample in ADAPTER.samples(account):
        ADAPTER.verify(sample, account)
    produced = [one for sample in ADAPTER.samples(account) for one in ADAPTER.parse(sample, account)]
    assert [one.kind for one in produced] == ["other", "purchase", "page"]


@pytest.mark.corpus
@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not here")
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("browser-1.84.3", {"other": 1, "form": 1, "page": 1}),
        ("node-3.1.0", {"other": 3, "form": 1, "page": 1}),
        ("python-2.4.0", {"other": 18, "page": 4}),
    ],
)
def test_what_real_sdks_sent_becomes_what_was_meant(name: str, kinds: dict[str, int]) -> None:
    counted: dict[str, int] = {}
    for recorded in map(json.loads, (RECORDED / f"segment-{name}.jsonl").read_text().splitlines()):
        headers = {header.lower(): value for header, value in recorded["headers"].items()}
        key = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode().removesuffix(":")
        sent = delivery(recorded["body"], rest=recorded["path"].lstrip("/"), headers=headers)
        sent = msgspec.structs.replace(sent, received_at=datetime.fromtimestamp(recorded["t"], UTC))
        account = msgspec.structs.replace(door(), secret=key)
        assert ADAPTER.greet(sent, account) is None
        ADAPTER.verify(sent, account)
        for one in ADAPTER.parse(sent, account):
            assert msgspec.json.decode(msgspec.json.encode(one), type=Interaction) == one
            assert timedelta(0) <= sent.received_at - one.occurred_at < timedelta(seconds=5)
            counted[one.kind] = counted.get(one.kind, 0) + 1
    assert counted == kinds


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_fields = st.sampled_from(
    [
        "type",
        "event",
        "messageId",
        "userId",
        "anonymousId",
        "previousId",
        "groupId",
        "timestamp",
        "sentAt",
        "name",
        "category",
        "properties",
        "traits",
        "context",
        "email",
        "phone",
        "address",
        "company",
        "locale",
        "page",
        "batch",
        "writeKey",
    ]
)
_objects = st.dictionaries(_fields, _values | st.dictionaries(_fields, _values, max_size=4), max_size=8)


@settings(max_examples=50, deadline=None)
@given(body=_objects | st.builds(lambda events: {"batch": events}, st.lists(_objects | _values, max_size=4)))
def test_nothing_a_sender_makes_up_breaks_the_parser(body: object) -> None:
    try:
        produced = parse(json.dumps(body).encode(), "v1/identify")
    except InvalidInput:
        return
    for one in produced:
        assert all(claim.kind in IdentityKind for claim in one.identities)
        assert 1 <= len(one.source_event_id) <= 500
        assert one.occurred_at <= NOW


@settings(max_examples=50, deadline=None)
@given(raw=st.binary(max_size=60) | st.binary(max_size=30).map(lambda tail: b"\x1f\x8b\x08" + tail))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    for work in (ADAPTER.parse, ADAPTER.verify):
        with suppress(InvalidInput, DeliveryRefused):
            work(delivery(raw, headers={}), door())
