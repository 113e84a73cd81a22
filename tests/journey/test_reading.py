"""A journey is read of the whole merge set, as it happened."""

from datetime import timedelta

import pytest

from service.journey import reading
from tests.fixtures import NOW
from tests.handoff.examples import queue_json

pytestmark = pytest.mark.slow

LEAVES = {"url": "https://shop.example/kuendigung", "title": "Cancel"}


async def journey_of(desk, customer_id, query="", **headers):
    answer = await desk("console", "GET", f"/v1/customers/{customer_id}/journey{query}", **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def register(desk, at=NOW, **fields):
    answer = await desk.register(at=at, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_customer_goes_from_a_question_to_leaving(desk):
    days = [NOW - timedelta(days=number) for number in (20, 19, 10, 9, 2)]
    first = await register(desk, days[0], text="Does it fit?", kind="question", channel="social")
    await register(desk, days[1], kind="purchase", channel="web")
    await register(
        desk, days[2], kind="message", text="It shows E42.", facts={"error_code": "E42"}, ref="chat", mood=-0.5
    )
    await register(desk, days[3], attempt=("Restarted", "failed"), direction="internal", ref="chat")
    await register(desk, days[4], kind="page", channel="web", data=LEAVES, ref="visit")
    journey = await journey_of(desk, first["customer_id"])
    assert [(one["name"], one["rule"]) for one in journey["phases"]] == [
        ("consider", "first_contact"),
        ("buy", "first_purchase"),
        ("get_help", "first_problem"),
        ("renew_or_leave", "cancellation_page"),
    ]
    assert [one["says"] for one in journey["touchpoints"]] == ["Does it fit?", None, "It shows E42.", None]
    assert journey["touchpoints"][2]["frictions"] == ["did_not_help"]
    assert journey["decisions"] == [
        {"id": None, "kind": "buys", "touchpoint": 1, "text": None},
        {"id": None, "kind": "threatens_to_leave", "touchpoint": 3, "text": None},
    ]
    assert journey["title"] == "Three weeks with us: 4 contacts, 2 frictions, and the customer may leave"


async def test_the_title_is_in_the_language_that_the_reader_wants(desk):
    customer_id = (await register(desk))["customer_id"]
    assert "contact" in (await journey_of(desk, customer_id))["title"]
    assert "Kontakt" in (await journey_of(desk, customer_id, accept_language="de-CH, en;q=0.5"))["title"]
    assert "Kontakt" in (await journey_of(desk, customer_id, "?language=de", accept_language="en"))["title"]


async def test_merged_customers_have_one_journey_and_their_own_ones_again_afterwards(desk):
    anna = (await register(desk, NOW - timedelta(days=2)))["customer_id"]
    other = (await register(desk, email="a.weber@example.de"))["customer_id"]
    await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
    journeys = [await journey_of(desk, one) for one in (anna, other)]
    assert journeys[0] == journeys[1]
    assert (journeys[0]["customer_id"], len(journeys[0]["touchpoints"])) == (anna, 2)
    await desk("console", "DELETE", f"/v1/customers/{anna}/merges/{other}")
    assert len((await journey_of(desk, other))["touchpoints"]) == 1


async def test_a_time_in_the_future_is_ordered_as_if_it_had_happened_on_arrival(desk):
    first = await register(desk, NOW + timedelta(days=400), text="from the future")
    await register(desk, NOW - timedelta(days=1), text="before")
    touchpoints = (await journey_of(desk, first["customer_id"]))["touchpoints"]
    assert [one["says"] for one in touchpoints] == ["before", "from the future"]
    assert touchpoints[1]["at"] <= NOW.isoformat().replace("+00:00", "Z")


async def test_a_customer_without_an_interaction_has_an_empty_journey(desk):
    new = {"name": "Anna", "identities": [{"kind": "email", "value": "new@example.de"}]}
    created = await desk("console", "POST", "/v1/customers", new, idempotency_key="1")
    journey = await journey_of(desk, created.json()["id"])
    assert (journey["title"], journey["touchpoints"]) == ("No contact yet", [])


@pytest.mark.parametrize("customer_id", ["01a2192a-0000-7000-8000-000000000000", "no-id"])
async def test_who_is_not_there_has_no_journey(desk, customer_id):
    answer = await desk("console", "GET", f"/v1/customers/{customer_id}/journey")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/customer-unknown")


async def test_a_word_that_is_neither_true_nor_false_is_refused(desk):
    customer_id = (await register(desk))["customer_id"]
    answer = await desk("console", "GET", f"/v1/customers/{customer_id}/journey?anonymous=perhaps")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "anonymous", "message": "One of true, false is expected."}]


async def test_a_handoff_to_a_closed_desk_and_its_callback_stand_behind_the_scenes(desk):
    await desk("admin", "PUT", "/v1/queues/tech", queue_json(title="Technicians"))
    customer_id = (await register(desk, ref="chat"))["customer_id"]
    wanted = {"customer_id": customer_id, "to": {"queue": "tech"}, "conversation": {"ref": "chat"}}
    await desk("bot", "POST", "/v1/handoffs", wanted, idempotency_key="1")
    journey = await journey_of(desk, customer_id)
    assert [(one["end"], one["queue_title"]) for one in journey["handoffs"]] == [("closed", "Technicians")]


async def test_the_contract_that_ended_last_decides(desk):
    customer_id = (await register(desk, NOW - timedelta(days=90)))["customer_id"]
    terms = {"title": "Plan", "kind": "discount", "terms": {"percent": 5}, "contract": "C-1", "audiences": ["console"]}
    for number, day in enumerate(("2026-10-01", "2026-11-01")):
        period = {"valid_from": "2026-01-01T00:00:00Z", "valid_until": f"{day}T00:00:00Z"}
        path = f"/v1/customers/{customer_id}/conditions"
        made = await desk("console", "POST", path, terms | period, idempotency_key=f"c-{number}")
        assert made.status_code == 201, made.text
    for days in (40, 5):
        await register(desk, NOW - timedelta(days=days))
    spans = (await journey_of(desk, customer_id))["phases"]
    assert [(one["name"], one["from"][:10]) for one in spans] == [
        ("consider", "2026-08-23"),
        ("renew_or_leave", "2026-11-16"),
    ]


async def test_a_fact_may_say_when_the_contract_ends(desk):
    customer_id = (await register(desk, NOW - timedelta(days=90), facts={"contract_end": "2026-11-01"}))["customer_id"]
    await register(desk, NOW - timedelta(days=5), facts={"contract_ends_on": ["no", "day"]})
    assert [one["rule"] for one in (await journey_of(desk, customer_id))["phases"]] == ["first_contact", "contract_end"]


async def test_of_a_long_journey_the_newest_are_shown_and_the_others_counted(desk, monkeypatch):
    monkeypatch.setattr(reading, "MOST_INTERACTIONS", 2)
    for days in (3, 2, 1):
        registered = await register(desk, NOW - timedelta(days=days), text=f"{days} days ago")
    journey = await journey_of(desk, registered["customer_id"])
    assert ([one["says"] for one in journey["touchpoints"]], journey["earlier"]) == (["2 days ago", "1 days ago"], 1)


async def test_an_anonymous_copy_says_neither_who_nor_what(desk):
    registered = await register(desk, text="I am Anna Weber", subject="Weber's router")
    answer = await desk("admin", "GET", f"/v1/customers/{registered['customer_id']}/journey?anonymous=true")
    assert "Weber" not in answer.text
    assert not any(value in answer.text for key, value in registered.items() if key.endswith("_id"))
    assert len(answer.json()["touchpoints"]) == 1
