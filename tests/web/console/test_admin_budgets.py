"""Administrators see who looked at how many customers, and let a till go on that waits after wrong answers."""

from datetime import timedelta

import pytest

from service.access.pauses import FREE_TRIES, begin_try
from service.access.usage import list_usage
from service.settings.environment import load_settings
from tests.web.console.browser import Browser, create_agent, told

pytestmark = pytest.mark.slow

BUDGETS = "/console/admin/budgets"


@pytest.fixture
def settings():
    return load_settings({"ASKONCE_LOOK_UP_MISSES_PER_DAY": "bot=2"})


async def key_ids(rooms) -> dict[str, str]:
    async with rooms.database.connection() as connection:
        return {one.name: str(one.key_id) for one in await list_usage(connection, rooms.clock.now())}


async def test_an_empty_page_says_who_will_appear(admin):
    assert "Nobody has looked anything up today" in told(await admin.get(BUDGETS))


async def test_the_page_shows_what_is_used_and_what_is_used_up(admin, desk):
    await desk.register()
    assert (await desk.look_up("bot")).status_code == 200
    for number in range(2):
        assert (await desk.look_up("bot", value=f"guess{number}@example.de")).status_code == 404
    assert (await desk.look_up("bot", value="guess9@example.de")).status_code == 429
    shown = told(await admin.get(BUDGETS))
    assert "the bot Bot" in shown
    assert "2 / 2 used up until Sun 01:00" in shown
    assert "the admin Administrator 0 no limit no limit –" in shown


async def test_a_till_that_waits_goes_on_when_an_administrator_says_so(admin, desk, rooms):
    till = (await key_ids(rooms))["the store"]
    for _ in range(FREE_TRIES + 3):
        await begin_try(rooms.database, till, rooms.clock.now())
    assert await begin_try(rooms.database, till, rooms.clock.now()) > 0
    assert "waits until 10:30" in told(await admin.get(BUDGETS))
    answer = await admin.submit(f"{BUDGETS}/{till}/resume", csrf_token=await admin.token())
    assert answer.headers["location"] == BUDGETS
    rooms.clock.offset += timedelta(seconds=1)
    assert await begin_try(rooms.database, till, rooms.clock.now()) == 0


async def test_budgets_are_the_administrators_alone(console, rooms):
    await create_agent(rooms, "sue", "supervisor")
    async with Browser(console) as browser:
        await browser.sign_in("sue")
        assert (await browser.get(BUDGETS)).status_code == 403
