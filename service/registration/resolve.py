"""Which customer each submission of a batch is of, one after the other; pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from service.identity.model import ACCOUNT_KINDS, Claim, Identity, IdentityRow, Owner, Resolution
from service.identity.rules import resolve_identities
from service.model.vocabulary import IdentityKind, IdentityLink
from service.registration.model import Submission


class ResolvedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """The customer of each submission, in their order, and the identities that become known by it."""

    resolutions: list[Resolution]
    attach: list[IdentityRow]
    proven: list[IdentityRow]
    """Identities of known customers that are verified from now on."""

    @property
    def new_customers(self) -> set[UUID]:
        """Customers that these submissions are the first contact of."""
        return {one.customer_id for one in self.resolutions if one.is_new}


def resolve_submissions(submissions: Iterable[Submission], owners: dict[Identity, Owner]) -> ResolvedBatch:
    """Resolve one submission after the other, so that a later one knows the customers of the earlier ones."""
    owners = dict(owners)
    resolutions: list[Resolution] = []
    attach: dict[Identity, IdentityRow] = {}
    proven: dict[Identity, IdentityRow] = {}
    groups_by_customer = {owner.customer_id: owner.exclusive_groups for owner in owners.values()}
    for submission in submissions:
        source = submission.interaction.source
        resolution = _resolution_of_known_customer(submission.customer_id) or resolve_identities(
            submission.claims, owners, source
        )
        resolutions.append(resolution)
        groups = groups_by_customer.setdefault(resolution.customer_id, set())
        for claim in resolution.attach:
            attach[claim.identity] = _identity_row(claim, resolution.customer_id, source)
            groups.update(group for group in [claim.identity.exclusive_group(source)] if group)
            owners[claim.identity] = Owner(
                customer_id=resolution.customer_id, verified=claim.verified, exclusive_groups=groups
            )
        for identity in resolution.verify:
            owners[identity] = replace(owners[identity], verified=True)
            rows = attach if identity in attach else proven
            stated_by = attach[identity].source if identity in attach else source
            rows[identity] = IdentityRow(*identity, resolution.customer_id, True, stated_by, IdentityLink.PROVEN)
        _mark_devices_with_account(submission.claims, resolution.customer_id, owners)
    return ResolvedBatch(resolutions=resolutions, attach=list(attach.values()), proven=list(proven.values()))


def _mark_devices_with_account(claims: Iterable[Claim], customer_id: UUID, owners: dict[Identity, Owner]) -> None:
    """Mark the devices of a customer that has just named an account."""
    devices = [one.identity for one in claims if one.identity.kind is IdentityKind.DEVICE]
    if devices and any(one.identity.kind in ACCOUNT_KINDS for one in claims):
        for device in devices:
            if owners[device].customer_id == customer_id:
                owners[device] = replace(owners[device], has_account=True)


def _resolution_of_known_customer(customer_id: UUID | None) -> Resolution | None:
    """The resolution of a submission that names its customer."""
    if customer_id is None:
        return None
    return Resolution(customer_id=customer_id, is_new=False, attach=(), verify=(), conflicts=())


def _identity_row(claim: Claim, customer_id: UUID, source: str) -> IdentityRow:
    link = IdentityLink.PROVEN if claim.verified else IdentityLink.CLAIMED
    return IdentityRow(*claim.identity, customer_id, claim.verified, source, link)


def find_parties(submissions: Sequence[Submission]) -> tuple[list[int], dict[Identity, int]]:
    """The party of each submission, in their order, and of each identity that is claimed.

    What a submission claims may become known by an earlier one: then the customer of that one is the customer of both.
    """
    joined = list(range(len(submissions)))
    first: dict[Identity, int] = {}
    for index, submission in enumerate(submissions):
        for claim in submission.claims:
            other = _party(joined, first.setdefault(claim.identity, index))
            joined[_party(joined, index)] = other
    return [_party(joined, one) for one in joined], {identity: _party(joined, one) for identity, one in first.items()}


def _party(joined: list[int], index: int) -> int:
    """The submission that stands for all those joined with this one."""
    while joined[index] != index:
        index = joined[index] = joined[joined[index]]
    return index
