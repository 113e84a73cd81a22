"""Rules over HTTP: defined, tried out, shown everywhere within a second, and judged by what became of their advice."""

import json
from datetime import timedelta

import pytest

from tests.api.stories.next_actions import RULE
from tests.api.story import QUEUE
from tests.patience import until

pytestmark = pytest.mark.slow

ALWAYS = RULE | {"condition": "true", "because": {}, "until": None, "words": {"en": "Say hello."}, "priority": 100}
SHIPPED = ["ask_rating", "hand_over", "keep_promise", "name_condition", "offer_callback"]


async def customer(desk, *outcomes: str) -> str:
    """A customer with a matter in which this was tried."""
    tried = [await desk.register(ref="chat-1", attempt=(f"Try {n}", one)) for n, one in enumerate(outcomes)]
    return (await desk.register(ref="chat-1") if not tried else tried[0]).json()["customer_id"]


async def advised(desk, customer_id: str, role: str = "console") -> list[str]:
    answer = await desk(role, "GET", f"/v1/customers/{customer_id}/next")
    return [one["rule"] for one in answer.json()["next"]]


async def shown(desk, role: str = "console") -> list[str]:
    """What the view shows, cached or not."""
    return [one["rule"] for one in (await desk.look_up(role)).json()["next"]]


async def test_a_changed_rule_is_in_every_cached_view_within_a_second(desk):
    await customer(desk)
    assert await shown(desk) == []
    assert (await desk.look_up()).headers["context-source"] == "cache"
    await desk("admin", "PUT", "/v1/rules/greet", ALWAYS)
    await until(lambda: _equals(shown(desk), ["greet"]), seconds=1)
    assert await shown(desk, "bot") == ["greet"]
    assert (await desk.look_up()).headers["context-source"] == "cache"
    await desk("admin", "DELETE", "/v1/rules/greet")
    await until(lambda: _equals(shown(desk), []), seconds=1)


async def _equals(found, expected) -> bool:
    return await found == expected


async def test_a_rule_that_is_not_for_bots_advises_no_bot(desk):
    customer_id = await customer(desk)
    await desk("admin", "PUT", "/v1/rules/greet", ALWAYS | {"audiences": ["console"]})
    await until(lambda: _equals(advised(desk, customer_id), ["greet"]), seconds=1)
    assert await advised(desk, customer_id, "bot") == []


async def test_what_was_taken_or_declined_is_not_advised_again_for_a_day(desk, clock):
    customer_id = await customer(desk, "failed", "failed")
    assert await shown(desk) == await shown(desk, "bot") == await advised(desk, customer_id) == ["hand_over"]
    path = f"/v1/customers/{customer_id}/next/hand_over"
    answer = await desk("bot", "POST", path, {"taken": False, "note": "The customer waits for a letter."})
    assert (answer.status_code, answer.json()["version"]) == (201, 3)
    assert await shown(desk) == await shown(desk, "bot") == await advised(desk, customer_id) == []
    clock.advance(timedelta(hours=24))
    assert await shown(desk) == ["hand_over"]


async def test_a_bot_silences_no_advice_that_is_for_people_alone(desk):
    customer_id = await customer(desk)
    await desk("admin", "PUT", "/v1/rules/greet", ALWAYS | {"audiences": ["console"]})
    await until(lambda: _equals(advised(desk, customer_id), ["greet"]), seconds=1)
    refused = await desk("bot", "POST", f"/v1/customers/{customer_id}/next/greet", {"taken": False})
    assert (refused.status_code, refused.json()["detail"]) == (404, "There is no such rule.")
    assert await advised(desk, customer_id) == ["greet"]


async def test_an_answer_that_is_sent_again_with_its_key_counts_once(desk):
    customer_id = await customer(desk, "failed", "failed")
    path = f"/v1/customers/{customer_id}/next/hand_over"
    answers = [await desk("bot", "POST", path, {"taken": True}, Idempotency_Key="once") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    other = await desk("bot", "POST", path, {"taken": False}, Idempotency_Key="once")
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    assert (await desk("console", "GET", "/v1/rules/hand_over/outcomes")).json()["taken"]["answers"] == 1


async def test_what_became_of_a_rule_is_counted_with_the_matters_solved_after_it(desk):
    customer_id = await customer(desk, "failed", "failed")
    path = f"/v1/customers/{customer_id}/next/hand_over"
    for taken in (True, True, False):
        await desk("console", "POST", path, {"taken": taken})
    conversation = (await desk.look_up()).json()["conversations"][0]["id"]
    await desk("console", "PATCH", f"/v1/conversations/{conversation}", {"status": "resolved"})
    outcomes = (await desk("console", "GET", "/v1/rules/hand_over/outcomes")).json()
    assert outcomes["taken"] == {"answers": 2, "customers": 1, "solved": 2}
    assert outcomes["declined"] == {"answers": 1, "customers": 1, "solved": 1}


async def test_a_dry_run_says_whom_a_rule_would_have_met_and_where_it_cannot_decide(desk):
    stuck = await customer(desk, "failed", "failed")
    await desk.register(email="ben@example.de")
    tried = RULE | {"condition": "conversations[0].attempts[1].outcome == 'failed'", "words": {"en": "Sorry."}}
    result = (await desk("admin", "POST", "/v1/rules/dry-run", {"rule": tried})).json()
    assert (result["looked_at"], result["met"], result["customers"]) == (2, 1, [stuck])
    assert (result["undecided"], result["complete"]) == (1, True)
    assert "index out of bounds" in result["reasons"][0]["why"]
    assert [one["name"] for one in (await desk("admin", "GET", "/v1/rules")).json()["items"]] == SHIPPED


async def test_a_company_silences_a_shipped_rule_and_brings_it_back(desk):
    customer_id = await customer(desk, "failed", "failed")
    shipped = (await desk("admin", "GET", "/v1/rules/hand_over")).json()
    own = {name: value for name, value in shipped.items() if name not in {"name", "shipped"}} | {"enabled": False}
    assert (await desk("admin", "PUT", "/v1/rules/hand_over", own)).status_code == 201
    await until(lambda: _equals(advised(desk, customer_id), []), seconds=1)
    assert (await desk("admin", "DELETE", "/v1/rules/hand_over")).status_code == 204
    await until(lambda: _equals(advised(desk, customer_id), ["hand_over"]), seconds=1)
    assert (await desk("admin", "DELETE", "/v1/rules/hand_over")).json()["type"] == "/problems/conflict"


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/rules/greet", ALWAYS | {"condition": "signals.mood <"}, 400, "Line 1, character 15"),
        ("/v1/rules/greet", ALWAYS | {"priority": 101}, 400, "priority"),
        ("/v1/rules/greet", ALWAYS | {"audiences": ["partner"]}, 400, "audiences"),
        ("/v1/rules/greet", ALWAYS | {"words": {}}, 400, "words"),
        ("/v1/rules/greet", ALWAYS | {"words": {f"a{n:02}": "x" for n in range(200)}}, 400, "words"),
        ("/v1/rules/Greet!", ALWAYS, 400, "small letters"),
    ],
)
async def test_a_rule_that_cannot_count_is_refused_with_what_is_allowed(desk, path, body, status, said):
    answer = await desk("admin", "PUT", path, body)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


async def test_a_rule_or_a_customer_that_is_not_there_is_told_so(desk):
    customer_id = await customer(desk)
    assert (await desk("admin", "GET", "/v1/rules/none")).json()["detail"] == "There is no such rule."
    for path in (f"{customer_id}/next/none", "01936f3e-0000-7000-8000-000000000000/next/hand_over"):
        assert (await desk("console", "POST", f"/v1/customers/{path}", {"taken": True})).status_code == 404


async def test_the_brief_of_a_handoff_says_what_to_do_next(desk):
    customer_id = await customer(desk)
    await desk("admin", "PUT", "/v1/rules/greet", ALWAYS)
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    asked = {"customer_id": customer_id, "to": {"queue": "support"}}
    handoff = (await desk("console", "POST", "/v1/handoffs", asked, idempotency_key="1")).json()["id"]
    await until(lambda: _equals(advised(desk, customer_id), ["greet"]), seconds=1)
    brief = (await desk("console", "GET", f"/v1/handoffs/{handoff}/brief")).json()
    assert [one["words"] for one in brief["next"]] == ["Say hello."]
    assert "What to do next:\n  Say hello.\n" in brief["text"]


async def test_a_stored_rule_that_a_release_cannot_use_stops_no_other(desk, rooms):
    customer_id = await customer(desk, "failed", "failed")
    async with rooms.database.transaction() as connection:
        for name, stored in (("old", '{"gone": 1}'), ("older", json.dumps(RULE | {"condition": "gone == 1"}))):
            await connection.execute("INSERT INTO advice_rule (name, rule) VALUES ($1, $2)", name, stored)
    await desk("admin", "PUT", "/v1/rules/greet", ALWAYS)
    await until(lambda: _equals(advised(desk, customer_id), ["greet", "hand_over"]), seconds=1)
