"""Identities that anybody could have mentioned: they become a customer's, and never say who the customer is."""

import pytest

from service.identity.model import Claim, Identity, Owner
from service.identity.rules import resolve_identities
from service.model.ids import new_id
from service.model.vocabulary import IdentityKind

ANNA, BERND = new_id(), new_id()


def claim(kind: IdentityKind, *, decides: bool) -> Claim:
    return Claim(identity=Identity(kind, f"some {kind}"), verified=False, decides=decides)


ACCOUNT = claim(IdentityKind.EXTERNAL, decides=True)
MENTIONED = claim(IdentityKind.EMAIL, decides=False)
DEVICE = claim(IdentityKind.DEVICE, decides=False)


def resolve(claims, owners):
    return resolve_identities(claims, owners, "segment:shop")


def owner(customer_id: object, **fields: bool) -> Owner:
    return Owner(**{"customer_id": customer_id, "verified": False} | fields)


@pytest.mark.parametrize("verified", [False, True])
def test_whoever_mentions_an_address_of_somebody_is_not_them(verified: bool) -> None:
    resolved = resolve([ACCOUNT, MENTIONED], {MENTIONED.identity: owner(ANNA, verified=verified)})
    assert resolved.is_new
    assert resolved.attach == (ACCOUNT,)
    assert [(clash.customer_id, clash.other_customer_id) for clash in resolved.conflicts] == [
        (resolved.customer_id, ANNA)
    ]


def test_an_address_of_nobody_becomes_that_of_the_account() -> None:
    resolved = resolve([ACCOUNT, MENTIONED], {ACCOUNT.identity: owner(ANNA)})
    assert (resolved.customer_id, resolved.attach, resolved.conflicts) == (ANNA, (MENTIONED,), ())


def test_an_anonymous_visitor_is_whoever_logs_in_on_the_device() -> None:
    resolved = resolve([ACCOUNT, DEVICE], {DEVICE.identity: owner(ANNA)})
    assert (resolved.customer_id, resolved.is_new, resolved.attach) == (ANNA, False, (ACCOUNT,))


def test_the_second_to_log_in_on_a_shared_device_is_somebody_else() -> None:
    resolved = resolve([ACCOUNT, DEVICE], {DEVICE.identity: owner(ANNA, has_account=True)})
    assert resolved.is_new
    assert [clash.other_customer_id for clash in resolved.conflicts] == [ANNA]


def test_a_known_account_on_a_known_device_clashes_and_stays_what_it_is() -> None:
    owners = {ACCOUNT.identity: owner(ANNA), DEVICE.identity: owner(BERND)}
    resolved = resolve([ACCOUNT, DEVICE], owners)
    assert resolved.customer_id == ANNA
    assert [clash.other_customer_id for clash in resolved.conflicts] == [BERND]
