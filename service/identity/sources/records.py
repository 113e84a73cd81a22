"""Puts source records, many in one transaction: each its own customer unless something verified says whose it is."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.db.change import LockedCustomer, RecordedChange, lock_customers, record_changes
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.db.statements import Statements, columns
from service.errors import CustomerErased
from service.identity import customers
from service.identity.erased import find_erased_identities, is_of_the_past
from service.identity.model import EXCLUSIVE_KINDS, Claim, Identity, IdentityRow, Owner, Resolution
from service.identity.rules import resolve_identities, resolve_known
from service.identity.sources.placing import place_addresses
from service.identity.sources.plan import CurrentValue, ProfileRow, RecordPlan, RecordState
from service.identity.sources.stating import RecordKey, StatedRecord
from service.identity.sources.taking import StatedValue, canonical_json
from service.model.vocabulary import IdentityLink

SQL = Statements("service.identity.sources", "records")

ACTION = "record.stated"


class PutRecord(Struct, frozen=True, kw_only=True):
    """What became of a record: the canonical customer, and the version that shows it."""

    customer_id: UUID
    version: int
    stated: StatedRecord
    """The record with all that is thought of its values."""
    is_new: bool
    changed: bool


class PutRecords(Struct, frozen=True, kw_only=True):
    """What became of records put together: answers in their order, and the canonical customers that changed."""

    results: list[PutRecord]
    changed: dict[UUID, int]


class ResolvedRecords(Struct, frozen=True, kw_only=True):
    """The customer of each record, in their order, and the identities that become known by them."""

    customer_ids: list[UUID]
    new_customers: set[UUID]
    attach: list[IdentityRow]
    verify: set[Identity]
    take: dict[UUID, list[IdentityRow]]
    """Ids of records that a customer merely claimed, by this customer: the source knows better whose they are."""


async def put_records(
    connection: Connection, records: Sequence[StatedRecord], *, now: datetime, key_id: UUID
) -> PutRecords:
    """Put these records in the caller's transaction, which must be tried again as a whole after ConcurrentChange.

    Customers are locked first, then come identities, then values are read and written: the order of every writer.
    """
    if await find_erased_records(connection, records):
        raise CustomerErased
    records = await place_addresses(connection, records)
    known = await _find_records(connection, records)
    resolved = await _resolve(connection, records, known)
    old = (set(resolved.customer_ids) | resolved.take.keys()) - resolved.new_customers
    locked = await lock_customers(connection, old, restricted_too=True) if old else {}
    if not await customers.attach_identities(connection, resolved.attach, now):
        raise ConcurrentChange
    await customers.verify_identities(connection, resolved.verify)
    if not await customers.take_identities(connection, [row for rows in resolved.take.values() for row in rows]):
        raise ConcurrentChange
    joining = [stated for stated, one in zip(records, resolved.customer_ids, strict=True) if one in old]
    if len(locked) < len(old) or await _has_come(connection, joining, known):
        raise ConcurrentChange
    plan = RecordPlan(await _read_states(connection, known), now=now)
    changed = [plan.add(*one) for one in zip(records, resolved.customer_ids, strict=True)]
    await _write(connection, plan, resolved.new_customers, now)
    for claimant_id in resolved.take:
        plan.changed.setdefault(claimant_id, set()).add("identity")
    changes = await record_changes(connection, plan.changed, now=now, key_id=key_id, action=ACTION)
    return PutRecords(
        results=_results(records, resolved.customer_ids, changed, known, changes | _versions(locked, changes)),
        changed={one.customer_id: one.version for one in changes.values()},
    )


async def find_erased_records(connection: Connection, records: Sequence[StatedRecord]) -> set[RecordKey]:
    """Those of these records that were stated before their customer was erased."""
    erased = await find_erased_identities(connection, {claim.identity for one in records for claim in one.claims})
    return {one.key for one in records if is_of_the_past(one.claims, erased, one.stated_at)}


async def _find_records(connection: Connection, records: Iterable[StatedRecord]) -> dict[RecordKey, UUID]:
    """The customers of those records that are known."""
    rows = await connection.fetch(SQL.find_records, *columns({one.key for one in records}, 2))
    return {RecordKey(row["source"], row["external_id"]): row["customer_id"] for row in rows}


async def _has_come(connection: Connection, records: Iterable[StatedRecord], known: Container[RecordKey]) -> bool:
    """Whether one of these records, which was not known, was put by another writer before the lock was ours."""
    new = [one for one in records if one.key not in known]
    return bool(new and await _find_records(connection, new))


async def _resolve(
    connection: Connection, records: Sequence[StatedRecord], known: Mapping[RecordKey, UUID]
) -> ResolvedRecords:
    """Resolve one record after the other, so that a later one knows the customers of the earlier ones."""
    owners = await customers.find_owners(connection, {claim.identity for one in records for claim in one.claims})
    groups = {owner.customer_id: owner.exclusive_groups for owner in owners.values()}
    owning = [known[one.key] for one in records if one.key in known and _has_exclusive(one)]
    for customer_id, group in await customers.find_exclusive_groups(connection, owning) if owning else ():
        groups.setdefault(customer_id, set()).add(group)
    resolved = ResolvedRecords(customer_ids=[], new_customers=set(), attach=[], verify=set(), take={})
    known = dict(known)
    for stated in records:
        resolution = _resolution(stated, owners, known, groups)
        known[stated.key] = resolution.customer_id
        resolved.customer_ids.append(resolution.customer_id)
        if resolution.is_new:
            resolved.new_customers.add(resolution.customer_id)
        _note_identities(resolved, stated, resolution, owners, groups)
    return resolved


def _has_exclusive(stated: StatedRecord) -> bool:
    return any(claim.identity.kind in EXCLUSIVE_KINDS for claim in stated.claims[1:])


def _resolution(
    stated: StatedRecord,
    owners: Mapping[Identity, Owner],
    known: Mapping[RecordKey, UUID],
    groups: Mapping[UUID, set[str]],
) -> Resolution:
    source = stated.key.source
    customer_id = known.get(stated.key)
    if customer_id is not None:
        return resolve_known(stated.claims, owners, source, customer_id, groups.get(customer_id, ()))
    return resolve_identities([_deciding(claim, owners) for claim in stated.claims], owners, source)


def _deciding(claim: Claim, owners: Mapping[Identity, Owner]) -> Claim:
    """The claim, which decides of an identity with an owner only if both the record and our records have proof.

    So the id of a record that a customer merely claimed before joins no record to that customer.
    """
    owner = owners.get(claim.identity)
    if owner is None or (claim.verified and owner.verified):
        return claim
    return replace(claim, decides=False)


def _note_identities(
    resolved: ResolvedRecords,
    stated: StatedRecord,
    resolution: Resolution,
    owners: dict[Identity, Owner],
    groups: dict[UUID, set[str]],
) -> None:
    """Remember what this record attaches and verifies, for the records after it too."""
    customer_id, source = resolution.customer_id, stated.key.source
    has_one_of = groups.setdefault(customer_id, set())
    for claim in resolution.attach:
        link = IdentityLink.PROVEN if claim.verified else IdentityLink.CLAIMED
        resolved.attach.append(IdentityRow(*claim.identity, customer_id, claim.verified, source, link))
        has_one_of.update(group for group in [claim.identity.exclusive_group(source)] if group)
        owners[claim.identity] = Owner(customer_id=customer_id, verified=claim.verified, exclusive_groups=has_one_of)
    own = owners.get(stated.own)
    if own is not None and not own.verified and own.customer_id != customer_id:
        row = IdentityRow(*stated.own, customer_id, verified=True, source=source, link=IdentityLink.PROVEN)
        resolved.take.setdefault(own.customer_id, []).append(row)
        owners[stated.own] = Owner(customer_id=customer_id, verified=True, exclusive_groups=has_one_of)
    resolved.verify.update(resolution.verify)
    for identity in resolution.verify:
        owners[identity] = replace(owners[identity], verified=True)


async def _read_states(connection: Connection, known: Mapping[RecordKey, UUID]) -> list[RecordState]:
    """What the known records state now; ConcurrentChange if one went to another customer before the lock was ours."""
    if not known:
        return []
    states: dict[RecordKey, RecordState] = {}
    for row in await connection.fetch(SQL.read_states, *columns(sorted(known), 2)):
        key = RecordKey(row["source"], row["external_id"])
        if row["customer_id"] != known[key]:
            raise ConcurrentChange
        state = states.setdefault(
            key,
            RecordState(
                key=key,
                customer_id=row["customer_id"],
                stated_at=row["record_stated_at"],
                verified=row["record_verified"],
                current=[],
            ),
        )
        if row["value_id"] is not None:
            state.current.append(_current_value(row))
    return list(states.values())


def _current_value(row: asyncpg.Record) -> CurrentValue:
    value = canonical_json(msgspec.json.decode(row["value"]))
    stated = StatedValue(row["field"], row["position"], value, row["normal"], row["verified"])
    return CurrentValue(value_id=row["value_id"], stated=stated)


async def _write(connection: Connection, plan: RecordPlan, new_customers: set[UUID], now: datetime) -> None:
    new = [plan.profiles.get(one, ProfileRow(one)) for one in sorted(new_customers)]
    if new:
        await connection.execute(SQL.create_customers, *columns(new, 6)[:4], now)
    profiles = [row for row in plan.profiles.values() if row.customer_id not in new_customers]
    if profiles:
        await connection.execute(SQL.follow_profiles, *columns(profiles, 6))
    if plan.records or plan.late:
        stored = await connection.fetchval(
            SQL.write_records,
            list(plan.records.values()),
            list(plan.values.values()),
            *columns(plan.ended, 2),
            *columns(plan.moved, 3),
            now,
            plan.late,
        )
        if stored != len(plan.records):
            raise ConcurrentChange


def _versions(
    locked: Mapping[UUID, LockedCustomer], changes: Mapping[UUID, RecordedChange]
) -> dict[UUID, RecordedChange]:
    """The canonical customers and versions of those that did not change."""
    return {
        customer_id: RecordedChange(customer_id=one.customer_id, version=one.version)
        for customer_id, one in locked.items()
        if customer_id not in changes
    }


def _results(
    records: Sequence[StatedRecord],
    customer_ids: Sequence[UUID],
    changed: Sequence[bool],
    known: Container[RecordKey],
    versions: Mapping[UUID, RecordedChange],
) -> list[PutRecord]:
    results = []
    seen: set[RecordKey] = set()
    for stated, customer_id, has_changed in zip(records, customer_ids, changed, strict=True):
        results.append(
            PutRecord(
                customer_id=versions[customer_id].customer_id,
                version=versions[customer_id].version,
                stated=stated,
                is_new=stated.key not in known and stated.key not in seen,
                changed=has_changed,
            )
        )
        seen.add(stated.key)
    return results
