"""A partner cannot tell a foreign customer from an absent one by what the answer costs (promise S1)."""

from contextvars import ContextVar
from uuid import uuid4

import asyncpg
import pytest

from service.cache.client import Cache
from service.model.ids import new_id
from tests.handoff.examples import queue_json

pytestmark = pytest.mark.promise("S1")

ABSENT = "nobody@example.de"
_asking = ContextVar("asking", default=False)
"""Whether a statement belongs to the request that is asked: the service's own watches go on beside it."""


@pytest.fixture
def work(monkeypatch) -> list[str]:
    """What PostgreSQL and Redis are asked for, in its order."""
    done: list[str] = []
    execute, send = asyncpg.Connection._execute, Cache.send

    async def recorded_execute(connection, query, *arguments, **options):
        if _asking.get() and not any(
            table in query for table in ("read_audit", "api_key", "look_up_budget")
        ):  # of no customer
            done.append(query)
        return await execute(connection, query, *arguments, **options)

    def recorded_send(cache, *command):
        if _asking.get():
            done.append(str(command[0]))
        return send(cache, *command)

    monkeypatch.setattr(asyncpg.Connection, "_execute", recorded_execute)
    monkeypatch.setattr(Cache, "send", recorded_send)
    return done


async def asked(work, answer):
    """The whole answer but its time, and the work that it took."""
    work.clear()
    _asking.set(True)
    found = await answer
    _asking.set(False)
    headers = {name: value for name, value in found.headers.items() if name != "x-request-id"}
    return found.status_code, found.content, headers, tuple(work)


@pytest.mark.parametrize("others", ["nobody has asked before", "a console has it cached"])
@pytest.mark.parametrize("headers", [{}, {"cache_control": "no-cache"}])
async def test_by_identity_both_take_the_same_statements(desk, work, others, headers):
    await desk.register()
    if others == "a console has it cached":
        await desk.look_up("console")
    for _ in range(2):  # also when the process remembers the first time
        foreign = await asked(work, desk.look_up("partner", **headers))
        absent = await asked(work, desk.look_up("partner", value=ABSENT, **headers))
        assert foreign == absent
        assert foreign[0] == 404
        assert len(foreign[3]) == 3  # GET, HMGET and one statement


async def test_by_id_and_as_a_giver_both_take_the_same_statements(desk, work):
    customer_id = (await desk.register()).json()["customer_id"]
    other = (await desk.register(email="berta@example.de")).json()["customer_id"]
    await desk("console", "PUT", f"/v1/customers/{customer_id}/merges", {"other_customer_id": other})
    await desk("console", "GET", f"/v1/customers/{other}/context")
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())

    async def handed_off(named):
        body = {"customer_id": str(named), "to": {"queue": "repairs"}, "reason": {"text": "Help"}}
        return await desk("partner", "POST", "/v1/handoffs", body, idempotency_key=uuid4().hex)

    for ask in (lambda one: desk("partner", "GET", f"/v1/customers/{one}/context"), handed_off):
        costs = {str(await asked(work, ask(one))) for one in (customer_id, other, new_id(), new_id())}
        assert len(costs) == 1


async def test_a_partner_still_sees_the_customer_in_its_hands(desk):
    await desk("admin", "PUT", "/v1/queues/repairs", queue_json())
    anna = {"kind": "email", "value": "anna@example.de"}
    handoff = {"identity": anna, "to": {"queue": "repairs"}, "reason": {"text": "Help"}}
    made = await desk("bot", "POST", "/v1/handoffs", handoff, idempotency_key="h-1")
    assert made.status_code == 201, made.text
    for source in ("database", "cache"):
        found = await desk.look_up("partner")
        assert (found.status_code, found.headers["context-source"]) == (200, source)
