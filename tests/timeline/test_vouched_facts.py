"""What a person at a console vouched for stays what is known, whatever a machine states later (CONTRACT 2a)."""

import json
from datetime import timedelta

import pytest

from service.imports.interactions import InteractionImporter
from service.imports.record import FileRecord
from tests.fixtures import KEY_ID, NOW
from tests.handoff.examples import queue_json
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

OLD, TRUE, FALSE = "Altweg 1", "Hauptstr. 1", "Irrweg 9"
NAME = "street-address"
ANNA = {"kind": "email", "value": "anna@example.de"}


class World:
    """Anna, of whom an address is known, and the ways in which an address comes on record."""

    def __init__(self, desk, rooms, clock) -> None:
        self.desk, self.rooms, self.clock = desk, rooms, clock
        self.path = ""

    async def begin(self) -> None:
        known = await self.desk.register(identities=[(*ANNA.values(), True)], facts={NAME: OLD}, ref="4711")
        self.path = f"/v1/customers/{known.json()['customer_id']}"
        for queue in ("support", "repairs"):
            await self.desk("admin", "PUT", f"/v1/queues/{queue}", queue_json())
        given = {"identity": ANNA, "to": {"queue": "repairs"}, "reason": {"text": "For the partner to see her"}}
        await self.desk("console", "POST", "/v1/handoffs", given, idempotency_key="entitled")

    async def known(self) -> object:
        return (await self.desk.look_up()).json()["known"].get(NAME, {}).get("value")

    async def history(self) -> list[object]:
        return [
            one["value"] for one in (await self.desk("console", "GET", f"{self.path}/facts/{NAME}")).json()["history"]
        ]

    async def state(self, role: str, way: str, value: str) -> None:
        """Put the value on record, a minute after the one before."""
        self.clock.offset += timedelta(minutes=1)
        await getattr(self, f"by_{way}")(role, value)

    def event(self, value: str, **fields: object) -> dict[str, object]:
        return event_json(at=self.clock.now(), facts={NAME: value}, **{"assurance": "verified", "ref": "4711"} | fields)

    async def by_interaction(self, role: str, value: str) -> None:
        assert (await self.desk(role, "POST", "/v1/interactions", self.event(value))).status_code == 201

    async def by_claim(self, role: str, value: str) -> None:
        told = self.event(value, assurance="claimed")
        assert (await self.desk(role, "POST", "/v1/interactions", told)).status_code == 201

    async def by_put(self, role: str, value: str, *, verified: bool = True) -> None:
        stated = {"value": value, "verified": verified}
        assert (await self.desk(role, "PUT", f"{self.path}/facts/{NAME}", stated)).status_code == 200

    async def by_correction(self, role: str, value: str) -> None:
        await self.by_put(role, value, verified=False)

    async def by_handoff(self, role: str, value: str) -> None:
        given = {"identity": ANNA, "to": {"queue": "support"}, "reason": {"text": "Help"}, "facts": {NAME: value}}
        made = await self.desk(role, "POST", "/v1/handoffs", given, idempotency_key=f"{role}-{value}")
        assert made.status_code == 201, made.text

    async def by_form(self, role: str, value: str) -> None:
        wanted = {"fields": [NAME], "assurance": "verified", "identity": ANNA}
        token = (await self.desk(role, "POST", "/v1/forms/household/tokens", wanted)).json()["token"]
        typed = {"token": token, "save": f"save-{value}", "values": {NAME: value}}
        assert (await self.desk.http.post("/v1/forms/household/draft", json=typed)).status_code == 201

    async def by_tool(self, role: str, value: str) -> None:
        told = self.event(value) | {"identities": [ANNA]}
        del told["assurance"]  # a model has proof of nothing
        params = {"name": "register_interaction", "arguments": told}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        accept = "application/json, text/event-stream"
        answer = await self.desk(role, "POST", "/mcp", call, host="127.0.0.1", accept=accept)
        assert "interaction_id" in answer.text, answer.text

    async def by_import(self, _role: str, value: str) -> None:
        importer = InteractionImporter(key_id=KEY_ID, region="DE", reopen=timedelta(days=7))
        record = FileRecord(number=1, raw=json.dumps(self.event(value)).encode(), line=1)
        async with self.rooms.database.transaction() as connection:
            done = await importer(connection, [record], self.clock.now())
        await self.rooms.reader.cache.drop(done.changed)


@pytest.fixture
async def world(desk, rooms, clock):
    world = World(desk, rooms, clock)
    await world.begin()
    return world


VOUCHING = [
    ("console", "put"),
    ("console", "correction"),
    ("console", "interaction"),
    ("admin", "put"),
    ("admin", "correction"),
    ("admin", "interaction"),
]
MACHINES = [
    ("bot", "interaction"),
    ("bot", "put"),
    ("bot", "correction"),
    ("bot", "handoff"),
    ("bot", "form"),
    ("bot", "tool"),
    ("channel", "interaction"),
    ("channel", "put"),
    ("channel", "form"),
    ("store", "interaction"),
    ("store", "handoff"),
    ("partner", "handoff"),
    ("file", "import"),
]


@pytest.mark.parametrize(("role", "way"), VOUCHING)
async def test_what_a_person_vouched_for_is_replaced_by_no_machine_and_by_a_later_correction(world, role, way):
    """CONTRACT 2a: who verified x who states x by which way."""
    await world.state(role, way, TRUE)
    for number, machine in enumerate(MACHINES):
        await world.state(*machine, f"{FALSE}{number}")
        assert await world.known() == TRUE, machine
    assert {OLD, *(f"{FALSE}{number}" for number in range(len(MACHINES)))} == {*await world.history()}
    await world.state("console", "put", "Neuweg 7")
    assert (await world.known(), TRUE in await world.history()) == ("Neuweg 7", True)


@pytest.mark.parametrize(("role", "way"), MACHINES)
async def test_what_a_machine_verified_is_replaced_by_the_next_that_states_it(world, role, way):
    await world.state("bot", "put", TRUE)
    await world.state(role, way, FALSE)
    assert await world.known() == FALSE


@pytest.mark.parametrize("way", ["put", "correction", "interaction", "claim", "handoff"])
async def test_what_a_person_vouched_for_is_replaced_by_what_a_person_states_later(world, way):
    await world.state("console", "put", TRUE)
    await world.state("console", way, "Neuweg 7")
    assert await world.known() == "Neuweg 7"
    await world.state("bot", "interaction", FALSE)
    assert await world.known() == "Neuweg 7"


async def test_what_a_customer_told_a_person_is_replaced_by_what_they_tell_a_bot_next(world):
    """Put on record without proof, it is no more than what a bot is told."""
    await world.state("console", "claim", TRUE)
    await world.state("bot", "claim", "Neuweg 7")
    assert await world.known() == "Neuweg 7"


async def test_what_a_machine_states_stands_in_the_conversation_for_the_console(world):
    await world.state("console", "put", TRUE)
    await world.state("bot", "interaction", FALSE)
    seen = (await world.desk.look_up()).json()
    assert seen["conversations"][0]["facts"] == {NAME: FALSE}
    assert (await world.history())[0] == FALSE


async def test_a_bot_that_repeats_what_a_person_vouched_for_fills_no_history(world):
    await world.state("console", "put", TRUE)
    for _ in range(3):
        await world.state("bot", "interaction", TRUE)
    assert await world.history() == [OLD]


async def test_the_answer_to_a_correction_that_does_not_count_is_what_does(world):
    await world.state("console", "put", TRUE)
    answer = await world.desk("bot", "PUT", f"{world.path}/facts/{NAME}", {"value": FALSE, "verified": True})
    assert (answer.json()["value"], answer.json()["source"]) == (TRUE, "the console")


@pytest.mark.parametrize("role", ["bot", "channel"])
async def test_what_a_person_vouched_for_is_removed_by_a_person_alone(world, role):
    await world.state("console", "put", TRUE)
    refused = await world.desk(role, "DELETE", f"{world.path}/facts/{NAME}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/fact-vouched-for")
    await world.state(role, "form", "")
    assert await world.known() == TRUE
    assert (await world.desk("console", "DELETE", f"{world.path}/facts/{NAME}")).status_code == 204
    await world.state("bot", "interaction", FALSE)
    assert await world.known() == FALSE


async def test_it_holds_across_a_merge_in_either_direction(world):
    """The customer of the vouched address may be the one that is merged or the survivor."""
    await world.state("console", "put", TRUE)
    world.clock.offset += timedelta(minutes=1)
    other = await world.desk.register(email="a@b.example", at=world.clock.now(), facts={NAME: FALSE})
    other_id, anna_id = other.json()["customer_id"], world.path.rpartition("/")[2]
    for survivor, merged in ((other_id, anna_id), (anna_id, other_id)):
        merge = {"other_customer_id": merged}
        assert (await world.desk("console", "PUT", f"/v1/customers/{survivor}/merges", merge)).status_code == 200
        assert await world.known() == TRUE
        await world.state("bot", "interaction", "Irrweg 10")
        await world.state("bot", "put", "Irrweg 11")
        assert await world.known() == TRUE
        await world.desk("console", "DELETE", f"/v1/customers/{survivor}/merges/{merged}")


async def test_a_late_statement_of_a_machine_replaces_nothing_either(world):
    await world.state("console", "put", TRUE)
    await world.desk.register(at=NOW - timedelta(days=1), facts={NAME: FALSE}, assurance="verified")
    assert await world.known() == TRUE
