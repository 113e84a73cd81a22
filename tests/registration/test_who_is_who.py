"""Who an interaction belongs to, and what a claim or proof links to that customer (promises S25 and D22's ground)."""

import pytest

from service.model.vocabulary import IdentityKind
from tests.registration.test_register import register, rows, submission

pytestmark = pytest.mark.promise("S25")

VICTIM = ("email", "victim@example.com")
LINKS = "SELECT kind::text, link::text, proven_by FROM identity WHERE customer_id = $1 ORDER BY kind"


async def test_a_proven_stranger_who_types_the_address_of_a_customer_is_a_new_customer(registrar, database):
    victim = await register(registrar, identities=[VICTIM])
    mallory = await register(registrar, identities=[("username", "mallory", True), VICTIM])
    assert mallory.customer_id != victim.customer_id
    assert await rows(database, "SELECT customer_id, other_customer_id FROM merge_suggestion") == [
        (mallory.customer_id, victim.customer_id)
    ]


@pytest.mark.parametrize("kind", ["customer_number", "loyalty_card", "external"])
@pytest.mark.parametrize("verified", [False, True])
async def test_two_numbers_with_one_mailbox_are_two_people_in_one_batch_too(registrar, kind, verified):
    family = ("email", "fam@example.com")
    both = [submission(identities=[(kind, number, verified), family]) for number in ("K1", "K2")]
    first, second = [one.customer_id for one in await registrar.register_all(both)]
    third = await register(registrar, identities=[(kind, "K3", verified), family])
    assert len({first, second, third.customer_id}) == len("123")


async def test_what_a_channel_was_told_is_claimed_and_proof_upgrades_it(registrar, database):
    told = await register(registrar, identities=[("email", "anna@example.com"), ("phone", "0171 1234567")])
    assert await rows(database, LINKS, told.customer_id) == [("email", "claimed", None), ("phone", "claimed", None)]
    await register(registrar, identities=[("phone", "0171 1234567", True)])
    assert await rows(database, LINKS, told.customer_id) == [("email", "claimed", None), ("phone", "proven", None)]


async def test_a_conversation_remembers_who_was_claimed_in_it(registrar, database):
    await register(registrar, ref="1", identities=[("email", "anna@example.com"), ("phone", "0171 1234567")])
    await register(registrar, ref="1", identities=[("email", "anna@example.com")])
    await register(registrar, ref="2", identities=[("email", "anna@example.com")])
    assert await rows(database, "SELECT ref, identities FROM conversation ORDER BY ref") == [
        ("1", ["email:anna@example.com", "phone:+491711234567"]),
        ("2", ["email:anna@example.com"]),
    ]


@pytest.mark.parametrize("kind", [one for one in IdentityKind if one is not IdentityKind.EMAIL])
async def test_a_claimed_identity_beside_a_known_address_is_the_customers_by_a_claim(registrar, database, kind):
    value = "+491711234567" if kind is IdentityKind.PHONE else "new:1"
    anna = await register(registrar, identities=[("email", "anna@example.com")])
    again = await register(registrar, identities=[(kind, value), ("email", "anna@example.com")])
    assert again.customer_id == anna.customer_id
    assert (kind.value, "claimed", None) in await rows(database, LINKS, anna.customer_id)
