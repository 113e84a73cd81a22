"""The customer's own record: name, language, preferences and identities, as people state and correct them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from service.db.change import LockedCustomer, RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import CustomerErased, CustomerUnknown, IdentityExclusive, IdentityTaken, IdentityUnknown
from service.identity.customers import (
    attach_identities,
    find_exclusive_groups,
    find_owners,
    prove_identities,
    verify_identities,
)
from service.identity.erased import find_erased_identities, is_of_the_past
from service.identity.invalid_numbers import claimed_numbers, clear_numbers
from service.identity.model import Claim, Identity, IdentityRow
from service.model.fields import ContextVersion, CustomerId
from service.model.ids import new_id
from service.model.interaction import IdentityClaim, Language, RequestShape, ShortText, Timestamp
from service.model.names import name_key
from service.model.vocabulary import Channel, IdentityKind, IdentityLink

SQL = Statements("service.identity", "profile")

Segments = Annotated[tuple[ShortText, ...], Meta(max_length=50)]


class CustomerInput(RequestShape, frozen=True):
    """A new customer."""

    identities: Annotated[
        tuple[IdentityClaim, ...],
        Meta(
            min_length=1,
            max_length=10,
            description="1 to 10 identities that will belong to the new customer; none may be another customer's.",
        ),
    ]
    name: Annotated[
        ShortText | None, Meta(description="The full name as people write it; absent when it is unknown.")
    ] = None
    language: Annotated[
        Language | None, Meta(description="The language the customer prefers, a BCP 47 tag such as `de`.")
    ] = None
    preferred_channel: Annotated[
        Channel | None, Meta(description="Where the customer wants to be contacted; absent when it has not said.")
    ] = None
    communication_style: Annotated[
        ShortText | None, Meta(description="How to talk with the customer, in free words such as `brief`.")
    ] = None
    segments: Annotated[
        Segments, Meta(description="Names of the customer groups of the company that the customer belongs to.")
    ] = ()


class CustomerPatch(RequestShape, frozen=True):
    """What to change; what is absent stays, null empties."""

    name: Annotated[
        ShortText | UnsetType | None, Meta(description="The new full name; null removes it, absent leaves it as it is.")
    ] = UNSET
    language: Annotated[
        Language | UnsetType | None,
        Meta(description="The new language, a BCP 47 tag; null removes it, absent leaves it as it is."),
    ] = UNSET
    preferred_channel: Annotated[
        Channel | UnsetType | None,
        Meta(description="The channel to contact the customer on; null removes it, absent leaves it as it is."),
    ] = UNSET
    communication_style: Annotated[
        ShortText | UnsetType | None,
        Meta(description="How to talk with the customer; null removes it, absent leaves it as it is."),
    ] = UNSET
    segments: Annotated[
        Segments | UnsetType,
        Meta(description="All customer groups from now on, replacing the old ones; absent leaves them as they are."),
    ] = UNSET

    def fields(self) -> tuple[str, ...]:
        """The names of what is to change."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not UNSET)


class KnownIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An identity of a customer in its canonical form."""

    kind: Annotated[IdentityKind, Meta(description="What the value is, such as `email`, `phone` or `loyalty_card`.")]
    value: Annotated[
        str, Meta(description="The identity in its canonical form: E.164 for telephone numbers, lower case for e-mail.")
    ]
    verified: Annotated[
        bool, Meta(description="True when a channel or an employee had proof that it is the customer's.")
    ]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's own record; identities in the order they became known, over the whole merge set."""

    id: CustomerId
    version: ContextVersion
    name: Annotated[str | None, Meta(description="The full name as people write it; null when it is unknown.")]
    language: Annotated[
        str | None, Meta(description="The language the customer prefers, a BCP 47 tag; null when it is unknown.")
    ]
    preferred_channel: Annotated[
        Channel | None, Meta(description="Where the customer wants to be contacted; null when it has not said.")
    ]
    communication_style: Annotated[
        str | None, Meta(description="How to talk with the customer, in free words; null when it has not said.")
    ]
    segments: Annotated[
        tuple[str, ...], Meta(description="Names of the customer groups of the company that the customer belongs to.")
    ]
    since: Annotated[Timestamp, Meta(description="When the customer was first heard of, an RFC 3339 time.")]
    identities: Annotated[
        tuple[KnownIdentity, ...],
        Meta(description="All identities of the customer and of those merged into it, in the order they became known."),
    ]
    merged: Annotated[
        tuple[UUID, ...],
        Meta(description="Ids of the customers that were merged into this one; empty when there are none."),
    ]


_customer_decoder = msgspec.json.Decoder(Customer)


async def read_customer(connection: Connection, customer_id: UUID) -> Customer:
    """The record of this customer, or of the survivor it was merged into. CustomerUnknown if there is none."""
    records = await _read_records(connection, [customer_id], as_merged=True)
    if customer_id not in records:
        raise CustomerUnknown
    return records[customer_id]


async def read_members(connection: Connection, customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
    """The record of each of these customers alone, as if it were never merged; those that are gone are left out."""
    return await _read_records(connection, customer_ids, as_merged=False)


async def _read_records(
    connection: Connection, customer_ids: Collection[UUID], *, as_merged: bool
) -> dict[UUID, Customer]:
    rows = await connection.fetch(SQL.read_customers, list(customer_ids), as_merged)
    return {row["customer_id"]: _customer_decoder.decode(row["document"]) for row in rows}


async def create_customer(
    connection: Connection,
    customer_input: CustomerInput,
    claims: Sequence[Claim],
    *,
    now: datetime,
    key_id: UUID,
    source: str,
    vouched: bool = False,
    exclusive: bool = False,
) -> RecordedChange:
    """A new customer with these identities; with `vouched` the key's person has proof of them all.

    IdentityTaken if one of them belongs to a customer; with `exclusive` IdentityExclusive if there is one too many.
    """
    customer_id = new_id()
    await _attach_claims(connection, customer_id, claims, now=now, source=source, proven_by=key_id if vouched else None)
    await connection.execute(
        SQL.create_customer,
        customer_id,
        customer_input.name,
        name_key(customer_input.name) if customer_input.name else None,
        customer_input.language,
        customer_input.preferred_channel,
        customer_input.communication_style,
        customer_input.segments,
        now,
    )
    if exclusive:
        await _check_exclusive(connection, customer_id, claims, source)
    locked = LockedCustomer(customer_id=customer_id, version=0)
    return await record_change(connection, locked, now=now, key_id=key_id, action="customer.created")


async def change_customer(
    connection: Connection, customer_id: UUID, patch: CustomerPatch, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Change what the patch names."""
    locked = await lock_customer(connection, customer_id)
    fields = patch.fields()
    if not fields:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    await write_patches(connection, {locked.owner_id: patch}, now)
    return await record_change(connection, locked, now=now, key_id=key_id, action="customer.changed", fields=fields)


async def write_patches(connection: Connection, patches: Mapping[UUID, CustomerPatch], now: datetime) -> None:
    """Change what the patches name of their customers, which are locked; no version shows it yet."""
    rows = (
        (
            customer_id,
            " ".join(patch.fields()),
            patch.name or None,
            name_key(patch.name) if patch.name else None,
            patch.language or None,
            patch.preferred_channel or None,
            patch.communication_style or None,
            msgspec.json.encode(patch.segments or ()).decode(),
        )
        for customer_id, patch in patches.items()
    )
    if patches:
        await connection.execute(SQL.change_customers, *columns(rows, 8), now)


async def add_identities(
    connection: Connection,
    customer_id: UUID,
    claims: Sequence[Claim],
    *,
    now: datetime,
    key_id: UUID,
    source: str,
    vouched: bool = False,
    exclusive: bool = False,
) -> RecordedChange:
    """Give these identities to the customer; those it has already may become verified, and with `vouched` proven.

    IdentityTaken if one of them belongs to another customer; with `exclusive` IdentityExclusive if the customer has
    another one of a kind of which it may have one.
    """
    owners = await find_owners(connection, {claim.identity for claim in claims})
    new = [claim for claim in claims if claim.identity not in owners]
    canonical_id = (await read_customer(connection, customer_id)).id
    if any(owner.survivor_id != canonical_id for owner in owners.values()):
        raise IdentityTaken
    proven_by = key_id if vouched else None
    await _attach_claims(  # identities before customers, as registration does
        connection, customer_id, new, now=now, source=source, proven_by=proven_by
    )
    verified = [one.identity for one in claims if one.verified and one.identity in owners]
    if proven_by is not None:
        await prove_identities(connection, owners, proven_by)
    await verify_identities(connection, [one for one in verified if not owners[one].verified])
    locked = await lock_customer(connection, customer_id)
    if exclusive:
        await _check_exclusive(connection, locked.owner_id, new, source)
    await clear_numbers(connection, claimed_numbers(locked.customer_id, claims))
    return await record_change(connection, locked, now=now, key_id=key_id, action="identity.added")


async def remove_identities(
    connection: Connection, customer_id: UUID, identities: Sequence[Identity], *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Take these identities from the customer. IdentityUnknown if it does not have one of them."""
    locked = await lock_customer(connection, customer_id)
    kinds, values = zip(*sorted(set(identities)), strict=True)
    removed = await connection.fetch(SQL.remove_identities, locked.customer_id, kinds, values)
    if len(removed) < len(kinds):
        raise IdentityUnknown
    return await record_change(connection, locked, now=now, key_id=key_id, action="identity.removed")


async def _check_exclusive(connection: Connection, customer_id: UUID, new: Sequence[Claim], source: str) -> None:
    """IdentityExclusive if the customer has another identity beside one of these `new` ones that it may have one of."""
    added = {group for one in new if (group := one.identity.exclusive_group(source))}
    if added:
        groups = await find_exclusive_groups(connection, [customer_id])
        if any(groups.count((customer_id, group)) > 1 for group in added):
            raise IdentityExclusive


async def _attach_claims(
    connection: Connection,
    customer_id: UUID,
    claims: Sequence[Claim],
    *,
    now: datetime,
    source: str,
    proven_by: UUID | None,
) -> None:
    if is_of_the_past(claims, await find_erased_identities(connection, {one.identity for one in claims}), now):
        raise CustomerErased
    rows = {}
    for claim in claims:
        link = IdentityLink.PROVEN if claim.verified or proven_by else IdentityLink.CLAIMED
        rows[claim.identity] = IdentityRow(*claim.identity, customer_id, claim.verified, source, link, proven_by)
    if not await attach_identities(connection, list(rows.values()), now):
        raise IdentityTaken
