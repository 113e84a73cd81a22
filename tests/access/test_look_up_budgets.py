"""How many customers a key can find out by guessing (promise S10): as many as its budget says, and no more."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from service.access.budgets import LookUpBudgets, role_limits
from service.access.model import Principal
from service.app.web import web_application
from service.errors import ConfigurationError, LookUpBudget
from service.model.ids import new_id
from service.model.vocabulary import Role
from service.settings.environment import load_settings
from tests.fixtures import NOW

pytestmark = pytest.mark.promise("S10")

MISSES, CUSTOMERS = 12, 8
LIMITS = {
    "ASKONCE_LOOK_UP_MISSES_PER_MINUTE": " ".join(
        f"{role}={MISSES}" for role in ("bot", "store", "partner", "channel", "console")
    ),
    "ASKONCE_LOOK_UP_MISSES_PER_DAY": f"bot={2 * MISSES + 1}",
    "ASKONCE_LOOK_UP_CUSTOMERS_PER_MINUTE": f"bot={CUSTOMERS} store={CUSTOMERS}",
}
BOT = Principal(key_id=new_id(), role=Role.BOT, name="a bot")


@pytest.fixture
def settings():
    return load_settings(LIMITS)


async def answered(requests) -> tuple[int, set[tuple[int, str]]]:
    """How many of these are answered, and the status and problem of the others, but for a server that is busy."""
    answers = [one for one in await asyncio.gather(*requests) if one.status_code != 503]
    refused = [one for one in answers if one.status_code == 429]
    return len(answers) - len(refused), {(one.status_code, one.json()["type"]) for one in refused}


def guess(role: str, number: int):
    """A question of this role by a guessed identity or id: method, path, body."""
    email = {"kind": "email", "value": f"guess{number}@example.de"}
    reason = {"identity": email, "fields": ["order_number"]}
    by_role = {
        "bot": [
            ("POST", "/v1/context/lookup", {"identity": email}),
            ("POST", "/v1/known/ask", reason),
            ("GET", f"/v1/customers/{uuid4()}/context", None),
            ("GET", f"/v1/events?customer={uuid4()}", None),
        ],
        "store": [
            ("POST", "/v1/context/lookup", {"identity": email}),
            ("POST", "/v1/store/lookup", {"identity": email}),
            ("POST", "/v1/store/lookup", {"name": f"Guess {number}", "store": "DE-042"}),
        ],
        "partner": [
            ("POST", "/v1/context/lookup", {"identity": email}),
            ("GET", f"/v1/customers/{uuid4()}/context", None),
        ],
        "channel": [
            ("POST", "/v1/known/ask", reason),
            ("PATCH", f"/v1/customers/{uuid4()}", {}),
            ("PUT", f"/v1/customers/{uuid4()}/facts/name", {"value": "x"}),
            ("POST", "/v1/forms/car/tokens", {"customer_id": str(uuid4()), "fields": ["name"]}),
        ],
        "console": [
            ("GET", f"/v1/customers/{uuid4()}", None),
            ("GET", f"/v1/customers/{uuid4()}/timeline", None),
            ("GET", f"/v1/customers/{uuid4()}/conditions", None),
        ],
    }
    return by_role[role][number % len(by_role[role])]


@pytest.mark.parametrize("role", ["bot", "store", "partner", "channel", "console"])
async def test_of_many_guesses_as_many_are_answered_as_the_budget_says(desk, measured, role):
    got, refused = await answered(desk(role, *guess(role, number)) for number in range(10 * MISSES))
    measured("S10", "guesses by one key", 10 * MISSES)
    measured("S10", "guesses answered beyond the budget", got - MISSES)
    assert got == MISSES
    assert refused == {(429, "/problems/look-up-budget")}


async def test_an_admin_has_no_budget(desk):
    guesses = (desk.look_up("admin", value=f"guess{number}@example.de") for number in range(10 * MISSES))
    assert (await answered(guesses))[0] == 10 * MISSES


async def test_when_misses_are_used_up_a_hit_looks_like_a_miss(desk):
    await desk.register()
    for number in range(MISSES + 1):
        await desk.look_up("bot", value=f"guess{number}@example.de")
    hit, miss = await desk.look_up("bot"), await desk.look_up("bot", value="nobody@example.de")
    assert (hit.status_code, hit.content, hit.headers["retry-after"]) == (
        429,
        miss.content,
        miss.headers["retry-after"],
    )


async def test_of_many_customers_at_once_as_many_are_shown_as_the_budget_says(desk):
    """What was looked up before the budget was used up, and would be answered after it, is not answered either."""
    for number in range(3 * CUSTOMERS):
        await desk.register(email=f"known{number}@example.de")
    mixed = [desk.look_up("bot", value=f"known{n}@example.de") for n in range(3 * CUSTOMERS)]
    got, _ = await answered(mixed)
    assert got == CUSTOMERS


async def test_a_customer_who_is_asked_for_again_costs_nothing(desk):
    await desk.register()
    assert (await answered(desk.look_up("bot") for _ in range(5 * CUSTOMERS)))[0] == 5 * CUSTOMERS


async def test_the_budget_of_a_minute_comes_back_and_that_of_a_day_lasts(desk, clock):
    got = []
    for minute in range(4):
        clock.offset = timedelta(minutes=minute)
        got.append((await answered(desk(*("bot", *guess("bot", n))) for n in range(2 * MISSES)))[0])
    assert got == [MISSES, MISSES, 1, 0]
    refused = await desk.look_up("bot", value="nobody@example.de")
    assert int(refused.headers["retry-after"]) == (14 * 60 + 27) * 60  # until midnight in UTC
    clock.offset = timedelta(hours=15)
    assert (await desk.look_up("bot", value="nobody@example.de")).status_code == 404


async def test_a_retry_after_the_time_that_is_named_is_answered(desk, clock):
    for number in range(MISSES + 1):
        refused = await desk.look_up("store", value=f"guess{number}@example.de")
    clock.offset = timedelta(seconds=int(refused.headers["retry-after"]))
    assert (await desk.look_up("store", value="nobody@example.de")).status_code == 404


async def test_all_processes_together_keep_the_budget(database, settings):
    processes = [LookUpBudgets(database, settings) for _ in range(3)]

    async def guess_until_refused(budgets):
        for number in range(10 * MISSES):
            try:
                await budgets.count_miss(BOT, NOW)
            except LookUpBudget:
                return number
        pytest.fail("every guess was answered")

    assert sum(await asyncio.gather(*(guess_until_refused(one) for one in processes))) == MISSES


async def test_a_new_process_knows_what_was_spent_today(rooms, desk):
    for number in range(MISSES):
        await desk.look_up("bot", value=f"guess{number}@example.de")
    async with web_application(rooms) as app:
        desk.http._transport.app = app
        assert (await desk.look_up("bot", value="nobody@example.de")).status_code == 429


async def test_while_postgresql_is_away_each_process_keeps_the_budget_by_itself(database, settings):
    budgets = LookUpBudgets(database, settings)
    await database.close()
    for _ in range(MISSES):
        await budgets.count_miss(BOT, NOW)
    with pytest.raises(LookUpBudget):
        await budgets.count_miss(BOT, NOW)


async def test_a_portion_costs_one_statement_however_many_look_ups_it_serves(database, monkeypatch):
    budgets, taken = LookUpBudgets(database, load_settings({})), []
    take = LookUpBudgets._take_portion

    async def counted(*arguments):
        taken.append(arguments)
        await take(*arguments)

    monkeypatch.setattr(LookUpBudgets, "_take_portion", counted)
    for _ in range(100):
        await budgets.count_customer(BOT, new_id(), NOW)
    assert len(taken) == 2  # one of the minute, one of the day


async def test_tools_of_language_models_spend_the_same_budget(desk):
    call = {"name": "get_context", "arguments": {"identity": {"kind": "email", "value": "guess@example.de"}}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {
        "host": "127.0.0.1",
        "accept": "application/json, text/event-stream",
        "mcp_protocol_version": "2025-06-18",
    }
    for _ in range(MISSES):
        assert "customer-unknown" in (await desk("bot", "POST", "/mcp", message, **headers)).text
    assert "look-up-budget" in (await desk("bot", "POST", "/mcp", message, **headers)).text
    assert (await desk.look_up("bot")).status_code == 429


async def test_a_taken_identity_is_a_guess_too(desk):
    await desk.register()
    mine = (await desk.register(email="mine@example.de")).json()["customer_id"]
    body = {"kind": "email", "value": "anna@example.de"}
    got, _ = await answered(desk("channel", "PUT", f"/v1/customers/{mine}/identities", body) for _ in range(3 * MISSES))
    assert got == MISSES


def test_a_setting_changes_the_roles_that_it_names():
    limits = role_limits(load_settings({"ASKONCE_LOOK_UP_MISSES_PER_DAY": "bot=5 console=0"}))
    assert {"bot": 5, "console": 0, "store": 1000}.items() <= limits["misses", "day"].items()
    for wrong in ("5", "bot=many", "admin=5", "bot=5;store=6"):
        with pytest.raises(ConfigurationError, match="ASKONCE_LOOK_UP_MISSES_PER_DAY"):
            load_settings({"ASKONCE_LOOK_UP_MISSES_PER_DAY": wrong})
