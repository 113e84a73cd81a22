"""Administrators make, change and disable accounts of agents in the console, as by `askonce agents`."""

import asyncio
import re
from urllib.parse import urlsplit

import pytest

from service.access.accounts.accounts import change_account, find_account
from service.access.accounts.administration import disable_account_as, list_activity
from service.errors import RoleNotAllowed
from service.model.vocabulary import AgentRole
from tests.web.console.browser import Browser, act, create_agent, told

pytestmark = pytest.mark.slow

AGENTS = "/console/admin/agents"


async def page_of(rooms, name: str) -> str:
    async with rooms.database.transaction() as connection:
        return f"{AGENTS}/{(await find_account(connection, name)).account_id}"


async def test_a_new_agent_comes_in_by_the_link_that_is_shown_once(admin, console):
    made = await act(admin, AGENTS, name="mia.krüger", role="supervisor", queues=["support", "technicians"])
    link = urlsplit(re.search(r'value="([^"]*/signin/link\?[^"]*)"', made.text)[1])
    assert "It is shown this once" in told(made)
    assert "mia.krüger Supervisor Support , Technicians not yet link until Sun 10:30" in told(await admin.get(AGENTS))
    async with Browser(console) as mia:
        assert (await mia.submit(link.path, token=link.query.partition("=")[2])).headers["location"] == "/password"
    assert "token=" not in (await admin.get(AGENTS)).text


async def test_a_name_that_is_taken_is_told_at_its_field_and_the_ticks_stay(admin):
    again = await act(admin, AGENTS, htmx=True, name="Jana.Koehler", role="agent", queues="support")
    assert again.status_code == 422
    assert "Another agent has this name." in re.search(r'id="name-problem">(.*?)</p>', again.text, re.DOTALL)[1]
    assert 'value="support" checked' in again.text
    assert 'value="technicians" checked' not in again.text
    assert (await act(admin, AGENTS, name=" ", role="agent")).status_code == 422
    assert (await act(admin, AGENTS, name="ben", role="chief")).status_code == 422


async def test_another_role_and_other_queues_hold_at_once(admin, rooms, console):
    async with Browser(console) as jana:
        await jana.sign_in()
        changed = await act(
            admin, await page_of(rooms, "jana.koehler"), step="change", role="supervisor", queues="support"
        )
        assert changed.headers["location"] == AGENTS
        assert (await jana.get("/console")).headers["location"].startswith("/signin")
        await jana.sign_in()
        assert "Technicians" not in (await jana.get("/console")).text


async def test_a_disabled_agent_is_signed_out_at_once_and_comes_back_with_the_same_password(admin, rooms, console):
    page = await page_of(rooms, "jana.koehler")
    async with Browser(console) as jana:
        await jana.sign_in()
        await act(admin, page, step="disable")
        assert (await jana.get("/console")).headers["location"].startswith("/signin")
        assert (await jana.sign_in()).status_code == 401
        assert "jana.koehler Agent Support , Technicians" in told(await admin.get(AGENTS))
        await act(admin, page, step="enable")
        assert (await jana.sign_in()).status_code == 303


async def test_a_forgotten_password_is_one_new_link(admin, rooms):
    answer = await act(admin, await page_of(rooms, "jana.koehler"), htmx=True, step="link")
    assert "/signin/link?token=" in answer.text
    assert "<main" not in answer.text


async def test_no_administrator_goes_by_their_own_hand(admin, rooms):
    page = await page_of(rooms, "ada")
    for fields in ({"step": "change", "role": "agent"}, {"step": "disable"}):
        refused = await act(admin, page, **fields)
        assert (refused.status_code, "Only another administrator takes this from you." in told(refused)) == (409, True)
    assert (await act(admin, page, step="change", role="admin", queues="support")).status_code == 303
    assert (await admin.get(AGENTS)).status_code == 200


async def test_two_administrators_who_disable_each_other_at_once_leave_one(rooms, console):
    for name in ("ada", "bea"):
        await create_agent(rooms, name, "admin")
    async with rooms.database.connection() as connection:
        accounts = {one.name: one for one in await list_activity(connection, rooms.clock.now())}

    async def disable(by: str, other: str) -> None:
        async with rooms.database.transaction() as connection:
            await disable_account_as(connection, accounts[by].account_id, accounts[other], rooms.clock.now())

    ended = await asyncio.gather(disable("ada", "bea"), disable("bea", "ada"), return_exceptions=True)
    assert {type(one) for one in ended} == {RoleNotAllowed, type(None)}
    async with rooms.database.connection() as connection:
        left = [one for one in await list_activity(connection, rooms.clock.now()) if one.disabled_at is None]
    assert [one.role for one in left if one.role == "admin"] == ["admin"]


async def test_a_supervisor_sees_who_is_there_and_changes_no_account(browser, rooms, desk):
    await create_agent(rooms, "sue", "supervisor")
    await desk("console", "PUT", "/v1/agents/jana.koehler", {"queues": ["support"]})
    await browser.sign_in("sue")
    shown = told(await browser.get(AGENTS))
    assert "available" in shown
    assert "New agent" not in shown
    page = await page_of(rooms, "jana.koehler")
    assert (await browser.get(page)).status_code == 403
    assert (await act(browser, page, step="disable")).status_code == 403
    async with rooms.database.transaction() as connection:
        await change_account(connection, "sue", role=AgentRole.AGENT)
    assert (await browser.get(AGENTS)).status_code == 303
