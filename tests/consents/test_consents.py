"""What a customer says its data may be used for: kept for ever, and the newest statement counts."""

import pytest


async def say(desk, customer_id: str, *said: dict, role: str = "console"):
    return await desk(role, "PUT", f"/v1/customers/{customer_id}/consents", {"consents": list(said)})


def states(answer) -> dict[tuple[str, str | None], str]:
    return {(one["purpose"], one["channel"]): one["state"] for one in answer.json()["consents"]}


async def registered(desk, value: str = "anna@example.de") -> str:
    return (await desk.register(email=value)).json()["customer_id"]


MARKETING = {"purpose": "marketing", "state": "withdrawn"}


async def test_without_a_word_every_purpose_is_allowed_and_says_by_which_right(desk):
    answer = await desk("privacy", "GET", f"/v1/customers/{await registered(desk)}/consents")
    assert set(states(answer).values()) == {"given"}
    assert [one["stated"] for one in answer.json()["consents"]] == [False] * 4
    assert answer.json()["consents"][0]["basis"] == "contract"


async def test_what_was_said_before_stays_in_the_history_with_who_recorded_it(desk):
    customer_id = await registered(desk)
    await say(desk, customer_id, MARKETING | {"source": "letter"})
    answer = await say(desk, customer_id, MARKETING | {"state": "given"}, role="privacy")
    assert states(answer)["marketing", None] == "given"
    assert {(one["state"], one["source"], one["recorded_by"]) for one in answer.json()["history"]} == {
        ("given", "customer", "the privacy"),
        ("withdrawn", "letter", "the console"),
    }


async def test_a_channel_may_be_refused_alone_and_a_withdrawal_for_all_ends_what_was_given_for_one(desk):
    customer_id = await registered(desk)
    answer = await say(desk, customer_id, MARKETING | {"channel": "phone"})
    assert (states(answer)["marketing", None], states(answer)["marketing", "phone"]) == ("given", "withdrawn")
    answer = await say(desk, customer_id, MARKETING, {"purpose": "marketing", "state": "given", "channel": "email"})
    assert (states(answer)["marketing", None], states(answer)["marketing", "email"]) == ("withdrawn", "given")
    assert states(await say(desk, customer_id, MARKETING)) == {
        ("service", None): "given",
        ("analysis", None): "given",
        ("marketing", None): "withdrawn",
        ("profiling", None): "given",
    }


async def test_of_two_merged_customers_the_one_who_refuses_counts(desk):
    anna, other = await registered(desk), await registered(desk, "a@example.de")
    await say(desk, other, MARKETING)
    await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
    path = f"/v1/customers/{anna}/consents"
    assert states(await desk("console", "GET", path))["marketing", None] == "withdrawn"
    await say(desk, anna, MARKETING | {"state": "given"})
    await desk("console", "DELETE", f"/v1/customers/{anna}/merges/{other}")
    for one in (anna, other):
        assert states(await desk("console", "GET", f"/v1/customers/{one}/consents"))["marketing", None] == "given"


@pytest.mark.parametrize(
    "wrong",
    [{"purpose": "security"}, {"purpose": "analysis", "channel": "email"}, {"stated_at": "2030-01-01T00:00:00Z"}],
)
async def test_what_no_customer_can_say_is_refused(desk, wrong):
    answer = await say(desk, await registered(desk), MARKETING | wrong)
    assert answer.status_code == 400


async def test_a_statement_that_was_made_earlier_is_on_record_and_changes_nothing(desk):
    customer_id = await registered(desk)
    await say(desk, customer_id, MARKETING)
    answer = await say(desk, customer_id, MARKETING | {"state": "given", "stated_at": "2025-01-01T00:00:00Z"})
    assert states(answer)["marketing", None] == "withdrawn"
    assert len(answer.json()["history"]) == 2
