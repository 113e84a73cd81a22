"""D22: while two customers are merged they are read as one, and each keeps what is its own when they are not any more."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from service.app.rooms import Rooms
from service.cli.commands.verify import _compare_views
from service.context.maintenance import CacheFinding
from service.db.pool import Database
from service.events.model import Event, SubjectChanged
from service.events.payload import event_data
from tests.fixtures import NOW, Desk
from tests.handoff.examples import queue_json

STATEMENTS: list[tuple[str, dict[str, Any]]] = [
    ("/facts/n", {"value": 1}),
    ("/conditions", {"title": "Ten off", "kind": "note", "terms": {"text": "x"}}),
    ("", {"segments": ["vip"]}),
    ("/facts/n", {"value": 2}),
    ("/conditions", {"title": "Five off", "kind": "note", "terms": {"text": "x"}}),
]
ANNA, BEN, CLEO = "anna@example.de", "ben@example.de", "cleo@example.de"


async def rows(database: Database, query: str, *values: object) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


class Household:
    """Customers by their e-mail addresses, who write and are merged."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids: dict[str, str] = {}

    async def writes(self, email: str, *others: tuple[Any, ...], **fields: Any) -> dict[str, Any]:
        answer = await self.desk.register(identities=[("email", email), *others], **fields)
        assert answer.status_code == 201, answer.text
        self.ids.setdefault(email, answer.json()["customer_id"])
        return answer.json()

    async def console(self, method: str, email: str, path: str, body: object = None, **headers: str) -> Any:
        answer = await self.desk("console", method, f"/v1/customers/{self.ids[email]}{path}", body, **headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def merge(self, survivor: str, other: str) -> None:
        await self.console("PUT", survivor, "/merges", {"other_customer_id": self.ids[other]})

    async def unmerge(self, survivor: str, other: str) -> None:
        await self.console("DELETE", survivor, f"/merges/{self.ids[other]}")

    async def view(self, email: str) -> dict[str, Any]:
        return (await self.desk.look_up(value=email)).json()

    async def texts(self, email: str) -> set[str]:
        return {one["text"] for one in (await self.view(email))["recent"] if "text" in one}

    async def known(self, email: str) -> dict[str, Any]:
        return {name: fact["value"] for name, fact in (await self.view(email))["known"].items()}

    async def identities(self, email: str) -> set[str]:
        return {one["value"] for one in (await self.view(email))["identities"]}


@pytest.fixture
async def house(desk: Desk) -> Household:
    """Anna and Ben have written, and Ben is merged into Anna."""
    house = Household(desk)
    await house.writes(ANNA, text="I am Anna", facts={"city": "Ulm"})
    await house.writes(BEN, text="I am Ben", facts={"city": "Bonn"})
    await house.merge(ANNA, BEN)
    return house


async def test_what_ben_wrote_while_he_was_merged_is_his_afterwards_and_so_is_his_number(house: Household):
    told = await house.writes(BEN, ("phone", "0171 5550100"), text="Call me", facts={"order_number": "B-7"})
    assert told["customer_id"] == house.ids[ANNA]
    assert await house.texts(ANNA) == await house.texts(BEN) == {"I am Anna", "I am Ben", "Call me"}
    assert "+491715550100" in await house.identities(ANNA)
    await house.unmerge(ANNA, BEN)
    assert (await house.texts(ANNA), await house.identities(ANNA)) == ({"I am Anna"}, {ANNA})
    assert await house.known(ANNA) == {"city": "Ulm"}
    assert (await house.texts(BEN), await house.identities(BEN)) == ({"I am Ben", "Call me"}, {BEN, "+491715550100"})
    assert await house.known(BEN) == {"city": "Bonn", "order_number": "B-7"}


async def test_the_answer_names_the_survivor_and_the_same_event_again_is_answered_the_same(house: Household):
    first = await house.writes(BEN, id="m-1")
    again = (await house.desk.register(email=BEN, id="m-1")).json()
    assert again == first | {"duplicate": True}
    assert (await house.view(ANNA))["version"] == first["version"]
    await house.unmerge(ANNA, BEN)
    assert (await house.desk.register(email=BEN, id="m-1")).json() == again


async def test_versions_of_both_have_no_gap(house: Household, database: Database):
    for email in (ANNA, BEN, BEN, ANNA):
        await house.writes(email)
    await house.unmerge(ANNA, BEN)
    await house.writes(BEN)
    told = "SELECT version FROM outbox WHERE customer_id = $1 AND type = 'context.changed' ORDER BY version"
    anna = [version for (version,) in await rows(database, told, UUID(house.ids[ANNA]))]
    assert anna == list(range(1, len(anna) + 1))
    written = await rows(
        database,
        "SELECT version FROM interaction WHERE customer_id = $1 UNION ALL "
        "SELECT version FROM change_audit WHERE customer_id = $1 ORDER BY version",
        UUID(house.ids[BEN]),
    )
    assert [version for (version,) in written] == list(range(1, len(written) + 1))


async def test_others_are_told_once_of_a_merge_and_of_its_end(house: Household, database: Database):
    await house.unmerge(ANNA, BEN)
    told = "SELECT type, customer_id::text, subject_id::text FROM outbox WHERE type LIKE 'customer.%' ORDER BY version"
    pair = (house.ids[ANNA], house.ids[BEN])
    assert await rows(database, told) == [("customer.merged", *pair), ("customer.unmerged", *pair)]
    event = {"event_id": 1, "version": 4, "created_at": NOW, "customer_id": UUID(pair[0]), "subject_id": UUID(pair[1])}
    data = event_data(Event(type="customer.merged", **event))
    assert data == SubjectChanged(customer_id=UUID(pair[0]), version=4, subject_id=UUID(pair[1]))


async def test_each_goes_on_with_its_own_conversations(house: Household):
    anna = await house.writes(ANNA, subject="Router")
    ben = await house.writes(BEN, subject="Router")
    assert anna["conversation_id"] != ben["conversation_id"]
    assert (await house.writes(BEN, subject="Router"))["conversation_id"] == ben["conversation_id"]


async def test_a_correction_counts_while_they_are_merged_and_stays_with_the_one_it_was_made_for(house: Household):
    await house.console("PUT", ANNA, "/facts/city", {"value": "Aachen"})
    assert await house.known(BEN) == {"city": "Aachen"}
    await house.unmerge(ANNA, BEN)
    assert (await house.known(ANNA), await house.known(BEN)) == ({"city": "Aachen"}, {"city": "Bonn"})


async def test_a_deleted_fact_is_known_no_longer_and_the_others_own_is_back_afterwards(house: Household):
    await house.console("DELETE", ANNA, "/facts/city")
    assert await house.known(ANNA) == {}
    fact = (await house.desk("console", "GET", f"/v1/customers/{house.ids[ANNA]}/facts/city")).json()
    assert (fact["now"], {one["value"] for one in fact["history"]}) == (None, {"Ulm", "Bonn"})
    await house.writes(ANNA, asks=["city"])
    await house.unmerge(ANNA, BEN)
    assert (await house.known(ANNA), await house.known(BEN)) == ({}, {"city": "Bonn"})
    assert (await house.view(ANNA))["signals"]["repeated_questions"] == 0
    await house.writes(ANNA, facts={"city": "Essen"})
    assert await house.known(ANNA) == {"city": "Essen"}


async def test_name_language_and_identities_are_stated_of_the_one_that_is_named(house: Household):
    await house.console("PATCH", BEN, "", {"name": "Ben Bauer", "segments": ["vip"]})
    await house.console("PUT", BEN, "/identities", {"kind": "loyalty_card", "value": "gold:7"})
    shown = await house.console("GET", ANNA, "")
    assert (shown["name"], shown["segments"]) == ("Ben Bauer", ["vip"])
    await house.unmerge(ANNA, BEN)
    anna, ben = await house.console("GET", ANNA, ""), await house.console("GET", BEN, "")
    assert (anna["name"], anna["segments"], len(anna["identities"])) == (None, [], 1)
    assert (ben["name"], ben["segments"], len(ben["identities"])) == ("Ben Bauer", ["vip"], 2)


async def test_a_condition_of_ben_is_his(house: Household, database: Database):
    await house.console(
        "POST", BEN, "/conditions", {"title": "Ten off", "kind": "note", "terms": {"text": "x"}}, idempotency_key="c-1"
    )
    assert [one["title"] for one in (await house.view(ANNA))["conditions"]] == ["Ten off"]
    await house.unmerge(ANNA, BEN)
    assert (await house.view(ANNA))["conditions"] == []
    assert [one["title"] for one in (await house.view(BEN))["conditions"]] == ["Ten off"]
    holders = await rows(database, "SELECT customer_id FROM customer WHERE holds_conditions")
    assert holders == [(UUID(house.ids[BEN]),)]


@pytest.mark.parametrize("named", ["by his address", "by his id"])
async def test_handoffs_callbacks_and_notes_of_ben_are_his(house: Household, named: str):
    await house.desk("admin", "PUT", "/v1/queues/repairs", queue_json(calendar={"time_zone": "UTC", "hours": "24/7"}))
    ben = (
        {"identity": {"kind": "email", "value": BEN}} if named == "by his address" else {"customer_id": house.ids[BEN]}
    )
    request = ben | {"to": {"queue": "repairs"}, "reason": {"text": "Help"}, "summary": "Ben waits"}
    handoff = (await house.desk("bot", "POST", "/v1/handoffs", request, idempotency_key="h-1")).json()
    taken = await house.desk("console", "POST", f"/v1/handoffs/{handoff['id']}/accept", {"agent": "Eva"})
    note = {"token": taken.json()["token"], "text": "A note", "facts": {"error_code": "E7"}}
    assert (await house.desk("console", "POST", f"/v1/handoffs/{handoff['id']}/interactions", note)).status_code == 201
    call = ben | {"queue": "repairs", "reason": "Later", "phone": "0171 5550100"}
    made = await house.desk("console", "POST", "/v1/callbacks", call, idempotency_key="b-1")
    assert made.status_code == 201, made.text
    merged = await house.view(ANNA)
    assert (handoff["customer_id"], len(merged["handoffs"]), len(merged["callbacks"])) == (house.ids[ANNA], 1, 1)
    await house.unmerge(ANNA, BEN)
    anna, own = await house.view(ANNA), await house.view(BEN)
    assert (anna["handoffs"], anna["callbacks"], await house.texts(ANNA)) == ([], [], {"I am Anna"})
    assert (len(own["handoffs"]), len(own["callbacks"])) == (1, 1)
    assert await house.texts(BEN) == {"I am Ben", "Ben waits", "A note"}


async def test_a_conversation_of_anna_takes_what_is_written_into_it_whoever_is_named(house: Household):
    await house.desk("admin", "PUT", "/v1/queues/repairs", queue_json(calendar={"time_zone": "UTC", "hours": "24/7"}))
    ours = await house.writes(ANNA, subject="Router")
    request = {
        "customer_id": house.ids[BEN],
        "conversation": {"id": ours["conversation_id"]},
        "to": {"queue": "repairs"},
        "reason": {"text": "Help"},
        "summary": "About the router",
    }
    made = await house.desk("bot", "POST", "/v1/handoffs", request, idempotency_key="h-1")
    assert made.json()["conversation_id"] == ours["conversation_id"]
    await house.unmerge(ANNA, BEN)
    assert "About the router" in await house.texts(ANNA)
    assert await house.texts(BEN) == {"I am Ben"}


async def test_one_who_was_merged_into_the_merged_goes_back_with_it(house: Household):
    await house.writes(CLEO, text="I am Cleo")
    await house.unmerge(ANNA, BEN)
    await house.merge(BEN, CLEO)
    await house.merge(ANNA, BEN)
    await house.writes(CLEO, text="Cleo again")
    assert {"I am Anna", "I am Ben", "Cleo again"} <= await house.texts(ANNA)
    await house.unmerge(ANNA, BEN)
    assert await house.texts(BEN) == {"I am Ben", "I am Cleo", "Cleo again"}
    await house.unmerge(BEN, CLEO)
    assert await house.texts(CLEO) == {"I am Cleo", "Cleo again"}
    assert await house.texts(ANNA) == {"I am Anna"}


async def test_verify_finds_no_difference_before_during_and_after(house: Household, rooms: Rooms):
    async def differences() -> list[CacheFinding]:
        found = await _compare_views(rooms, [])
        assert found.keys() == {UUID(one) for one in house.ids.values()}
        return [one for one in found.values() if one in {CacheFinding.OLDER, CacheFinding.DIFFERENT}]

    for step in (house.unmerge, house.merge, house.unmerge):
        for email in (BEN, ANNA):
            await house.view(email)
            await house.writes(email, facts={"city": "Kiel"})
            await house.view(email)
            assert await differences() == []
        await step(ANNA, BEN)
        assert await differences() == []
        assert (await house.view(BEN))["customer"]["id"] == house.ids[ANNA if step == house.merge else BEN]
        assert await differences() == []


async def test_writers_of_both_and_who_merges_them_do_not_wait_for_each_other(desk: Desk, database: Database):
    house = Household(desk)
    people = [ANNA, BEN, CLEO]
    for email in people:
        await house.writes(email)

    async def merge_and_unmerge(other: str) -> None:
        path = f"/v1/customers/{house.ids[ANNA]}/merges"
        for _ in range(8):
            merged = await desk("console", "PUT", path, {"other_customer_id": house.ids[other]})
            undone = await desk("console", "DELETE", f"{path}/{house.ids[other]}")
            assert {merged.status_code, undone.status_code} <= {200, 409}

    async def write(email: str, number: int) -> int:
        if number % 4 == 3:
            path, body = STATEMENTS[number % 5]
            method = "POST" if path == "/conditions" else "PUT" if path else "PATCH"
            key = f"{email}-{number}"
            return (
                await desk("console", method, f"/v1/customers/{house.ids[email]}{path}", body, idempotency_key=key)
            ).status_code
        both = [("email", email), ("email", people[number % 3])]
        return (await desk.register(identities=both, text=email, facts={"n": number})).status_code

    writes = [write(email, number) for number in range(40) for email in people]
    answers = (await asyncio.gather(*writes, merge_and_unmerge(BEN), merge_and_unmerge(CLEO)))[:-2]
    assert set(answers) <= {200, 201}
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await rows(database, deadlocks) == [(0,)]
    for email in people:
        stored = "SELECT count(*) FROM interaction WHERE customer_id = $1 AND text = $2"
        assert await rows(database, stored, UUID(house.ids[email]), email) == [(30,)]
        others = "SELECT count(*) FROM interaction WHERE customer_id = $1 AND text <> $2 AND text IS NOT NULL"
        assert await rows(database, others, UUID(house.ids[email]), email) == [(0,)]
