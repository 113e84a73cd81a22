"""Brings customers of a file that are there already up to what it says: what is old news is read, and no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from service.db.change import LockedCustomer, RecordedChange, lock_customers, record_changes
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.identity import profile
from service.identity.customers import attach_identities, find_owners, prove_identities, verify_identities
from service.identity.invalid_numbers import claimed_numbers, clear_numbers
from service.identity.model import Claim, IdentityRow, Owner
from service.identity.profile import Customer, CustomerInput, CustomerPatch, KnownIdentity
from service.model.vocabulary import IdentityLink
from service.registration.sources import HouseSource


class RestatedCustomer(NamedTuple):
    """What a record of a file states of a customer that is there, as if it were never merged."""

    customer_id: UUID
    stated: CustomerInput
    claims: tuple[Claim, ...]


class _News(Struct, frozen=True, kw_only=True):
    """What records state that is not on record yet, by customer."""

    claims: dict[UUID, list[Claim]]
    patches: dict[UUID, CustomerPatch]


async def update_known_customers(
    connection: Connection, known: Sequence[RestatedCustomer], *, now: datetime, key_id: UUID
) -> list[RecordedChange | None]:
    """The last change that came of each record, in their order; None where it says nothing new.

    Several records of one customer are taken one after the other: a later one may take back what an earlier one said.
    ConcurrentChange if another transaction was faster with an identity or a customer.
    """
    changes: dict[int, RecordedChange] = {}
    waiting = dict(enumerate(known))
    while waiting:
        first: dict[UUID, int] = {}
        for index, one in waiting.items():
            first.setdefault(one.customer_id, index)
        records = {customer_id: waiting.pop(index) for customer_id, index in first.items()}
        changed = await _store_news(connection, await _find_news(connection, records), now=now, key_id=key_id)
        changes |= {first[customer_id]: change for customer_id, change in changed.items()}
    return [changes.get(index) for index in range(len(known))]


async def _find_news(connection: Connection, records: Mapping[UUID, RestatedCustomer]) -> _News:
    members = await profile.read_members(connection, records)
    if len(members) < len(records):
        raise ConcurrentChange
    claims = {one: _new_claims(record.claims, members[one]) for one, record in records.items()}
    patches = {one: _missing_fields(record.stated, members[one]) for one, record in records.items()}
    return _News(
        claims={one: new for one, new in claims.items() if new},
        patches={one: patch for one, patch in patches.items() if patch.fields()},
    )


async def _store_news(
    connection: Connection, news: _News, *, now: datetime, key_id: UUID
) -> dict[UUID, RecordedChange]:
    """The last change of each customer with news: identities before customers are locked, as registration does."""
    customer_ids = news.claims.keys() | news.patches.keys()
    if not customer_ids:
        return {}
    owners = await _store_claims(connection, news.claims, now, key_id)
    locked = await lock_customers(connection, customer_ids)
    if len(locked) < len(customer_ids) or _belong_to_others(news.claims, owners, locked):
        raise ConcurrentChange
    numbers = [one for owner, claims in news.claims.items() for one in claimed_numbers(owner, claims)]
    await clear_numbers(connection, [(locked[one.customer_id].customer_id, one.phone) for one in numbers])
    added = dict.fromkeys(news.claims, ())
    changes = await record_changes(connection, added, now=now, key_id=key_id, action="identity.added")
    await profile.write_patches(connection, news.patches, now)
    fields = {customer_id: patch.fields() for customer_id, patch in news.patches.items()}
    return changes | await record_changes(connection, fields, now=now, key_id=key_id, action="customer.changed")


async def _store_claims(
    connection: Connection, claims_by_customer: Mapping[UUID, Sequence[Claim]], now: datetime, key_id: UUID
) -> dict[UUID, dict[Claim, Owner]]:
    """Attach the identities that are new and prove the others; gives who has those others, by customer and claim."""
    owners = await find_owners(connection, {one.identity for claims in claims_by_customer.values() for one in claims})
    rows = {
        one.identity: IdentityRow(
            *one.identity, customer_id, one.verified, HouseSource.IMPORT, IdentityLink.PROVEN, key_id
        )
        for customer_id, claims in claims_by_customer.items()
        for one in claims
        if one.identity not in owners
    }
    if not await attach_identities(connection, list(rows.values()), now):
        raise ConcurrentChange
    await prove_identities(connection, owners, key_id)
    known = {
        customer_id: {one: owners[one.identity] for one in claims if one.identity in owners}
        for customer_id, claims in claims_by_customer.items()
    }
    await verify_identities(
        connection,
        {one.identity for each in known.values() for one, owner in each.items() if one.verified > owner.verified},
    )
    return known


def _belong_to_others(
    claims: Mapping[UUID, Sequence[Claim]],
    owners: Mapping[UUID, Mapping[Claim, Owner]],
    locked: Mapping[UUID, LockedCustomer],
) -> bool:
    """Whether an identity has become that of another customer since the records were sorted out."""
    return any(
        owner.survivor_id != locked[customer_id].customer_id
        for customer_id in claims
        for owner in owners[customer_id].values()
    )


def _new_claims(claims: Sequence[Claim], customer: Customer) -> list[Claim]:
    """Claims that say more than is known: another identity, or that one is proven."""
    known = {(one.kind, one.value): one for one in customer.identities}
    return [claim for claim in claims if _adds_information(claim, known.get(claim.identity))]


def _adds_information(claim: Claim, known: KnownIdentity | None) -> bool:
    return known is None or (claim.verified and not known.verified)


def _missing_fields(stated: CustomerInput, customer: Customer) -> CustomerPatch:
    """What the file states and the record does not say yet; the file's silence changes nothing."""
    fields = {name: value for name, value in asdict(stated).items() if name != "identities" and value}
    return CustomerPatch(**{name: value for name, value in fields.items() if value != getattr(customer, name)})
