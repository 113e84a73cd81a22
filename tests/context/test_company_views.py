"""Sales and marketing see what they need of a customer, and no words, addresses and numbers."""

import pytest

from tests.fixtures import NOW

SECRET = "secret words"
COMMON = {"schema", "version", "as_of", "customer", "preferences"}
SHAPES = {
    "sales": {
        "": COMMON | {"conditions", "conversations", "callbacks", "concerns", "signals"},
        "customer": {"id", "language", "since", "segments", "name"},
        "conversations": {"id", "subject", "status", "channels", "opened_at", "last_at"},
        "concerns": {"id", "occurred_at", "channel", "conversation_id", "answered"},
        "signals": {"mood"},
    },
    "marketing": {"": COMMON, "customer": {"id", "language", "since", "segments"}},
}


@pytest.fixture
async def anna(desk) -> str:
    """A customer with a name, a mood, words, a fact, a concern, a condition and a wish."""
    said = {"text": SECRET, "facts": {"city": SECRET}, "mood": -0.5, "ref": "m-1", "subject": "Contract"}
    named = {"participant": {"role": "customer", "name": "Anna Muster"}, "language": "de"}
    path = f"/v1/customers/{(await desk.register(**said, **named)).json()['customer_id']}"
    await desk.register(kind="concern", text=SECRET, ref="m-1", answered=False)
    await desk("console", "PATCH", path, {"segments": ["business"], "communication_style": SECRET})
    await desk("console", "PUT", f"{path}/preferences", {"do_not_contact": [{"channel": "phone"}]})
    granted = {"title": "Ten percent", "kind": "discount", "terms": {"percent": 10}, "contract": SECRET}
    body = granted | {"valid_from": NOW.isoformat()}
    assert (await desk("console", "POST", f"{path}/conditions", body, idempotency_key="c")).is_success
    return path


@pytest.mark.parametrize("role", SHAPES)
async def test_a_department_gets_its_view_field_by_field_and_from_the_cache(desk, anna, role):
    answers = [await desk(role, "GET", f"{anna}/context") for _ in range(2)]
    answers.append(await desk.look_up(role))
    assert [one.headers["context-source"] for one in answers] == ["database", "cache", "database"]
    for view in (one.json() for one in answers):
        parts = {"": view} | {name: view[name] for name in SHAPES[role] if name}
        shapes = {name: part[0] if isinstance(part, list) else part for name, part in parts.items()}
        assert {name: set(part) for name, part in shapes.items()} == SHAPES[role]
    assert not [word for word in (SECRET, "anna@", "city", "event-") if word in answers[0].text]


async def test_sales_sees_what_is_open_and_feared_and_marketing_no_name(desk, anna):
    sales = (await desk("sales", "GET", f"{anna}/context")).json()
    assert (sales["customer"]["name"], sales["signals"]["mood"]) == ("Anna Muster", -0.5)
    assert [one["subject"] for one in sales["conversations"]] == ["Contract"]
    assert [one["title"] for one in sales["conditions"]] == ["Ten percent"]
    assert [one["answered"] for one in sales["concerns"]] == [False]
    marketing = (await desk("marketing", "GET", f"{anna}/context")).text
    assert "Muster" not in marketing
    assert '"segments":["business"]' in marketing


async def test_marketing_gets_the_journey_without_the_person(desk, anna):
    told = (await desk("marketing", "GET", f"{anna}/journey?anonymous=false")).text
    assert "phases" in told
    assert not [word for word in (SECRET, "Anna", anna.rpartition("/")[2]) if word in told]
    assert (await desk("sales", "GET", f"{anna}/journey")).status_code == 403


@pytest.mark.parametrize("path", ["timeline", "conditions", "preferences", "merge-suggestions", ""])
async def test_nothing_else_of_a_customer_is_told(desk, anna, path):
    for role in SHAPES:
        assert (await desk(role, "GET", f"{anna}/{path}".rstrip("/"))).status_code == 403


async def test_marketing_reads_content_and_segments_and_not_what_one_customer_needs(desk, anna):
    customer_id = anna.rpartition("/")[2]
    segments = (await desk("marketing", "GET", f"{anna}/segments")).json()["items"]
    assert [one["name"] for one in segments] == ["business"]
    assert (await desk("marketing", "GET", "/v1/segments")).json()["items"][0]["customers"] == 1
    assert (await desk("marketing", "GET", "/v1/content")).json()["items"] == []
    assert (await desk("marketing", "GET", f"/v1/content?customer={customer_id}")).status_code == 403
