"""Whatever desks do, in whatever order: the service keeps to the table of rules, and loses nobody."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from service.access.keys import create_key
from service.app.rooms import Rooms
from service.app.web import web_application
from service.app.worker import worker_dependencies
from service.cache.client import Cache
from service.context.reader import ContextReader
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.model.vocabulary import Role
from service.settings.environment import load_settings
from service.worker.timers import run_due_timers
from tests.fixtures import NOW, StandingClock
from tests.handoff.examples import queue_json
from tests.handoff.test_rules import CELLS
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

OFFERS = 2
TIMEOUT_S = 60
WORDS = {(action, state): cell for state, action, cell in CELLS}
AGENTS = strategies.sampled_from(["Ben", "Carla", "Dana"])
TAKEN = {"accepted", "active"}
TOKEN_STEPS = strategies.sampled_from(["start", "complete", "return", "fail", "transfer"])
_people = count()


class Service:
    """The service over HTTP on an event loop of its own."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self.runner = asyncio.Runner()
        self.clock = StandingClock()
        self.stack = AsyncExitStack()
        self.run(self._open(database_url, redis_url))

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    async def _open(self, database_url: str, redis_url: str) -> None:
        self.database = await Database.connect(database_url, connections=4)
        cache, chosen = await Cache.connect(redis_url), load_settings({})
        reader = ContextReader(self.database, cache, chosen)
        self.rooms = Rooms(settings=chosen, clock=self.clock, database=self.database, cache=cache, reader=reader)
        async with self.database.transaction() as connection:
            self.key = await create_key(connection, role=Role.ADMIN, name="everybody", now=NOW)
        app = await self.stack.enter_async_context(web_application(self.rooms))
        self.http = await self.stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://askonce.test")
        )
        calendar = {"time_zone": "Europe/Berlin", "hours": "24/7"}
        for name in ("support", "second"):
            body = queue_json(calendar=calendar, max_offers=OFFERS, offer_timeout_s=TIMEOUT_S)
            await self.http.put(f"/v1/queues/{name}", json=body, headers={"authorization": f"Bearer {self.key}"})

    def post(self, path: str, body: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}", "idempotency-key": f"{path}-{next(_people)}"}
        return self.run(self.http.post(path, json=body, headers=headers))

    def work(self) -> None:
        """Do what is due now."""
        self.run(run_due_timers(worker_dependencies(self.rooms), asyncio.Event()))

    def fetch(self, query: str, *values: object) -> list[Any]:
        async def fetch() -> list[Any]:
            async with self.database.connection() as connection:
                return await connection.fetch(query, *values)

        return self.run(fetch())

    def close(self) -> None:
        self.run(self.stack.aclose())
        self.run(self.rooms.close())
        self.runner.close()


@pytest.fixture
def service(database_url: str, servers: EmbeddedServers):
    service = Service(database_url, servers.endpoints.redis_url)
    yield service
    service.close()


class HandoffMachine(RuleBasedStateMachine):
    """One customer's conversation; `state`, `token` and `offers` are what the present handoff must have."""

    service: ClassVar[Service]

    def __init__(self) -> None:
        super().__init__()
        self.email = f"person{next(_people)}@example.de"
        self.phone = f"+4917112{next(_people):05}"
        identities = [("email", self.email), ("phone", self.phone)]
        registered = self.service.post(
            "/v1/interactions", event_json(identities=identities, at=self.service.clock.now())
        )
        self.customer_id = registered.json()["customer_id"]
        self.id: str | None = None
        self.state = ""
        self.tokens: list[str] = []
        self.offers = 0

    @rule()
    def give(self) -> None:
        earlier = self.id if self.state in {"offered", *TAKEN} else None
        body = {"customer_id": self.customer_id, "to": {"queue": "support"}}
        self._given(self.service.post("/v1/handoffs", body))
        assert earlier is None or self._stored(earlier)["state"] == "withdrawn"

    def _given(self, answer: httpx.Response) -> None:
        assert answer.status_code == 201, answer.text
        self.id, self.state, self.offers = answer.json()["id"], "offered", 1

    @precondition(lambda self: self.id)
    @rule(agent=AGENTS)
    def accept(self, agent: str) -> None:
        self._take("accept", "accept", agent)

    @precondition(lambda self: self.id)
    @rule(agent=AGENTS)
    def take_over(self, agent: str) -> None:
        self._take("take over", "takeover", agent)

    def _take(self, action: str, step: str, agent: str) -> None:
        answer = self._step(step, {"agent": agent})
        if self._goes(action, answer):
            assert answer.json()["token"] not in self.tokens
            self.tokens.append(answer.json()["token"])

    @precondition(lambda self: self.id)
    @rule(agent=AGENTS)
    def decline(self, agent: str) -> None:
        self._goes("decline", self._step("decline", {"agent": agent}))

    @precondition(lambda self: self.id)
    @rule()
    def withdraw(self) -> None:
        self._goes("withdraw", self._step("withdraw", {}))

    @precondition(lambda self: self.state in TAKEN)
    @rule()
    def start(self) -> None:
        self._use(self.tokens[-1], "start")

    @precondition(lambda self: self.state in TAKEN)
    @rule()
    def complete(self) -> None:
        self._use(self.tokens[-1], "complete")

    @precondition(lambda self: self.state in TAKEN)
    @rule()
    def give_back(self) -> None:
        self._use(self.tokens[-1], "return")

    @precondition(lambda self: self.state in TAKEN)
    @rule()
    def fail(self) -> None:
        self._use(self.tokens[-1], "fail")

    @precondition(lambda self: self.state in TAKEN)
    @rule()
    def transfer(self) -> None:
        self._use(self.tokens[-1], "transfer")

    @precondition(lambda self: self.tokens)
    @rule(step=TOKEN_STEPS, data=strategies.data())
    def use_any_token(self, step: str, data: strategies.DataObject) -> None:
        self._use(data.draw(strategies.sampled_from(self.tokens)), step)

    def _use(self, token: str, step: str) -> None:
        body = {"token": token} | ({"to": {"queue": "second"}} if step == "transfer" else {})
        held = self._stored(self.id)["token"]
        answer, earlier = self._step(step, body), self.id
        if str(held) != token:
            assert answer.json()["type"] == "/problems/handoff-token-stale"
        elif self._goes(step, answer) and step == "transfer":
            assert self._stored(earlier)["state"] == "transferred"
            self._given(answer)

    @precondition(lambda self: self.id)
    @rule(seconds=strategies.integers(1, 2 * TIMEOUT_S))
    def time_passes(self, seconds: int) -> None:
        deadline = self._stored(self.id)["deadline"]
        self.service.clock.advance(timedelta(seconds=seconds))
        self.service.work()
        if deadline is not None and deadline <= self.service.clock.now():
            self._onward("expired")

    @precondition(lambda self: self.id)
    @rule()
    def lose_the_call(self) -> None:
        call = {"channel": "phone", "kind": "call", "outcome": "abandoned", "source": "pbx"}
        identities = [("phone", self.phone)]
        self.service.post("/v1/interactions", event_json(identities=identities, at=self.service.clock.now(), **call))
        self.state = WORDS.get(("lose call", self.state), self.state)

    def _step(self, step: str, body: object) -> httpx.Response:
        return self.service.post(f"/v1/handoffs/{self.id}/{step}", body)

    def _goes(self, action: str, answer: httpx.Response) -> bool:
        """Whether the table allows it; the answer has to agree."""
        after = WORDS.get((action, self.state), "-")
        if after == "-":
            assert answer.status_code == 409, answer.text
            assert answer.json()["state"] == self.state
            return False
        assert answer.status_code in {200, 201}, answer.text
        if after == "onward":
            self._onward("declined")
        else:
            self.state = after
        return True

    def _onward(self, end: str) -> None:
        """The offer ended; the next one follows while there are any left."""
        stored = self.service.fetch(
            "SELECT offers -> $2::integer ->> 'end' AS end FROM handoff WHERE handoff_id = $1",
            self.id,
            self.offers - 1,
        )
        assert stored[0]["end"] == end
        self.offers += 1
        if self.offers > OFFERS:
            self.state = "fell_back"

    def _stored(self, handoff_id: str | None) -> Any:
        return self.service.fetch("SELECT * FROM handoff WHERE handoff_id = $1", handoff_id)[0]

    @precondition(lambda self: self.id)
    @invariant()
    def the_handoff_is_where_the_table_says_and_nobody_is_lost(self) -> None:
        rows = self.service.fetch(
            "SELECT *, ARRAY(SELECT due_at FROM timer WHERE subject_id = handoff_id) AS timers"
            " FROM handoff WHERE customer_id = $1",
            self.customer_id,
        )
        assert [row["state"] for row in rows if str(row["handoff_id"]) == self.id] == [self.state]
        assert sum(row["ended_at"] is None for row in rows) <= 1
        for row in rows:  # one timer for an offer, none for anything else; a promise where nobody is left
            assert row["timers"] == ([row["deadline"]] if row["deadline"] else [])
            assert row["callback_id"] or row["state"] not in {"fell_back", "failed"}

    @invariant()
    def the_versions_have_no_gap_and_every_change_is_told(self) -> None:
        version = self.service.fetch("SELECT version FROM customer WHERE customer_id = $1", self.customer_id)[0][0]
        told = self.service.fetch(
            "SELECT version FROM outbox WHERE customer_id = $1 AND type = 'context.changed' ORDER BY version",
            self.customer_id,
        )
        assert [row["version"] for row in told] == list(range(1, version + 1))


def test_handoffs_keep_to_the_table_whatever_desks_do(service: Service):
    HandoffMachine.service = service
    run_state_machine_as_test(
        HandoffMachine,
        settings=settings(
            max_examples=50,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes, and twenty steps can be read as they are
            database=None,
        ),
    )
