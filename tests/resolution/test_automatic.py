"""A worker merges whom a proof or a rule of the operator joins, and never those who were decided about."""

from uuid import UUID

import pytest

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.db.pool import Database
from service.identity.matching.weigh import MANY
from service.model.ids import new_id
from service.resolution.automatic import merge_automatically
from service.resolution.matches.online import match_changes
from service.worker.relay import relay_outbox
from tests.fixtures import NOW, Desk

EMAIL = "anna@example.de"
SETTINGS = "/v1/settings/merging"
HELD = """
    WITH held AS (INSERT INTO customer (customer_id, since) VALUES ($1, $2) RETURNING customer_id, since)
    INSERT INTO customer_value (
        customer_id, value_id, source, external_id, field, position, value, normal, stated_at, registered_at, verified
    )
    SELECT customer_id, customer_id, 'crm', $4, 'email', 0, to_jsonb($3::text), $3, since, since, true FROM held
"""


class Shop:
    """Customers that a channel and the records of a CRM told of, and the worker that goes through them."""

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self.desk = desk
        self.rooms = rooms

    async def writes(self, *identities: tuple[str, str, bool]) -> str:
        answer = await self.desk.register(identities=list(identities))
        return answer.json()["customer_id"]

    async def states(self, external_id: str, *, verified: bool = False, source: str = "crm", **fields: object) -> str:
        body = {"emails": [EMAIL], "verified": verified} | fields
        answer = await self.desk("console", "PUT", f"/v1/sources/{source}/records/{external_id}", body)
        assert answer.is_success, answer.text
        return answer.json()["customer_id"]

    async def merges(self, *customer_ids: str) -> int:
        """How many customers of these the worker joins with others."""
        async with self.rooms.database.transaction() as connection:
            changes = await merge_automatically(connection, [UUID(one) for one in customer_ids], NOW)
        return len(changes) // 2

    async def follow(self) -> None:
        """The worker catches up with what was told."""
        while await relay_outbox(worker_dependencies(self.rooms)) or await match_changes(
            self.rooms.database, region="DE", now=NOW
        ):
            pass

    async def open_pairs(self) -> set[frozenset[str]]:
        items = (await self.desk("console", "GET", "/v1/matches")).json()["items"]
        return {frozenset(one["customers"]) for one in items}

    async def canonical(self, customer_id: str) -> str:
        return (await self.desk("console", "GET", f"/v1/customers/{customer_id}")).json()["id"]

    async def decide(self, one: str, other: str, decision: str):
        return await self.desk("console", "PUT", f"/v1/matches/{one}/{other}", {"decision": decision})


@pytest.fixture
def shop(desk: Desk, rooms: Rooms) -> Shop:
    return Shop(desk, rooms)


async def proven_twice(shop: Shop) -> tuple[str, str]:
    """Two customers: an address that is verified as the first one's, and that a record states of the second with proof."""
    owner = await shop.writes(("email", EMAIL, True))
    holder = await shop.states("17")
    assert await shop.states("17", verified=True) == holder != owner
    return owner, holder


async def test_an_identity_of_which_both_have_proof_joins_them_from_either_side(shop: Shop):
    owner, holder = await proven_twice(shop)
    assert await shop.merges(holder) == 1
    assert await shop.canonical(holder) == owner
    assert await shop.merges(holder, owner) == 0
    another = await shop.states("18", source="till")
    await shop.states("18", source="till", verified=True)
    assert await shop.merges(owner) == 1
    assert await shop.canonical(another) == owner


async def test_a_claim_without_proof_joins_no_customers(shop: Shop):
    owner = await shop.writes(("email", EMAIL, True))
    holder = await shop.states("17")
    assert await shop.merges(owner, holder) == 0


async def test_the_merge_is_on_record_with_its_rule_and_undone_for_good(shop: Shop):
    owner, holder = await proven_twice(shop)
    await shop.merges(holder)
    said = (await shop.decide(owner, holder, "same")).json()
    assert (said["decided_by"], said["note"]) == ("askonce", "verified identity")
    await shop.desk("console", "DELETE", f"/v1/customers/{owner}/merges/{holder}")
    assert await shop.merges(owner, holder) == 0
    assert await shop.canonical(holder) == holder


@pytest.mark.parametrize("decision", ["apart", "household", "later"])
async def test_whom_a_person_decided_about_no_rule_joins(shop: Shop, decision: str):
    owner, holder = await proven_twice(shop)
    await shop.decide(owner, holder, decision)
    assert await shop.merges(owner, holder) == 0


async def test_a_merge_by_hand_that_was_undone_is_not_made_again(shop: Shop):
    owner, holder = await proven_twice(shop)
    await shop.desk("console", "PUT", f"/v1/customers/{owner}/merges", {"other_customer_id": holder})
    await shop.desk("console", "DELETE", f"/v1/customers/{owner}/merges/{holder}")
    assert await shop.merges(owner, holder) == 0


async def test_two_numbers_of_one_kind_are_two_people_whoever_of_their_merge_sets_has_them(shop: Shop):
    owner, holder = await proven_twice(shop)
    for customer, number in ((owner, "4711"), (holder, "4712")):
        member = await shop.writes(("customer_number", number, True))
        await shop.desk("console", "PUT", f"/v1/customers/{customer}/merges", {"other_customer_id": member})
    assert await shop.merges(owner, holder) == 0


async def test_nothing_is_merged_if_the_operator_does_not_want_it(shop: Shop):
    owner, holder = await proven_twice(shop)
    off = {"verified_identity": False}
    assert (await shop.desk("admin", "PUT", SETTINGS, off)).json() == off | {"rules": []}
    assert await shop.merges(owner, holder) == 0
    assert (await shop.desk("console", "GET", SETTINGS)).json() == off | {"rules": []}


async def test_rules_are_taken_that_can_be_followed(shop: Shop):
    rule = {"name": "one mailbox", "equal": ["email", "birth_date", "family"]}
    assert (await shop.desk("console", "PUT", SETTINGS, {"rules": [rule]})).status_code == 403
    kept = await shop.desk("admin", "PUT", SETTINGS, {"rules": [rule]})
    assert kept.json() == {"verified_identity": True, "rules": [rule]}
    for rules, field in (
        ([rule, rule], "rules[1].name"),
        ([{"name": "names", "equal": ["family"]}], "rules[0].equal"),
        ([{"name": "shoes", "equal": ["shoe_size"]}], "rules[0].equal[0]"),
        ([{"name": "none", "equal": []}], "rules[0].equal"),
    ):
        answer = await shop.desk("admin", "PUT", SETTINGS, {"rules": rules})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


async def test_a_rule_joins_whose_records_agree_in_all_its_fields_and_says_so(shop: Shop):
    anna = {"name": {"given": "Anna", "family": "Müller"}, "birth_date": "1.2.1980"}
    crm = await shop.states("1", **anna)
    till = await shop.states(
        "a", source="till", **(anna | {"birth_date": "1980-02-01", "name": {"full": "Anna Mueller"}})
    )
    mother = await shop.states("b", source="till", **(anna | {"birth_date": "1955-02-01"}))
    await shop.follow()
    assert await shop.canonical(crm) != await shop.canonical(till)
    rule = {"name": "one mailbox", "equal": ["email", "birth_date", "family"]}
    await shop.desk("admin", "PUT", SETTINGS, {"rules": [rule]})
    await shop.follow()
    assert await shop.canonical(crm) == await shop.canonical(till)
    assert await shop.canonical(mother) == mother
    assert (await shop.decide(crm, till, "same")).json()["note"] == "one mailbox"


@pytest.mark.parametrize(("count", "joined"), [(12, 12), (MANY + 1, 0)])
async def test_many_who_share_a_value_are_joined_once_each_and_very_many_by_nothing(
    shop: Shop, database: Database, count: int, joined: int
):
    owner = await shop.writes(("email", EMAIL, True))
    async with database.transaction() as connection:
        await connection.executemany(HELD, [(new_id(), NOW, EMAIL, str(number)) for number in range(count)])
    assert await shop.merges(owner) == joined
    assert await shop.merges(owner) == 0


async def test_what_people_decided_never_comes_back_into_the_open_matches_with_a_later_member(shop: Shop):
    anna = {"name": {"given": "Anna", "family": "Müller"}, "birth_date": "1.2.1980", "phones": ["0171 5550100"]}
    one, two, three = [await shop.states("1", source=source, **anna) for source in ("crm", "till", "shop")]
    await shop.follow()
    assert await shop.open_pairs() == {frozenset(pair) for pair in ((one, two), (one, three), (two, three))}
    await shop.decide(one, two, "apart")
    assert await shop.open_pairs() == {frozenset((one, three)), frozenset((two, three))}
    await shop.decide(one, three, "same")
    await shop.follow()
    assert await shop.open_pairs() == set()
    await shop.desk("console", "DELETE", f"/v1/customers/{one}/merges/{three}")
    await shop.follow()
    assert await shop.open_pairs() == {frozenset((two, three))}
