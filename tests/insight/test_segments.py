"""Segments: stated ones and rules, whom they hold, and what becomes of wrong rules."""

from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from service.insight.evaluation import is_night_due
from tests.fixtures import NOW

pytestmark = pytest.mark.slow

BERLIN = ZoneInfo("Europe/Berlin")
LOUD = {"title": "Loud", "rule": "signals.dropped_calls >= 1"}


async def define(desk, name: str, rule: str | None, title: str = "A segment"):
    return await desk("admin", "PUT", f"/v1/segments/{name}", {"title": title, "rule": rule})


async def sizes(desk) -> dict[str, tuple[int, int, int]]:
    """Each segment with its customers, those of whom it was stated, and those whom its rule meets."""
    items = (await desk("console", "GET", "/v1/segments")).json()["items"]
    return {one["name"]: (one["customers"], one["stated"], one["met"]) for one in items}


async def names_of(desk, customer_id: str) -> list[str]:
    items = (await desk("console", "GET", f"/v1/customers/{customer_id}/segments")).json()["items"]
    return [one["name"] for one in items]


async def dropped_call(desk, **fields) -> str:
    call = await desk.register(channel="phone", kind="call", outcome="abandoned", **fields)
    return call.json()["customer_id"]


async def test_a_rule_holds_whom_it_meets_and_lets_go_whom_it_meets_no_longer(desk, evaluate, clock):
    anna = await dropped_call(desk)
    await desk.register(email="ben@example.de")
    assert (await define(desk, "loud", LOUD["rule"])).json()["evaluating"] is True
    await evaluate()
    assert await sizes(desk) == {"loud": (1, 0, 1)}
    assert (await desk("console", "GET", "/v1/segments/loud")).json()["evaluating"] is False
    (one,) = (await desk("console", "GET", f"/v1/customers/{anna}/segments")).json()["items"]
    assert (one["name"], one["stated"], one["since"]) == ("loud", False, NOW.isoformat().replace("+00:00", "Z"))
    clock.offset = timedelta(days=31)
    await evaluate()
    assert await sizes(desk) == {"loud": (0, 0, 0)}


async def test_a_change_of_a_customer_is_evaluated_without_a_run_over_all(desk, evaluate):
    await define(desk, "loud", LOUD["rule"])
    await evaluate()
    await dropped_call(desk)
    await evaluate()
    assert await sizes(desk) == {"loud": (1, 0, 1)}


async def test_a_changed_rule_is_evaluated_anew_and_a_deleted_one_holds_nobody(desk, evaluate):
    anna = await dropped_call(desk)
    await define(desk, "loud", LOUD["rule"])
    await evaluate()
    assert (await define(desk, "loud", "signals.dropped_calls >= 2")).status_code == 200
    await evaluate()
    assert await sizes(desk) == {"loud": (0, 0, 0)}
    await define(desk, "loud", "true")
    await evaluate()
    assert (await desk("admin", "DELETE", "/v1/segments/loud")).status_code == 204
    assert (await desk("console", "GET", "/v1/segments/loud")).status_code == 404
    assert (await desk("console", "GET", f"/v1/customers/{anna}/segments")).json() == {"items": []}
    await evaluate()
    await define(desk, "loud", None)
    assert await sizes(desk) == {"loud": (0, 0, 0)}


async def test_a_stated_segment_is_listed_with_its_name_until_it_gets_a_title(desk, evaluate):
    anna = (await desk.register()).json()["customer_id"]
    await desk("console", "PATCH", f"/v1/customers/{anna}", {"segments": ["b2b gold"]})
    (item,) = (await desk("console", "GET", "/v1/segments")).json()["items"]
    assert (item["name"], item["title"], item["customers"], item["changed_at"]) == ("b2b gold", "b2b gold", 1, None)
    await define(desk, "b2b gold", None, title="Business, gold")
    assert (await desk("console", "GET", "/v1/segments/b2b gold")).json()["title"] == "Business, gold"
    await define(desk, "b2b gold", "true")
    await evaluate()
    assert await sizes(desk) == {"b2b gold": (1, 1, 1)}


async def test_merged_customers_are_one_member_and_an_unmerged_one_is_one_of_its_own(desk, evaluate):
    anna = await dropped_call(desk)
    other = await dropped_call(desk, email="anna@home.example")
    await define(desk, "loud", LOUD["rule"])
    await evaluate()
    assert await sizes(desk) == {"loud": (2, 0, 2)}
    await desk("console", "PATCH", f"/v1/customers/{other}", {"segments": ["b2b", "loud"]})
    merges = f"/v1/customers/{anna}/merges"
    assert (await desk("console", "PUT", merges, {"other_customer_id": other})).status_code == 200
    await evaluate()
    assert await sizes(desk) == {"b2b": (1, 1, 0), "loud": (1, 1, 1)}
    for one in (anna, other):
        assert await names_of(desk, one) == ["b2b", "loud"]
    assert (await desk("console", "DELETE", f"{merges}/{other}")).status_code == 200
    await evaluate()
    assert await sizes(desk) == {"b2b": (1, 1, 0), "loud": (2, 1, 2)}


async def test_a_rule_that_decides_nothing_of_some_customers_says_of_how_many_and_why(desk, evaluate):
    await desk.register()
    await desk.register(email="ben@example.de", mood=-0.8)
    answer = await define(desk, "sad", "recent.all(r, r.mood < 0.0)")
    assert answer.status_code == 201
    await evaluate()
    sad = (await desk("console", "GET", "/v1/segments/sad")).json()
    assert (sad["met"], sad["undecided"]["customers"]) == (1, 1)
    assert "mood" in sad["undecided"]["reason"]
    await define(desk, "sad", "recent.all(r, has(r.mood) && r.mood < 0.0)")
    await evaluate()
    assert (await desk("console", "GET", "/v1/segments/sad")).json()["undecided"] is None


@pytest.mark.parametrize("rule", ["signals.mood <", "signals.modd < 0.0", "1 +", "name == 'Anna'"])
async def test_a_wrong_rule_is_refused_with_the_place_of_its_error(desk, rule):
    for method, path, body in (
        ("PUT", "/v1/segments/x", {"title": "X", "rule": rule}),
        ("POST", "/v1/segments/x/dry-run", {"rule": rule}),
    ):
        refused = await desk("admin", method, path, body)
        assert refused.status_code == 400
        (error,) = refused.json()["errors"]
        assert error["field"] == "rule"
        assert error["message"].startswith("Line 1, character ")
    assert (await desk("admin", "GET", "/v1/segments")).json()["items"] == []


async def test_a_rule_is_tried_before_it_is_stored(desk):
    anna = await dropped_call(desk)
    await desk.register(email="ben@example.de")
    tried = (await desk("console", "POST", "/v1/segments/loud/dry-run", {"rule": LOUD["rule"]})).json()
    assert tried == {"customers": 2, "met": 1, "undecided": None, "examples": [anna]}
    divides = (await desk("console", "POST", "/v1/segments/loud/dry-run", {"rule": "1 / 0 > 1"})).json()
    assert (divides["met"], divides["undecided"]["customers"]) == (0, 2)
    assert (await desk("console", "GET", "/v1/segments")).json()["items"] == []


@pytest.mark.parametrize("name", ["a%00b", "x" * 101, "a%0Ab", "*"])
async def test_a_name_that_cannot_be_one_is_refused(desk, name):
    refused = await define(desk, name, None)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "name"
    assert (await desk("console", "GET", f"/v1/segments/{name}")).status_code == 404


async def test_segments_come_in_pages_and_unknown_ones_are_absent(desk):
    for name in ("a", "b", "c"):
        await define(desk, name, None)
    first = (await desk("console", "GET", "/v1/segments?limit=2")).json()
    assert ([one["name"] for one in first["items"]], first["next"]) == (["a", "b"], "b")
    rest = (await desk("console", "GET", "/v1/segments?limit=2&after=b")).json()
    assert ([one["name"] for one in rest["items"]], rest["next"]) == (["c"], None)
    assert (await desk("admin", "DELETE", "/v1/segments/d")).status_code == 404
    assert (await desk("console", "GET", f"/v1/customers/{uuid4()}/segments")).status_code == 404


async def test_a_rule_that_a_later_version_cannot_read_says_so_and_stops_no_other(desk, rooms, evaluate):
    await dropped_call(desk)
    await define(desk, "loud", LOUD["rule"])
    await define(desk, "old", "true")
    async with rooms.database.connection() as connection:
        await connection.execute("UPDATE segment SET rule = 'signals.gone' WHERE name = 'old'")
    await evaluate()
    assert await sizes(desk) == {"loud": (1, 0, 1), "old": (0, 0, 0)}
    assert "signals.gone" in (await desk("console", "GET", "/v1/segments/old")).json()["error"]


async def test_a_gap_in_the_journal_makes_a_worker_look_at_everybody(desk, rooms, evaluate):
    await define(desk, "loud", LOUD["rule"])
    await evaluate()
    await dropped_call(desk)
    async with rooms.database.connection() as connection:
        await connection.execute("UPDATE event_count SET events = events + 10")
        await connection.execute("DELETE FROM outbox")
    await evaluate()
    assert await sizes(desk) == {"loud": (1, 0, 1)}


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-11-21T12:00", True),
        ("2026-11-20T23:00", "2026-11-21T00:59", False),
        ("2026-11-20T23:00", "2026-11-21T01:00", True),
        ("2026-11-21T01:00", "2026-11-21T23:59", False),
        ("2026-11-18T01:00", "2026-11-21T00:00", True),
    ],
)
def test_a_night_begins_at_two_by_the_clock_of_the_company(last, now, due):
    def at(text):
        return text and NOW.fromisoformat(f"{text}+00:00")

    assert is_night_due(at(last), at(now), BERLIN) is due


async def test_the_id_of_a_customer_that_is_gone_leaves_no_member_behind(desk, rooms, evaluate):
    await define(desk, "all", "true")
    anna = await dropped_call(desk)
    await evaluate()
    async with rooms.database.connection() as connection:
        await connection.execute("INSERT INTO segment_member VALUES ('all', $1, $2)", UUID(int=7), NOW)
        await connection.execute(
            "INSERT INTO outbox (customer_id, version, type, created_at) VALUES ($1, 1, 'context.changed', $2)",
            UUID(int=7),
            NOW,
        )
    await evaluate()
    assert await sizes(desk) == {"all": (1, 0, 1)}
    assert (await desk("console", "GET", f"/v1/customers/{anna}/segments")).json()["items"]
