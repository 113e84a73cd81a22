"""An identity that a person at a console vouched for stays theirs and its customer's, whatever a machine states later."""

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


async def test_a_console_that_vouches_for_what_a_channel_had_proof_of_is_named(desk):
    anna = await put_number(desk, role="channel", verified=True)
    assert await link(desk) == (anna, "proven", None)
    await put_number(desk)
    assert await link(desk) == (anna, "proven", "the console")
