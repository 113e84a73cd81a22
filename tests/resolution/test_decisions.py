"""What somebody decides of two customers counts: for both, for all who are merged with them, until it is changed."""

from datetime import timedelta
from uuid import uuid4

import httpx

from service.db.pool import Database
from tests.fixtures import Desk, StandingClock

ALL = "/v1/merge-suggestions"


class Register:
    """Customers with a number and an address, who are suggested, decided about and merged."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids: dict[str, str] = {}

    async def write(self, name: str, other: str | None = None) -> None:
        """A message of this customer; with `other` it states that one's address as well."""
        identities = [("customer_number", name, True), ("email", f"{other or name}@example.de")]
        answer = await self.desk.register(identities=identities)
        self.ids.setdefault(name, answer.json()["customer_id"])

    async def decide(self, one: str, other: str, decision: str, note: str | None = None) -> httpx.Response:
        path = f"/v1/matches/{self.ids[one]}/{self.ids[other]}"
        return await self.desk("console", "PUT", path, {"decision": decision, "note": note})

    async def merge(self, survivor: str, other: str) -> None:
        body = {"other_customer_id": self.ids[other]}
        await self.desk("console", "PUT", f"/v1/customers/{self.ids[survivor]}/merges", body)

    async def unmerge(self, survivor: str, other: str) -> None:
        await self.desk("console", "DELETE", f"/v1/customers/{self.ids[survivor]}/merges/{self.ids[other]}")

    async def pairs(self) -> list[list[str]]:
        names = {customer_id: name for name, customer_id in self.ids.items()}
        items = (await self.desk("console", "GET", ALL)).json()["items"]
        return sorted(sorted(names[one] for one in item["customers"]) for item in items)

    async def survivor_of(self, name: str) -> str:
        customer = (await self.desk("console", "GET", f"/v1/customers/{self.ids[name]}")).json()
        return next(known for known, one in self.ids.items() if one == customer["id"])


async def suggested(desk: Desk, *names: str) -> Register:
    """These customers, the first of which stated the addresses of all others."""
    register = Register(desk)
    for name in names:
        await register.write(name)
    for other in names[1:]:
        await register.write(names[0], other)
    return register


async def test_same_merges_into_the_one_with_more_history_and_the_answer_says_who_that_is(desk: Desk):
    register = await suggested(desk, "a", "b")
    answer = (await register.decide("b", "a", "same", "met them")).json()
    assert answer["survivor_id"] == register.ids["a"]
    assert (answer["decision"], answer["decided_by"], answer["note"]) == ("same", "the console", "met them")
    assert await register.survivor_of("b") == "a"
    again = (await register.decide("a", "b", "same")).json()
    assert (again["survivor_id"], again["note"]) == (register.ids["a"], "met them")


async def test_a_merge_that_was_decided_and_is_undone_leaves_the_two_apart(desk: Desk):
    register = await suggested(desk, "a", "b")
    await register.decide("a", "b", "same")
    await register.unmerge("a", "b")
    await register.write("a", "b")
    assert await register.pairs() == []


async def test_what_is_merged_already_can_be_decided_to_be_the_same(desk: Desk):
    register = await suggested(desk, "a", "b", "c")
    await register.decide("b", "c", "apart")
    await register.merge("a", "b")
    answer = (await register.decide("a", "b", "same", "met them")).json()
    assert (answer["survivor_id"], answer["note"]) == (register.ids["a"], "met them")
    await register.merge("a", "c")
    assert (await register.decide("b", "c", "same")).json()["decision"] == "same"
    await register.unmerge("a", "b")
    assert await register.pairs() == []


async def test_every_other_decision_undoes_the_merge_also_of_one_below_another(desk: Desk):
    for decision in ("apart", "household", "later"):
        register = await suggested(desk, *(f"{name}-{decision}" for name in "abc"))
        a, b, c = register.ids
        await register.merge(b, c)
        await register.merge(a, b)
        answer = (await register.decide(c, b, decision)).json()
        assert (answer["survivor_id"], answer["decision"]) == (None, decision)
        assert (await register.survivor_of(b), await register.survivor_of(c)) == (a, c)


async def test_a_household_and_people_apart_are_suggested_no_more_whatever_is_stated(desk: Desk):
    register = await suggested(desk, "a", "b", "c", "d")
    await register.decide("a", "b", "apart")
    await register.decide("c", "a", "household")
    for other in "bcd":
        await register.write("a", other)
    assert await register.pairs() == [["a", "d"]]


async def test_apart_holds_for_those_who_are_merged_with_either_later(desk: Desk):
    register = await suggested(desk, "a", "b", "c", "d")
    await register.decide("a", "b", "apart")
    await register.merge("c", "b")
    assert await register.pairs() == [["a", "d"]]
    await register.merge("d", "a")
    assert await register.pairs() == []


async def test_later_is_back_after_a_week_or_when_something_new_speaks_for_it(desk: Desk, clock: StandingClock):
    register = await suggested(desk, "a", "b", "c")
    await register.decide("a", "b", "later")
    await register.decide("a", "c", "later")
    assert await register.pairs() == []
    clock.advance(timedelta(days=1))
    await register.write("b", "a")
    assert await register.pairs() == [["a", "b"]]
    clock.advance(timedelta(days=7))
    assert await register.pairs() == [["a", "b"], ["a", "c"]]


async def test_the_last_decision_counts(desk: Desk):
    register = await suggested(desk, "a", "b")
    await register.decide("a", "b", "apart")
    await register.decide("a", "b", "later")
    await register.decide("b", "a", "same")
    assert await register.survivor_of("b") == "a"
    answer = (await register.decide("b", "a", "apart")).json()
    assert (answer["decision"], await register.survivor_of("b")) == ("apart", "b")


async def test_a_decision_that_is_taken_back_leaves_the_pair_open(desk: Desk):
    register = await suggested(desk, "a", "b")
    path = f"/v1/matches/{register.ids['a']}/{register.ids['b']}"
    assert (await desk("console", "DELETE", path)).status_code == 404
    for decision in ("same", "apart", "household"):
        await register.decide("a", "b", decision)
        assert await register.pairs() == []
        assert (await desk("console", "DELETE", path)).status_code == 204
        assert (await register.pairs(), await register.survivor_of("b")) == ([["a", "b"]], "b")


async def test_who_decided_and_why_is_on_record_for_both(desk: Desk, database: Database):
    register = await suggested(desk, "a", "b")
    await register.decide("a", "b", "household", "mother and son")
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT a.subject_id::text, k.name, n.note FROM change_audit a JOIN api_key k USING (key_id)"
            " JOIN change_note n USING (customer_id, version) WHERE a.action = 'suggestion.household'"
        )
    assert sorted(tuple(row) for row in rows) == sorted(
        (one, "the console", "mother and son") for one in register.ids.values()
    )


async def test_what_is_no_decision_or_no_pair_is_refused(desk: Desk):
    register = await suggested(desk, "a", "b")
    wrong = await register.decide("a", "b", "maybe")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "decision")
    assert (await register.decide("a", "a", "apart")).status_code == 400
    register.ids["nobody"] = str(uuid4())
    assert (await register.decide("a", "nobody", "same")).status_code == 404
    assert (await register.decide("nobody", "b", "apart")).status_code == 404
    assert (await register.decide("a", "b", "apart", "x" * 1001)).status_code == 400
