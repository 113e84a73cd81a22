"""Pure decisions about the customer that identities belong to."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.identity.model import Claim, Identity, IdentityConflict, Owner, Resolution
from service.model.ids import new_id
from service.model.vocabulary import IdentityKind


def resolve_identities(claims: Sequence[Claim], owners: Mapping[Identity, Owner]) -> Resolution:
    """The customer these claims speak of: the strongest verified owner, or a new one. Nothing is ever merged here."""
    owned = [(claim, owners[claim.identity]) for claim in claims if claim.identity in owners]
    deciding = [(claim, owner) for claim, owner in owned if _decides(claim, owner)]
    customer_id = min(deciding, key=_strongest_first)[1].customer_id if deciding else new_id()
    return Resolution(
        customer_id=customer_id,
        is_new=not deciding,
        attach=tuple(claim for claim in claims if claim.identity not in owners),
        verify=tuple(claim.identity for claim, owner in owned if _verifies_owned(claim, owner, customer_id)),
        conflicts=tuple(
            IdentityConflict(customer_id=customer_id, other_customer_id=owner.customer_id, identity=claim.identity)
            for claim, owner in owned
            if owner.customer_id != customer_id
        ),
    )


def _decides(claim: Claim, owner: Owner) -> bool:
    """Whether a claim decides who the customer is: a device does even if unverified, while its owner has no account."""
    return claim.decides or (claim.identity.kind is IdentityKind.DEVICE and not owner.has_account)


def _strongest_first(candidate: tuple[Claim, Owner]) -> tuple[bool, bool, int]:
    """Verified on record first, then verified by this channel, then the stronger kind; the earlier claim of equals."""
    claim, owner = candidate
    return (not owner.verified, not claim.verified, claim.identity.kind.rank)


def _verifies_owned(claim: Claim, owner: Owner, customer_id: UUID) -> bool:
    return claim.verified and not owner.verified and owner.customer_id == customer_id
