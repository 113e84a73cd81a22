"""Who an interaction belongs to: the strongest verified owner of what it states, or a new customer."""

from itertools import pairwise
from uuid import UUID

import pytest

from service.identity.model import Claim, Identity, Owner
from service.identity.rules import resolve_identities
from service.model.vocabulary import IdentityKind

ANNA, BEN = UUID(int=1), UUID(int=2)
KINDS_BY_STRENGTH = sorted(IdentityKind, key=lambda kind: kind.rank)


def claim(kind="email", value="a", *, verified=False, decides=True) -> Claim:
    return Claim(identity=Identity(IdentityKind(kind), value), verified=verified, decides=decides)


def owned_by(customer_id, *, verified=False, has_account=False) -> Owner:
    return Owner(customer_id=customer_id, verified=verified, has_account=has_account)


def test_who_states_nothing_known_is_a_new_customer_with_all_of_it():
    claims = [claim("email"), claim("phone")]
    resolved = resolve_identities(claims, {})
    assert resolved.is_new
    assert resolved.attach == tuple(claims)
    assert resolved.conflicts == ()


def test_what_is_not_known_yet_is_attached_to_the_owner_of_the_rest():
    known, new = claim("email"), claim("phone")
    resolved = resolve_identities([new, known], {known.identity: owned_by(ANNA)})
    assert (resolved.customer_id, resolved.is_new, resolved.attach) == (ANNA, False, (new,))


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(KINDS_BY_STRENGTH)))
def test_of_two_owners_the_one_of_the_stronger_kind_is_meant_in_whatever_order(stronger, weaker):
    strong, weak = claim(stronger), claim(weaker)
    owners = {strong.identity: owned_by(ANNA), weak.identity: owned_by(BEN)}
    for claims in ([strong, weak], [weak, strong]):
        assert resolve_identities(claims, owners).customer_id == ANNA


@pytest.mark.parametrize(
    ("of_anna", "of_ben"),
    [
        ((claim("device", "d"), owned_by(ANNA, verified=True)), (claim("customer_number", "1"), owned_by(BEN))),
        ((claim("device", "d"), owned_by(ANNA, verified=True)), (claim("email", verified=True), owned_by(BEN))),
        ((claim("phone", verified=True), owned_by(ANNA)), (claim("customer_number", "1"), owned_by(BEN))),
    ],
)
def test_proof_on_record_counts_more_than_proof_of_this_channel_and_both_more_than_a_kind(of_anna, of_ben):
    owners = {one.identity: owner for one, owner in (of_anna, of_ben)}
    resolved = resolve_identities([of_ben[0], of_anna[0]], owners)
    assert resolved.customer_id == ANNA
    assert [conflict.other_customer_id for conflict in resolved.conflicts] == [BEN]


def test_of_equals_the_one_stated_first_is_meant():
    first, second = claim(value="a"), claim(value="b")
    owners = {first.identity: owned_by(ANNA), second.identity: owned_by(BEN)}
    assert resolve_identities([first, second], owners).customer_id == ANNA
    assert resolve_identities([second, first], owners).customer_id == BEN


def test_what_was_merely_mentioned_says_nothing_about_the_customer():
    mentioned = claim(decides=False)
    resolved = resolve_identities([mentioned], {mentioned.identity: owned_by(ANNA)})
    assert resolved.is_new
    assert [conflict.other_customer_id for conflict in resolved.conflicts] == [ANNA]


@pytest.mark.parametrize(("has_account", "is_new"), [(False, False), (True, True)])
def test_a_mentioned_device_is_its_visitor_until_an_account_is_known_of_it(has_account, is_new):
    device = claim("device", "d", decides=False)
    owners = {device.identity: owned_by(ANNA, has_account=has_account)}
    assert resolve_identities([device], owners).is_new is is_new


@pytest.mark.parametrize(
    ("stated", "on_record", "verifies"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_proof_by_this_channel_verifies_what_is_not_verified_yet(stated, on_record, verifies):
    email = claim(verified=stated)
    resolved = resolve_identities([email], {email.identity: owned_by(ANNA, verified=on_record)})
    assert resolved.verify == ((email.identity,) if verifies else ())


def test_proof_of_what_belongs_to_another_customer_verifies_nothing():
    number, email = claim("customer_number", "1", verified=True), claim("email", verified=True)
    owners = {number.identity: owned_by(ANNA), email.identity: owned_by(BEN)}
    assert resolve_identities([number, email], owners).verify == (number.identity,)
