"""What a customer withdraws is in no view any more with the answer to the withdrawal, and comes back with a consent."""

from datetime import timedelta

import pytest

from service.app.worker import worker_dependencies
from service.resolution.matches.online import match_changes
from service.worker.relay import relay_outbox
from tests.fixtures import NOW
from tests.insight.conftest import evaluate  # noqa: F401 (a fixture)
from tests.patience import until

TROUBLE = {"mood": -0.9, "attempt": ("Restarted", "failed")}


async def unhappy(desk) -> str:
    """A customer of a segment who may leave, by a rule and by what happened."""
    await desk("admin", "PUT", "/v1/segments/stuck", {"title": "Stuck", "rule": "signals.failed_attempts > 0"})
    for number in range(3):
        told = await desk.register(**TROUBLE | {"attempt": (f"Try {number}", "failed")}, subject="Router")
    customer_id = told.json()["customer_id"]
    await desk("console", "PATCH", f"/v1/customers/{customer_id}", {"segments": ["vip"]})
    return customer_id


async def withdraw(desk, customer_id: str, purpose: str, *, state: str = "withdrawn", **more: str) -> None:
    said = {"purpose": purpose, "state": state} | more
    answer = await desk("console", "PUT", f"/v1/customers/{customer_id}/consents", {"consents": [said]})
    assert answer.status_code == 200, answer.text


async def seen(desk, customer_id: str) -> dict:
    """What rests on a profile, in views and lists."""
    view = (await desk.look_up()).json()
    brief = (await desk("bot", "GET", f"/v1/customers/{customer_id}/context")).json()
    listed = (await desk("console", "GET", "/v1/at-risk")).json()["items"]
    segments = (await desk("console", "GET", f"/v1/customers/{customer_id}/segments")).json()
    return {
        "segments": view["customer"]["segments"],
        "mood": view["signals"]["mood"],
        "risk": view["signals"]["churn_risk"]["level"],
        "next": view["next"],
        "bot": brief["signals"]["mood"],
        "listed": [one["customer_id"] for one in listed],
        "rules": [one["name"] for one in segments["segments"]] if "segments" in segments else segments["items"],
    }


@pytest.mark.promise("G9")
async def test_without_profiling_nothing_is_concluded_and_nothing_of_it_is_left(desk, evaluate):  # noqa: F811
    customer_id = await unhappy(desk)
    await evaluate()
    before = await seen(desk, customer_id)
    assert (before["segments"], before["risk"], before["listed"]) == (["vip"], "high", [customer_id])
    await withdraw(desk, customer_id, "profiling")
    nothing = {"segments": [], "mood": None, "risk": "low", "next": [], "bot": None, "listed": [], "rules": []}
    assert await seen(desk, customer_id) == nothing
    await desk.register(**TROUBLE)
    await evaluate()
    assert await seen(desk, customer_id) == nothing
    await withdraw(desk, customer_id, "profiling", state="given")
    await evaluate()
    assert (await seen(desk, customer_id))["listed"] == [customer_id]


@pytest.mark.promise("G9")
async def test_nobody_is_told_that_a_customer_without_profiling_may_leave(desk, rooms, evaluate):  # noqa: F811
    customer_id = await unhappy(desk)
    await withdraw(desk, customer_id, "profiling")
    await evaluate()
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM event WHERE type = 'customer.at_risk'") == 0


@pytest.mark.promise("G8", "G9")
@pytest.mark.parametrize("stuck", ["signals.failed_attempts > 0", "customer.segments.exists(s, s == 'vip')"])
async def test_rules_conclude_nothing_of_who_withdrew_profiling_or_is_restricted(desk, rooms, evaluate, stuck):  # noqa: F811
    customer_id = await unhappy(desk)
    await withdraw(desk, customer_id, "profiling")
    other = (await desk.register(email="b@example.de", **TROUBLE)).json()["customer_id"]
    await desk.register(email="b@example.de", **TROUBLE | {"attempt": ("Reset", "failed")})
    await desk("privacy", "PUT", f"/v1/customers/{other}/restriction", {"restricted": True, "reason": "Contested"})
    await desk("admin", "PUT", "/v1/segments/stuck", {"title": "Stuck", "rule": stuck})
    await evaluate()
    async with rooms.database.connection() as connection:
        for table in ("segment_member", "customer_risk", "risk_episode"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.promise("G9")
async def test_without_analysis_a_customer_is_in_no_figure(desk, clock):
    told = await desk.register(text="Where is my order?", kind="question", rating={"value": 1, "scale": 5})
    customer_id = told.json()["customer_id"]
    await desk("console", "PATCH", f"/v1/customers/{customer_id}", {"segments": ["vip"]})

    async def figures() -> tuple[int, int, int]:
        flow = (await desk("console", "GET", "/v1/journeys/flow?segment=vip")).json()
        feedback = (await desk("console", "GET", "/v1/feedback?by=channel")).json()
        gaps = (await desk("console", "GET", "/v1/content/gaps")).json()
        matters = sum(one["matters"] for one in flow["segments"]) if "segments" in flow else 0
        return matters, feedback["total"]["csat"]["n"], len(gaps["gaps"])

    clock.offset += timedelta(hours=1)
    assert await figures() == (1, 1, 1)
    await withdraw(desk, customer_id, "analysis")
    assert await figures() == (0, 0, 0)


@pytest.mark.promise("G9")
async def test_without_marketing_preferences_say_so_for_every_channel_or_one(desk):
    customer_id = (await desk.register()).json()["customer_id"]
    await withdraw(desk, customer_id, "marketing", channel="email")
    view = (await desk.look_up()).json()
    assert [(one["channel"], one["purpose"]) for one in view["preferences"]["do_not_contact"]] == [
        ("email", "marketing"),
        ("email", "survey"),
    ]
    await withdraw(desk, customer_id, "marketing")
    asked = {"customer_id": customer_id, "conversation_id": view["conversations"][0]["id"], "channel": "chatbot"}
    refused = await desk("console", "POST", "/v1/surveys", asked | {"question": "csat"}, idempotency_key="s-1")
    assert refused.status_code in {400, 409}, refused.text


@pytest.mark.promise("G8")
async def test_what_happens_to_a_restricted_customer_is_recorded_and_seen_once_it_is_lifted(desk, clock):
    customer_id = (await desk.register()).json()["customer_id"]
    path = f"/v1/customers/{customer_id}/restriction"
    await desk("privacy", "PUT", path, {"restricted": True, "reason": "Contested"})
    told = await desk.register(text="Are you still there?")
    assert (told.status_code, told.json()["customer_id"]) == (201, customer_id)
    assert (await desk.look_up()).json()["type"] == "/problems/customer-restricted"
    clock.offset += timedelta(minutes=1)
    await desk("privacy", "PUT", path, {"restricted": False, "reason": "Corrected"})
    assert "Are you still there?" in (await desk.look_up()).text


@pytest.mark.promise("G9")
async def test_without_marketing_nothing_that_advertises_is_offered(desk):
    told = await desk.register(subject="Router", text="My router is slow")
    text = {"title": "Router", "text": "A faster router for you", "subjects": ["router"], "purpose": "marketing"}
    await desk("admin", "PUT", "/v1/content/offer", text)
    await desk("admin", "PUT", "/v1/notices/sale", {"texts": {"en": "Sale!"}, "purpose": "marketing"})
    rule = {"title": "Offer", "condition": "true", "action": "offer", "words": {"en": "Buy"}, "purpose": "marketing"}
    saved = await desk("admin", "PUT", "/v1/rules/offer", rule | {"audiences": ["console", "bot"]})
    assert saved.status_code in {200, 201}, saved.text
    customer_id = told.json()["customer_id"]

    async def offered() -> tuple[int, int, int, list[str]]:
        view = (await desk("bot", "GET", f"/v1/customers/{customer_id}/context", cache_control="no-cache")).json()
        ranked = (await desk("console", "GET", f"/v1/content?customer={customer_id}")).json()["items"]
        console = (await desk("console", "GET", f"/v1/customers/{customer_id}/next")).json()
        return len(view["content"]), len(view["notices"]), len(ranked), [one["action"] for one in console["next"]]

    await until(lambda: _is(offered, (1, 1, 1, ["offer"])), seconds=5)
    await withdraw(desk, customer_id, "marketing")
    assert await offered() == (0, 0, 0, [])


async def _is(found, wanted: object) -> bool:
    return await found() == wanted


@pytest.mark.promise("G9")
async def test_without_profiling_no_view_journey_or_timeline_tells_a_mood(desk):
    customer_id = await unhappy(desk)
    await withdraw(desk, customer_id, "profiling")
    view = (await desk.look_up()).json()
    journey = (await desk("console", "GET", f"/v1/customers/{customer_id}/journey")).json()
    timeline = (await desk("console", "GET", f"/v1/customers/{customer_id}/timeline")).json()
    assert {one.get("mood") for one in view["recent"]} == {None}
    assert {one["mood"] for one in journey["touchpoints"]} == {None}
    assert {one.get("mood") for one in timeline["items"]} == {None}


@pytest.mark.promise("G9")
async def test_without_profiling_a_customer_may_be_one_person_with_nobody(desk, rooms):
    async def match() -> None:
        while await relay_outbox(worker_dependencies(rooms)) or await match_changes(
            rooms.database, region="DE", now=NOW
        ):
            pass

    await desk("console", "PUT", "/v1/sources/crm", {"title": "The CRM"})
    person = {"name": {"full": "Anna Mayer"}, "birth_date": "1980-02-03", "emails": ["anna@example.de"]}
    ids = [
        (await desk("console", "PUT", f"/v1/sources/crm/records/{number}", person)).json()["customer_id"]
        for number in (1, 2)
    ]
    await match()
    assert (await desk("console", "GET", f"/v1/customers/{ids[0]}/matches")).json()["items"]
    await withdraw(desk, ids[0], "profiling")
    await match()
    for one in ids:
        assert (await desk("console", "GET", f"/v1/customers/{one}/matches")).json()["items"] == []
    await withdraw(desk, ids[0], "profiling", state="given")
    await match()
    assert (await desk("console", "GET", f"/v1/customers/{ids[0]}/matches")).json()["items"]
