"""Identities as the records know them."""

from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.model.vocabulary import IdentityKind

ACCOUNT_KINDS = (IdentityKind.CUSTOMER_NUMBER, IdentityKind.EXTERNAL, IdentityKind.USERNAME)
"""Kinds of identities that name an account of a customer in a system; a device is only something the customer held."""


class Identity(NamedTuple):
    """One canonical identity; the unit of resolution."""

    kind: IdentityKind
    value: str


class Claim(Struct, frozen=True, kw_only=True):
    """An identity that a channel stated, in its canonical form."""

    identity: Identity
    verified: bool
    decides: bool = True


class Owner(Struct, frozen=True, kw_only=True):
    """The (canonical) customer an identity belongs to; `has_account` is known of those of devices only."""

    customer_id: UUID
    verified: bool
    has_account: bool = False


class IdentityRow(NamedTuple):
    """A row of the table identity."""

    kind: IdentityKind
    value: str
    customer_id: UUID
    verified: bool
    source: str


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
