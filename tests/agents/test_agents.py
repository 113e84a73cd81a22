"""Which agents are there: declared by desks, kept by signs of life, absent without one."""

from datetime import timedelta

import pytest

from service.agents.model import AgentWishes
from service.agents.repository import record_heartbeats
from service.agents.rules import fits
from service.desks.presence import read_agents_there
from tests.fixtures import Desk, StandingClock
from tests.handoff.examples import queue_json

ANNA = {"queues": ["support"], "skills": ["billing"], "languages": ["tr"]}


@pytest.fixture
async def desks(desk: Desk) -> Desk:
    """A company with the queues support and repairs; the partner of these tests serves repairs."""
    for name in ("support", "repairs"):
        assert (await desk("admin", "PUT", f"/v1/queues/{name}", queue_json())).status_code == 201
    return desk


async def test_a_new_agent_is_there_as_declared(desks: Desk):
    declared = await desks("console", "PUT", "/v1/agents/anna", ANNA)
    assert declared.status_code == 201
    agent = declared.json()
    assert (agent["available"], agent["there"], agent["queues"], agent["languages"]) == (
        True,
        True,
        ["support"],
        ["tr"],
    )
    assert (await desks("console", "GET", "/v1/agents/anna")).json() == agent
    assert (await desks("console", "GET", "/v1/agents?queue=support")).json()["items"] == [agent]
    assert (await desks("console", "GET", "/v1/agents?queue=repairs")).json()["items"] == []


async def test_a_field_that_a_desk_does_not_name_stays_as_it_was(desks: Desk):
    await desks("console", "PUT", "/v1/agents/anna", ANNA)
    changed = await desks("console", "PUT", "/v1/agents/anna", {"available": False, "skills": []})
    assert changed.status_code == 200
    agent = changed.json()
    assert (agent["available"], agent["there"], agent["skills"]) == (False, False, [])
    assert (agent["queues"], agent["languages"]) == (["support"], ["tr"])
    assert (await desks("console", "PUT", "/v1/agents/anna", {})).json()["available"] is False


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/agents/anna"), ("POST", "/v1/agents/anna/heartbeat")])
async def test_an_agent_without_a_sign_of_life_is_absent_until_the_next(desks, clock: StandingClock, method, path):
    await desks("console", "PUT", "/v1/agents/anna", ANNA)
    clock.offset += timedelta(seconds=89)
    assert (await desks("console", "GET", "/v1/agents/anna")).json()["there"] is True
    clock.offset += timedelta(seconds=1)
    assert (await desks("console", "GET", "/v1/agents/anna")).json()["there"] is False
    assert (await desks("console", method, path, {})).json()["there"] is True


async def test_a_heartbeat_does_not_make_an_agent_available_who_is_not(desks: Desk):
    await desks("console", "PUT", "/v1/agents/anna", ANNA | {"available": False})
    assert (await desks("console", "POST", "/v1/agents/anna/heartbeat")).json()["there"] is False


async def test_who_was_never_declared_is_not_known(desks: Desk):
    for method, path in (("GET", "/v1/agents/ben"), ("POST", "/v1/agents/ben/heartbeat")):
        answer = await desks("console", method, path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/agent-not-declared")


async def test_queues_that_do_not_exist_are_named(desks: Desk):
    refused = await desks("console", "PUT", "/v1/agents/anna", {"queues": ["support", "nowhere", "elsewhere"]})
    assert refused.status_code == 400
    assert "nowhere, elsewhere" in refused.text
    assert (await desks("console", "GET", "/v1/agents/anna")).status_code == 404


async def test_a_partner_declares_and_sees_agents_of_its_own_queue_alone(desks: Desk):
    """S1 of agents: a partner's key is bound to one queue."""
    await desks("console", "PUT", "/v1/agents/anna", ANNA)
    await desks("console", "PUT", "/v1/agents/both", {"queues": ["support", "repairs"]})
    mine = await desks("partner", "PUT", "/v1/agents/fritz", {"skills": ["cables"]})
    assert (mine.status_code, mine.json()["queues"]) == (201, ["repairs"])
    seen = (await desks("partner", "GET", "/v1/agents")).json()["items"]
    assert [(one["name"], one["queues"]) for one in seen] == [("both", ["repairs"]), ("fritz", ["repairs"])]
    assert (await desks("partner", "GET", "/v1/agents?queue=support")).json()["items"] == []
    assert (await desks("partner", "GET", "/v1/agents/anna")).status_code == 404
    assert (await desks("partner", "POST", "/v1/agents/both/heartbeat")).status_code == 404
    for name, queues in (("anna", None), ("both", None), ("fritz", ["support"]), ("fritz", []), ("new", ["support"])):
        refused = await desks("partner", "PUT", f"/v1/agents/{name}", {} if queues is None else {"queues": queues})
        assert refused.status_code == (403 if queues is None else 400), name


@pytest.mark.parametrize(
    ("skills", "language", "fit"),
    [
        ((), None, True),
        (("Billing ",), None, True),
        (("billing", "cables"), None, False),
        ((), "tr", True),
        ((), "TR-cy", True),
        ((), "de", False),
        (("billing",), "de", False),
    ],
)
def test_an_agent_fits_who_has_all_that_is_wanted(skills, language, fit):
    wishes = AgentWishes(skills=skills, language=language)
    assert fits(wishes, skills=("billing", "invoices"), languages=("tr-TR", "en")) is fit


def test_everybody_fits_where_nothing_is_wanted():
    assert fits(None, skills=(), languages=())


async def test_an_agent_is_there_since_the_last_time_of_not_being_there(desks: Desk, database, clock: StandingClock):
    async def since() -> timedelta:
        async with database.connection() as connection:
            (found,) = await read_agents_there(connection, ["support"], clock.now())
        return clock.now() - found.there_since

    await desks("console", "PUT", "/v1/agents/anna", ANNA)
    clock.offset += timedelta(seconds=60)
    await desks("console", "POST", "/v1/agents/anna/heartbeat")
    assert await since() == timedelta(seconds=60)
    clock.offset += timedelta(seconds=90)
    async with database.connection() as connection:
        assert await read_agents_there(connection, ["support"], clock.now()) == []
        away = timedelta(seconds=90)
        await record_heartbeats(connection, ["anna", "never declared"], now=clock.now(), absent_after=away)
    assert await since() == timedelta(0)
    clock.offset += timedelta(seconds=10)
    await desks("console", "PUT", "/v1/agents/anna", {"available": False})
    await desks("console", "PUT", "/v1/agents/anna", {"available": True})
    assert await since() == timedelta(0)
    assert (await desks("console", "GET", "/v1/agents/never%20declared")).status_code == 404
