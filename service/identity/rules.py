"""Pure decisions about the customer that identities belong to."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from service.identity.model import Claim, Identity, IdentityConflict, Owner, Resolution
from service.model.ids import new_id
from service.model.vocabulary import IdentityKind


def resolve_identities(claims: Sequence[Claim], owners: Mapping[Identity, Owner], source: str) -> Resolution:
    """The customer these claims of a source speak of: the strongest owner, or a new one. Nothing is ever merged here.

    What is proven now and belongs to no customer yet is a person of its own, whatever else is merely claimed; so is a
    new customer number, card or external id that comes with the identity of a customer who has another one.
    """
    owned = [(claim, owners[claim.identity]) for claim in claims if claim.identity in owners]
    deciding = [(claim, owner) for claim, owner in owned if _decides(claim, owner)]
    strongest = min(deciding, key=_strongest_first, default=None)
    attach = _attachable(claims, owners, source)
    if strongest is not None and _is_another_person(strongest, attach, source):
        strongest = None
    customer_id = strongest[1].customer_id if strongest else new_id()
    return _resolution(customer_id, owned, attach, is_new=strongest is None)


def resolve_known(
    claims: Sequence[Claim], owners: Mapping[Identity, Owner], source: str, customer_id: UUID, groups: Collection[str]
) -> Resolution:
    """What becomes of the claims of a customer that is known: what belongs to no customer yet is attached to this one.

    A new value of an exclusive kind is not, if the customer has another one: `groups` are what it has one value of.
    """
    owned = [(claim, owners[claim.identity]) for claim in claims if claim.identity in owners]
    attach = tuple(
        claim for claim in _attachable(claims, owners, source) if claim.identity.exclusive_group(source) not in groups
    )
    return _resolution(customer_id, owned, attach, is_new=False)


def _resolution(
    customer_id: UUID, owned: Sequence[tuple[Claim, Owner]], attach: tuple[Claim, ...], *, is_new: bool
) -> Resolution:
    return Resolution(
        customer_id=customer_id,
        is_new=is_new,
        attach=attach,
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
    """Proven by this channel first, then verified on record, then the stronger kind; the earlier claim of equals."""
    claim, owner = candidate
    return (not claim.verified, not owner.verified, claim.identity.kind.rank)


def _attachable(claims: Sequence[Claim], owners: Mapping[Identity, Owner], source: str) -> tuple[Claim, ...]:
    """The claims without an owner, each once; of an exclusive group the first, a proven one before others."""
    chosen: dict[Identity, Claim] = {}
    groups: set[str] = set()
    for claim in sorted(claims, key=lambda claim: not claim.verified):
        group = claim.identity.exclusive_group(source)
        if claim.identity not in owners and claim.identity not in chosen and group not in groups:
            chosen[claim.identity] = claim
            groups.update([group] if group else [])
    return tuple(claim for claim in claims if chosen.get(claim.identity) is claim)


def _is_another_person(strongest: tuple[Claim, Owner], attach: Sequence[Claim], source: str) -> bool:
    """Whether what is new proves or names another person than the owner of the strongest claim."""
    claim, owner = strongest
    if not claim.verified and any(new.verified and new.decides for new in attach):
        return True
    return any(new.decides and new.identity.exclusive_group(source) in owner.exclusive_groups for new in attach)


def _verifies_owned(claim: Claim, owner: Owner, customer_id: UUID) -> bool:
    return claim.verified and not owner.verified and owner.customer_id == customer_id
