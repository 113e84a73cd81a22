"""Which customers may be one person, as a worker finds it behind the commits."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.resolution.matches import profiles
from tests.resolution.people import ANNA, People


@pytest.fixture
def people(desk, rooms, clock):
    """Makes customers who state this of themselves, and has a worker compare them."""
    return People(desk, rooms, clock)


async def test_two_customers_who_state_the_same_are_a_strong_match_with_reasons(people):
    one, other = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    await people("Peter Winter", "0171 2222222")
    (match,) = await people.matches()
    assert sorted(match["customers"]) == sorted([one, other])
    assert match["strength"] == "strong"
    assert match["state"] == "open"
    assert match["names"] == ["Anna Sommer", "Anna Sommer"]
    assert match["p"] > 0.95
    assert {"given", "family", "born", "address"} <= {reason["field"] for reason in match["reasons"]}


async def test_a_match_shows_on_both_customers_and_goes_with_what_made_it(people, desk):
    one, other = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    await people.compared()
    for mine, theirs in ((one, other), (other, one)):
        (match,) = (await desk("console", "GET", f"/v1/customers/{mine}/matches")).json()["items"]
        assert match["customers"] == [mine, theirs]
    await desk("console", "PATCH", f"/v1/customers/{one}", {"name": "Karl Herbst"})
    await desk("console", "PUT", f"/v1/customers/{one}/facts/bday", {"value": "1951-01-30"})
    await desk("console", "PUT", f"/v1/customers/{one}/facts/street-address", {"value": "Am Markt 3"})
    assert await people.matches() == []


async def test_a_new_match_is_told_once(people, rooms):
    await people("Anna Sommer", **ANNA)
    await people("Anna Sommer", **ANNA)
    await people.compared()
    await people("Peter Winter", "0171 2222222")
    await people.compared()
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM event WHERE type = 'match.found'") == 1


async def test_customers_who_are_merged_before_a_worker_looks_are_compared_once(people, desk):
    one, other, third = [await people("Anna Sommer", **ANNA) for _ in range(3)]
    merged = await desk("console", "PUT", f"/v1/customers/{one}/merges", {"other_customer_id": other})
    assert merged.status_code == 200
    assert [sorted(match["customers"]) for match in await people.matches()] == [sorted([one, third])]


async def test_merged_customers_are_no_match_until_they_stand_alone_again(people, desk):
    one, other = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    third = await people("Anna Sommer", **ANNA)
    await people.compared()
    merge = f"/v1/customers/{one}/merges"
    assert (await desk("console", "PUT", merge, {"other_customer_id": other})).status_code == 200
    for _ in range(2):  # before and after a worker saw the merge
        answer = await desk("console", "GET", "/v1/matches")
        assert [sorted(match["customers"]) for match in answer.json()["items"]] == [sorted([one, third])]
        await people.compared()
    assert (await desk("console", "DELETE", f"{merge}/{other}")).status_code == 200
    pairs = [sorted(match["customers"]) for match in await people.matches()]
    assert sorted([other, third]) in pairs


async def test_identities_stated_together_are_a_likely_match_even_of_strangers(people, desk):
    for name in ("anna", "karl"):
        await desk.register(identities=[("customer_number", name, True), ("email", f"{name}@example.de")])
    await people.compared()
    await desk.register(identities=[("customer_number", "karl", True), ("email", "anna@example.de")])
    (match,) = await people.matches()
    assert match["strength"] == "likely"
    assert match["reasons"][-1]["level"] == "stated_together"


async def test_the_strongest_matches_come_first_page_by_page(people, desk):
    for given in ("Anna", "Anna", "Bernd"):
        await people(f"{given} Sommer", **ANNA)
    await people("Anna Sommer", **{**ANNA, "bday": "1984-05-18"})
    everything = await people.matches()
    assert [match["strength"] for match in everything][:3] == ["strong", "strong", "strong"]
    seen, after = [], ""
    while after is not None:
        page = (await desk("console", "GET", f"/v1/matches?limit=2{after}")).json()
        seen += page["items"]
        after = page["next"] and f"&after={page['next']}"
    assert seen == everything
    refused = await desk("console", "GET", "/v1/matches?after=nonsense")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "after")


async def test_a_record_is_checked_against_all_customers_and_leaves_no_trace(people, desk, rooms):
    anna = await people("Anna Sommer", **ANNA)
    await people.compared()
    record = {
        "name": {"given": "Anna", "family": "Sommer"},
        "birth_date": "1984-05-17",
        "addresses": [{"street-address": "Lindenweg 12", "postal-code": "04109"}],
    }
    answer = await desk("console", "POST", "/v1/matches/check", record)
    (found,) = answer.json()["items"]
    assert (found["customer_id"], found["name"], found["strength"]) == (anna, "Anna Sommer", "strong")
    nothing = (await desk("console", "POST", "/v1/matches/check", {"language": "de"})).json()
    assert nothing == {"items": [], "matchable": False}
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM match_profile") == 1


async def test_what_is_put_off_comes_back_after_a_week_and_what_is_apart_never(people, desk, clock):
    one, other = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    await people.compared()
    assert (await desk("console", "PUT", f"/v1/matches/{one}/{other}", {"decision": "later"})).status_code == 200
    for _ in range(2):  # before and after a worker saw the decision
        assert [len(await listed(desk, state)) for state in ("open", "later", "apart")] == [0, 1, 0]
        await people.compared()
    clock.offset += timedelta(days=8)
    assert [len(await listed(desk, state)) for state in ("open", "later", "apart")] == [1, 0, 0]
    assert (await desk("console", "PUT", f"/v1/matches/{one}/{other}", {"decision": "apart"})).status_code == 200
    clock.offset += timedelta(days=800)
    await desk("console", "PUT", f"/v1/customers/{one}/facts/tel", {"value": "0171 2345678"})
    await desk("console", "PUT", f"/v1/customers/{other}/facts/tel", {"value": "0171 2345678"})
    assert await people.matches() == []
    (match,) = await listed(desk, "apart")
    assert (match["decision"], match["decided_by"]) == ("apart", "the console")


async def test_something_new_brings_back_what_was_put_off(people, desk, clock):
    one, other = await people("Anna Sommer", **ANNA), await people("Anna Sommer", **ANNA)
    await people.compared()
    await desk("console", "PUT", f"/v1/matches/{one}/{other}", {"decision": "later"})
    clock.offset += timedelta(minutes=1)
    for customer in (one, other):
        await desk("console", "PUT", f"/v1/customers/{customer}/facts/tel", {"value": "0171 2345678"})
    (match,) = await people.matches()
    assert (match["state"], match["decision"]) == ("open", "later")


async def listed(desk, state: str) -> list[dict]:
    """The matches of a state as they are listed now."""
    return (await desk("console", "GET", f"/v1/matches?state={state}")).json()["items"]


async def test_one_value_that_cannot_be_compared_keeps_no_other_customer_waiting(people, rooms):
    strange = await people("Karl Winter")
    async with rooms.database.connection() as connection:
        await connection.execute(
            """
            INSERT INTO customer_value (customer_id, value_id, source, external_id, field, position, value, normal,
                stated_at, registered_at, verified)
            VALUES ($1, $1, 'crm', '1', 'identity.nothing known', 0, '"1"', '', now(), now(), false)
            """,
            strange,
        )
    await people("Anna Sommer", **ANNA)
    await people("Anna Sommer", **ANNA)
    assert len(await people.matches()) == 1


async def test_the_identities_of_a_customer_are_read_without_those_of_others(rooms):
    async with rooms.database.connection() as connection:
        plan = await connection.fetch(f"EXPLAIN {profiles.SQL.read_stated.rstrip(';')}", [uuid4()], [], False, 1)
    assert not any("identity_pkey" in row[0] for row in plan), "all of a kind are read"
