"""A chunk of customers of a file: unknown ones are created by COPY, known ones are updated from the file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from service.db import outbox
from service.db.pool import Connection
from service.db.retry import ConcurrentChange
from service.errors import CustomerErased, InvalidInput
from service.identity.claims import canonical_claims
from service.identity.customers import attach_identities, find_owners
from service.identity.erased import find_erased_identities
from service.identity.model import Claim, Identity, IdentityRow
from service.identity.profile import CustomerInput
from service.imports.chunk import ChunkResult, RefusedRecord, parse_records, preview_json, refused_record
from service.imports.known_customers import RestatedCustomer, update_known_customers
from service.imports.record import FileRecord
from service.model.decode import decode_json
from service.model.ids import new_id
from service.model.names import name_key
from service.model.vocabulary import IdentityLink
from service.registration.sources import HouseSource


class StatedCustomer(NamedTuple):
    """A customer as a record of a file states it."""

    record: FileRecord
    customer: CustomerInput
    claims: tuple[Claim, ...]

    @property
    def identities(self) -> set[Identity]:
        """The identities that are claimed."""
        return {claim.identity for claim in self.claims}


class SortedChunk(Struct, frozen=True, kw_only=True):
    """A chunk sorted out: customers to create, customers that are there (or are created here), and what is refused."""

    new: dict[UUID, StatedCustomer]
    known: list[tuple[UUID, StatedCustomer]]
    refused: list[RefusedRecord]


def sort_chunk(
    chunk: Sequence[StatedCustomer], owners: Mapping[Identity, UUID], survivors: Mapping[UUID, UUID]
) -> SortedChunk:
    """The customer of each record; a record with identities of several customers that are not merged is refused."""
    owners = dict(owners)
    result = SortedChunk(new={}, known=[], refused=[])
    for stated in chunk:
        ids = [owners[claim.identity] for claim in stated.claims if claim.identity in owners]
        if len({survivors.get(one, one) for one in ids}) > 1:
            error = InvalidInput(field="identities", message="They belong to different customers: merge these first.")
            result.refused.append(refused_record(stated.record, error))
            continue
        if ids:
            customer_id = ids[0]
            result.known.append((customer_id, stated))
        else:
            customer_id = new_id()
            result.new[customer_id] = stated
        owners = dict.fromkeys((claim.identity for claim in stated.claims), customer_id) | owners
    return result


class CustomerImporter:
    """Stores customers of files in the name of a key."""

    def __init__(self, *, key_id: UUID, region: str) -> None:
        self._key_id = key_id
        self._region = region

    async def __call__(self, connection: Connection, chunk: Sequence[FileRecord], now: datetime) -> ChunkResult:
        """Store a chunk; a known customer without new values in the file stays as it is."""
        stated, refused = parse_records(chunk, self._parse_customer)
        named = {claim.identity for one in stated for claim in one.claims}
        erased = await find_erased_identities(connection, named)
        refused += [refused_record(one.record, CustomerErased()) for one in stated if erased.keys() & one.identities]
        stated = [one for one in stated if not erased.keys() & one.identities]
        owners = await find_owners(connection, named)
        sorted_chunk = sort_chunk(
            stated,
            {identity: owner.customer_id for identity, owner in owners.items()},
            {owner.customer_id: owner.survivor_id for owner in owners.values()},
        )
        await self._create_customers(connection, sorted_chunk.new, now)
        known = [RestatedCustomer(customer_id, one.customer, one.claims) for customer_id, one in sorted_chunk.known]
        changes = await update_known_customers(connection, known, now=now, key_id=self._key_id)
        changed = dict.fromkeys(sorted_chunk.new, 1)
        changed |= {change.customer_id: change.version for change in changes if change is not None}
        return ChunkResult(
            stored=len(sorted_chunk.new) + len(changes) - changes.count(None),
            known=changes.count(None),
            refused=refused + sorted_chunk.refused,
            changed=changed,
        )

    def preview(self, record: FileRecord) -> dict[str, Any]:
        """The customer as it would be stored, its identities in their canonical form. InvalidInput if refused."""
        stated = self._parse_customer(record)
        return preview_json(stated.customer, stated.claims)

    def _parse_customer(self, record: FileRecord) -> StatedCustomer:
        customer = decode_json(record.raw, CustomerInput)
        return StatedCustomer(record, customer, canonical_claims(customer.identities, self._region))

    async def _create_customers(
        self, connection: Connection, new: Mapping[UUID, StatedCustomer], now: datetime
    ) -> None:
        identities = {
            claim.identity: IdentityRow(
                *claim.identity, customer_id, claim.verified, HouseSource.IMPORT, IdentityLink.PROVEN, self._key_id
            )
            for customer_id, one in new.items()
            for claim in one.claims
        }
        if not await attach_identities(connection, list(identities.values()), now):
            raise ConcurrentChange
        rows = [(customer_id, 1, now, *_profile_columns(one.customer)) for customer_id, one in new.items()]
        await connection.copy_records_to_table("customer", records=rows, columns=_CUSTOMER_COLUMNS)
        audit: list[tuple[object, ...]] = [
            (customer_id, 1, now, self._key_id, "customer.created", []) for customer_id in new
        ]
        await connection.copy_records_to_table("change_audit", records=audit, columns=_AUDIT_COLUMNS)
        await outbox.enqueue_context_changes(connection, dict.fromkeys(new, 1), now)


_CUSTOMER_COLUMNS = (
    "customer_id",
    "version",
    "since",
    "name",
    "name_key",
    "language",
    "preferred_channel",
    "communication_style",
    "segments",
)
_AUDIT_COLUMNS = ("customer_id", "version", "at", "key_id", "action", "fields")


def _profile_columns(new: CustomerInput) -> tuple[object, ...]:
    """The columns of a customer's record, in the order of _CUSTOMER_COLUMNS."""
    return (
        new.name,
        name_key(new.name) if new.name else None,
        new.language,
        new.preferred_channel,
        new.communication_style,
        new.segments,
    )
