"""Identities as the records know them."""

from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.model.vocabulary import IdentityKind, IdentityLink

ACCOUNT_KINDS = (IdentityKind.CUSTOMER_NUMBER, IdentityKind.EXTERNAL, IdentityKind.USERNAME)
"""Kinds of identities that name an account of a customer in a system; a device is only something the customer held."""
EXCLUSIVE_KINDS = (IdentityKind.CUSTOMER_NUMBER, IdentityKind.LOYALTY_CARD, IdentityKind.EXTERNAL)
"""Kinds of which a customer has one value: cards one of each scheme, ids of other systems one of each source."""


class Identity(NamedTuple):
    """One canonical identity; the unit of resolution."""

    kind: IdentityKind
    value: str

    def exclusive_group(self, source: str) -> str | None:
        """What a customer has one value of, such as `loyalty_card:gold`; None if a customer may have several.

        The scheme of a card, and the system of an external id, stands before the last colon; an external id without
        one belongs to the `source` that stated it.
        """
        if self.kind not in EXCLUSIVE_KINDS:
            return None
        scheme = self.value.rpartition(":")[0]
        return f"{self.kind}:{scheme or (source if self.kind is IdentityKind.EXTERNAL else '')}"


class Claim(Struct, frozen=True, kw_only=True):
    """An identity that a channel stated, in its canonical form."""

    identity: Identity
    verified: bool
    decides: bool = True


class Owner(Struct, frozen=True, kw_only=True):
    """The customer an identity belongs to; `has_account` is known of those of devices only."""

    customer_id: UUID
    verified: bool
    merged_into: UUID | None = None
    """The survivor of the owner's merge set, if that is another customer."""
    has_account: bool = False
    exclusive_groups: set[str] = set()
    """What the customer has its one value of (`Identity.exclusive_group`); its identities share the set."""

    @property
    def survivor_id(self) -> UUID:
        """The canonical customer of the owner's merge set."""
        return self.merged_into or self.customer_id


class IdentityRow(NamedTuple):
    """A row of the table identity."""

    kind: IdentityKind
    value: str
    customer_id: UUID
    verified: bool
    source: str
    link: IdentityLink
    proven_by: UUID | None = None
    """The key of a person who vouched for it."""


class IdentityConflict(Struct, frozen=True, kw_only=True):
    """An identity stated together with those of `customer_id` that belongs to `other_customer_id`."""

    customer_id: UUID
    other_customer_id: UUID
    identity: Identity


class Resolution(Struct, frozen=True, kw_only=True):
    """The customer of an interaction, whether the customer is new, what to attach or verify, and the conflicts."""

    customer_id: UUID
    is_new: bool
    attach: tuple[Claim, ...]
    verify: tuple[Identity, ...]
    conflicts: tuple[IdentityConflict, ...]
