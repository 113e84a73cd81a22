"""Who an interaction belongs to: the strongest verified owner of what it states, or a new customer."""

from itertools import pairwise
from uuid import UUID

import pytest

from service.identity.model import Claim, Identity, Owner
from service.identity.rules import resolve_identities
from service.model.vocabulary import IdentityKind

ANNA, BEN = UUID(int=1), UUID(int=2)
SOURCE = "shop-bot"
KINDS_BY_STRENGTH = sorted(IdentityKind, key=lambda kind: kind.rank)


def claim(kind="email", value="a", *, verified=False, decides=True) -> Claim:
    return Claim(identity=Identity(IdentityKind(kind), value), verified=verified, decides=decides)


def owned_by(customer_id, *, verified=False, has_account=False, has=()) -> Owner:
    groups = {one.exclusive_group(SOURCE) for one in has}
    return Owner(customer_id=customer_id, verified=verified, has_account=has_account, exclusive_groups=groups)


def resolve(claims, owners):
    return resolve_identities(claims, owners, SOURCE)


def test_who_states_nothing_known_is_a_new_customer_with_all_of_it():
    claims = [claim("email"), claim("phone")]
    resolved = resolve(claims, {})
    assert resolved.is_new
    assert resolved.attach == tuple(claims)
    assert resolved.conflicts == ()


def test_what_is_not_known_yet_is_attached_to_the_owner_of_the_rest():
    known, new = claim("email"), claim("phone")
    resolved = resolve([new, known], {known.identity: owned_by(ANNA)})
    assert (resolved.customer_id, resolved.is_new, resolved.attach) == (ANNA, False, (new,))


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(KINDS_BY_STRENGTH)))
def test_of_two_owners_the_one_of_the_stronger_kind_is_meant_in_whatever_order(stronger, weaker):
    strong, weak = claim(stronger), claim(weaker)
    owners = {strong.identity: owned_by(ANNA), weak.identity: owned_by(BEN)}
    for claims in ([strong, weak], [weak, strong]):
        assert resolve(claims, owners).customer_id == ANNA


@pytest.mark.parametrize(
    ("of_anna", "of_ben"),
    [
        ((claim("device", "d"), owned_by(ANNA, verified=True)), (claim("customer_number", "1"), owned_by(BEN))),
        ((claim("device", "d", verified=True), owned_by(ANNA)), (claim("email"), owned_by(BEN, verified=True))),
        ((claim("phone", verified=True), owned_by(ANNA)), (claim("customer_number", "1"), owned_by(BEN))),
    ],
)
def test_proof_of_this_channel_counts_more_than_proof_on_record_and_both_more_than_a_kind(of_anna, of_ben):
    owners = {one.identity: owner for one, owner in (of_anna, of_ben)}
    resolved = resolve([of_ben[0], of_anna[0]], owners)
    assert resolved.customer_id == ANNA
    assert [conflict.other_customer_id for conflict in resolved.conflicts] == [BEN]


def test_of_equals_the_one_stated_first_is_meant():
    first, second = claim(value="a"), claim(value="b")
    owners = {first.identity: owned_by(ANNA), second.identity: owned_by(BEN)}
    assert resolve([first, second], owners).customer_id == ANNA
    assert resolve([second, first], owners).customer_id == BEN


def test_what_was_merely_mentioned_says_nothing_about_the_customer():
    mentioned = claim(decides=False)
    resolved = resolve([mentioned], {mentioned.identity: owned_by(ANNA)})
    assert resolved.is_new
    assert [conflict.other_customer_id for conflict in resolved.conflicts] == [ANNA]


@pytest.mark.parametrize(("has_account", "is_new"), [(False, False), (True, True)])
def test_a_mentioned_device_is_its_visitor_until_an_account_is_known_of_it(has_account, is_new):
    device = claim("device", "d", decides=False)
    owners = {device.identity: owned_by(ANNA, has_account=has_account)}
    assert resolve([device], owners).is_new is is_new


@pytest.mark.parametrize(
    ("stated", "on_record", "verifies"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_proof_by_this_channel_verifies_what_is_not_verified_yet(stated, on_record, verifies):
    email = claim(verified=stated)
    resolved = resolve([email], {email.identity: owned_by(ANNA, verified=on_record)})
    assert resolved.verify == ((email.identity,) if verifies else ())


def test_proof_of_what_belongs_to_another_customer_verifies_nothing():
    number, email = claim("customer_number", "1", verified=True), claim("email", verified=True)
    owners = {number.identity: owned_by(ANNA), email.identity: owned_by(BEN)}
    assert resolve([number, email], owners).verify == (number.identity,)


MALLORY, VICTIM = claim("username", "mallory", verified=True), claim("email", "victim@example.com")


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("kind", ["username", "phone", "loyalty_card", "external", "social", "customer_number"])
@pytest.mark.promise("S25")
def test_a_claim_proves_nothing_about_somebody_else(kind, known):
    """S25: who has proof of an identity without an owner is a new customer, whatever address is claimed beside it."""
    proven = claim(kind, "mallory", verified=True)
    owners = {VICTIM.identity: owned_by(ANNA, verified=known)}
    for claims in ([proven, VICTIM], [VICTIM, proven]):
        resolved = resolve(claims, owners)
        assert resolved.is_new
        assert resolved.attach == (proven,)
        assert [conflict.other_customer_id for conflict in resolved.conflicts] == [ANNA]


@pytest.mark.promise("S25")
def test_who_proves_a_known_identity_and_a_new_one_is_its_customer():
    known, new = claim("email", verified=True), claim("username", "anna", verified=True)
    resolved = resolve([new, known], {known.identity: owned_by(ANNA)})
    assert (resolved.customer_id, resolved.attach, resolved.verify) == (ANNA, (new,), (known.identity,))


def test_what_is_claimed_beside_proof_is_attached_to_the_customer_who_has_the_proof():
    owners = {MALLORY.identity: owned_by(BEN, verified=True)}
    resolved = resolve([MALLORY, claim("phone", "+1")], owners)
    assert (resolved.customer_id, [one.verified for one in resolved.attach]) == (BEN, [False])


@pytest.mark.parametrize("verified", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("customer_number", "K1"), ("customer_number", "K2")),
        (("loyalty_card", "1"), ("loyalty_card", "2")),
        (("loyalty_card", "gold:1"), ("loyalty_card", "gold:2")),
        (("external", "crm:1"), ("external", "crm:2")),
        (("external", "chatwoot:shop:contact:1"), ("external", "chatwoot:shop:contact:2")),
        (("external", "1"), ("external", "2")),
    ],
)
@pytest.mark.promise("S25")
def test_two_numbers_with_one_mailbox_are_two_people(first, second, verified):
    shared, new = claim(), claim(*second, verified=verified)
    has = [Identity(IdentityKind(first[0]), first[1])]
    resolved = resolve([new, shared], {shared.identity: owned_by(ANNA, has=has)})
    assert resolved.is_new
    assert [conflict.other_customer_id for conflict in resolved.conflicts] == [ANNA]


@pytest.mark.parametrize("shared", ["email", "phone", "device"])
@pytest.mark.promise("S25")
def test_even_a_proven_mailbox_makes_no_one_of_two_customer_numbers(shared):
    mailbox, new = claim(shared, verified=True), claim("customer_number", "K2")
    has = [Identity(IdentityKind.CUSTOMER_NUMBER, "K1")]
    assert resolve([new, mailbox], {mailbox.identity: owned_by(ANNA, has=has)}).is_new


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (("loyalty_card", "gold:1"), ("loyalty_card", "silver:1")),
        (("external", "crm:1"), ("external", "shop:1")),
        (("customer_number", "K1"), ("loyalty_card", "1")),
        (("email", "a"), ("email", "b")),
    ],
)
def test_cards_of_two_schemes_and_ids_of_two_systems_belong_to_one_customer(known, new):
    shared = claim("phone")
    has = [Identity(IdentityKind(known[0]), known[1])]
    groups = owned_by(ANNA, has=[one for one in has if one.exclusive_group(SOURCE)])
    assert resolve([claim(*new), shared], {shared.identity: groups}).customer_id == ANNA


def test_of_two_new_customer_numbers_in_one_message_the_proven_one_is_attached():
    typed, proven = claim("customer_number", "K1"), claim("customer_number", "K2", verified=True)
    assert resolve([typed, proven], {}).attach == (proven,)


def test_an_identity_stated_twice_is_attached_once():
    assert len(resolve([claim(), claim()], {}).attach) == 1
