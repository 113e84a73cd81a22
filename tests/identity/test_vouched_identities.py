"""An identity that a person at a console vouched for stays theirs and its customer's, whatever a machine states later."""

import asyncio

import pytest

NUMBER = {"kind": "customer_number", "value": "K-1"}


async def link(desk):
    """Of the customer number: whose it is, and how it came to them."""
    seen = (await desk.look_up(kind="customer_number", value="K-1")).json()
    found = next(one for one in seen["identities"] if one["kind"] == "customer_number")
    return seen["customer"]["id"], found["link"], found["proven_by"]


async def put_number(desk, role="console", **said):
    customer = (await desk.register(text="Anna")).json()["customer_id"]
    answer = await desk(role, "PUT", f"/v1/customers/{customer}/identities", NUMBER | said)
    assert answer.status_code == 200, answer.text
    return customer


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("role", ["bot", "channel", "store"])
async def test_what_a_console_vouched_for_is_moved_by_no_machine_and_says_who_it_was(desk, role, verified):
    """CONTRACT 1a: `PUT identities` by a console says who proved it."""
    anna = await put_number(desk, verified=verified)
    for identities in (
        [("customer_number", "K-1", True)],
        [("email", "b@c.example", True), ("customer_number", "K-1")],
    ):
        await desk.register(role, identities=identities)
    await desk("channel", "PUT", f"/v1/customers/{anna}/identities", NUMBER | {"verified": True})
    assert await link(desk) == (anna, "proven", "the console")


SCHEMES = [
    ("customer_number", "K-1", "K-2"),
    ("loyalty_card", "gold:1", "gold:2"),
    ("external", "crm:1", "crm:2"),
    ("external", "1", "2"),
]


@pytest.mark.parametrize("role", ["console", "admin", "channel"])
@pytest.mark.parametrize(("kind", "first", "second"), SCHEMES)
async def test_a_customer_is_given_one_identity_of_an_exclusive_kind(desk, role, kind, first, second):
    """CONTRACT 1a: customer_number, loyalty_card per scheme and external per source are one per customer."""
    customer = f"/v1/customers/{(await desk.register(text='Anna')).json()['customer_id']}/identities"
    one, other = ({"kind": kind, "value": value} for value in (first, second))
    both = {"identities": [one, other]}
    refused = await desk(role, "POST", "/v1/customers", both, idempotency_key="both")
    assert (await desk(role, "PUT", customer, one)).status_code == 200
    assert (await desk(role, "PUT", customer, one | {"verified": True})).status_code == 200
    for answer in (refused, await desk(role, "PUT", customer, other), await desk(role, "PUT", customer, [one, other])):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/identity-exclusive")
    assert (await desk("console", "DELETE", customer, one)).status_code == 200
    assert (await desk(role, "PUT", customer, other)).status_code == 200


async def test_of_two_exclusive_identities_that_are_given_at_once_one_is_refused(desk):
    customer = f"/v1/customers/{(await desk.register(text='Anna')).json()['customer_id']}/identities"
    given = [desk("console", "PUT", customer, {"kind": "customer_number", "value": f"K-{number}"}) for number in (1, 2)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*given)) == [200, 409]


async def test_cards_of_two_schemes_and_ids_of_two_systems_are_given_to_one_customer(desk):
    customer = f"/v1/customers/{(await desk.register(text='Anna')).json()['customer_id']}/identities"
    given = [("loyalty_card", "gold:1"), ("loyalty_card", "blue:1"), ("external", "crm:1"), ("external", "erp:1")]
    wanted = [{"kind": kind, "value": value} for kind, value in given]
    assert (await desk("console", "PUT", customer, wanted)).status_code == 200


async def test_a_merged_customer_with_two_numbers_may_have_either_confirmed_and_no_third(desk):
    anna, other = [
        (await desk.register(identities=[("customer_number", number, True)])).json()["customer_id"]
        for number in ("K-1", "K-2")
    ]
    await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
    answers = [
        (await desk("console", "PUT", f"/v1/customers/{anna}/identities", NUMBER | {"value": value})).status_code
        for value in ("K-1", "K-2", "K-3")
    ]
    assert answers == [200, 200, 409]


async def test_a_console_that_vouches_for_what_a_channel_had_proof_of_is_named(desk):
    anna = await put_number(desk, role="channel", verified=True)
    assert await link(desk) == (anna, "proven", None)
    await put_number(desk)
    assert await link(desk) == (anna, "proven", "the console")
