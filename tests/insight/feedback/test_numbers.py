"""What customers say is counted by desk, channel and segment, whatever scale they say it on."""

from datetime import timedelta

import pytest

from tests.fixtures import NOW
from tests.insight.feedback.test_surveys import a_link, a_matter, answer

pytestmark = pytest.mark.slow

OCTOBER = "from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z"


async def rate(desk, value, scale=5, **said) -> dict:
    """A rating that a channel registers."""
    return (await desk.register(kind="feedback", rating={"scale": scale, "value": value}, **said)).json()


async def numbers(desk, by="channel", more="") -> dict[str | None, dict]:
    """The groups by their keys, and the total as `all`."""
    found = (await desk("console", "GET", f"/v1/feedback?by={by}&to=2026-11-22T00:00:00Z{more}")).json()
    return {one["key"]: one for one in found["groups"]} | {"all": found["total"]}


@pytest.mark.parametrize(
    ("scale", "value", "satisfied"),
    [
        (5, 4, 100.0),
        (5, 3.9, 0.0),
        (10, 8, 100.0),
        (10, 7, 0.0),
        (1, 1, 100.0),
        (1, 0, 0.0),
        (100, 80, 100.0),
        (3, 2, 0.0),
    ],
)
async def test_a_rating_of_any_channel_is_satisfaction_on_its_own_scale(desk, scale, value, satisfied):
    await rate(desk, value, scale, channel="store")
    found = (await numbers(desk))["store"]
    assert (found["csat"]["score"], found["csat"]["n"], found["nps"]["n"]) == (satisfied, 1, 0)


async def test_an_answer_by_a_link_counts_for_the_channel_that_served_the_customer(desk):
    phoned, chatted = (
        await a_matter(desk, channel="phone", kind="call"),
        await a_matter(desk, email="b@b.de", ref="m-2"),
    )
    await answer(desk, await a_link(desk, phoned, "nps"), "10")
    await answer(desk, await a_link(desk, chatted, "effort"), "2")
    found = await numbers(desk)
    assert (found["phone"]["nps"]["score"], found["chatbot"]["effort"]["score"]) == (100.0, 0.0)
    assert "web" not in found


async def test_a_desk_is_rated_by_those_whom_it_served(desk):
    from tests.handoff.examples import queue_json

    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    matter = await a_matter(desk)
    given = {"customer_id": matter["customer_id"], "conversation": {"id": matter["conversation_id"]}}
    body = given | {"to": {"queue": "repairs"}, "reason": {"text": "It blinks."}}
    assert (await desk("channel", "POST", "/v1/handoffs", body, idempotency_key="h")).is_success
    await answer(desk, await a_link(desk, matter), "2")
    await rate(desk, 5, email="c@c.de")
    found = await numbers(desk, "queue")
    assert (found["repairs"]["csat"]["score"], found[None]["csat"]["score"]) == (0.0, 100.0)


async def test_a_customer_counts_in_each_segment_and_once_in_all(desk, rooms):
    rated = await rate(desk, 5)
    path = f"/v1/customers/{rated['customer_id']}"
    await desk("console", "PATCH", path, {"segments": ["business", "north"]})
    async with rooms.database.connection() as connection:
        await connection.execute("INSERT INTO segment_member VALUES ('loyal', $1, $2)", rated["customer_id"], NOW)
    await rate(desk, 1, email="b@b.de")
    found = await numbers(desk, "segment")
    assert {key: one["csat"]["n"] for key, one in found.items()} == {
        "business": 1, "loyal": 1, "north": 1, None: 1, "all": 2,
    }  # fmt: skip


async def test_a_rating_counts_for_the_phase_that_the_customer_was_in(desk):
    await rate(desk, 5, email="lead@b.de")
    buys = {"kind": "purchase", "channel": "store", "email": "buyer@b.de"}
    await desk.register(at=NOW - timedelta(days=20), **buys)
    await rate(desk, 5, email="buyer@b.de")
    await desk.register(at=NOW - timedelta(hours=1), attempt=("Restart", "failed"), email="stuck@b.de")
    await rate(desk, 1, email="stuck@b.de")
    found = await numbers(desk, "phase")
    assert {key: one["csat"]["score"] for key, one in found.items() if key != "all"} == {
        "consider": 100.0, "use": 100.0, "get_help": 0.0,
    }  # fmt: skip
    assert list(found) == ["consider", "use", "get_help", "all"]


async def test_more_journeys_than_can_be_read_at_once_are_refused_with_their_number(desk, monkeypatch):
    monkeypatch.setattr("service.insight.feedback.phases.MAX_CUSTOMERS", 1)
    for email in ("a@b.de", "b@b.de"):
        await rate(desk, 5, email=email)
    refused = await desk("console", "GET", "/v1/feedback?by=phase&to=2026-11-22T00:00:00Z")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "from")


async def test_only_ratings_of_the_period_count(desk):
    for day in (31, 30, 29, 1, 0):
        await rate(desk, 5, at=NOW - timedelta(days=day), email=f"{day}@b.de")
    assert (await numbers(desk))["all"]["csat"]["n"] == 3
    assert (await numbers(desk, more="&from=2026-11-21T00:00:00Z"))["all"]["csat"]["n"] == 1
    assert (await numbers(desk, more="&from=2016-11-21T00:00:00Z"))["all"]["csat"]["n"] == 5


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("by=agent", "by"),
        ("from=yesterday", "from"),
        ("to=2026-11-21", "to"),
        ("from=2026-11-21T00:00:00", "from"),
        ("from=2026-11-21T00:00:00Z&to=2026-11-21T00:00:00Z", "from"),
        ("from=0001-01-01T00:00:00Z", "from"),
        ("to=9999-12-31T23:59:59-23:00", "to"),
    ],
)
async def test_a_period_or_group_that_is_none_is_refused_by_its_name(desk, query, field):
    refused = await desk("console", "GET", f"/v1/feedback?{query}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
