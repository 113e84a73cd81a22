"""Set-based reads and writes of customers and identities; each function is one round trip, and none without rows."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Self
from uuid import UUID

from msgspec import Struct

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.model import ACCOUNT_KINDS, EXCLUSIVE_KINDS, Identity, IdentityConflict, IdentityRow, Owner
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity", "customers")


class CustomerRow(NamedTuple):
    """A row of the table customer: a new one, or what the tallies of a known one grow by."""

    customer_id: UUID
    version: int
    interactions: int
    repeated_questions: int
    since: datetime | None
    name: str | None
    name_key: str | None
    language: str | None
    last_registered_at: datetime


class ExclusiveValue(NamedTuple):
    """An identity of which a customer has one in its `group`, such as `loyalty_card:gold`."""

    customer_id: UUID
    group: str
    value: str


class KnownCustomer(NamedTuple):
    """A customer as a batch has seen it."""

    customer_id: UUID
    version: int
    merged_into: UUID | None
    last_registered_at: datetime


class MergeSuggestionRow(NamedTuple):
    """A row of the table merge_suggestion: an identity of the other customer that an interaction stated."""

    customer_id: UUID
    other_customer_id: UUID
    kind: IdentityKind
    value: str
    interaction_id: UUID
    suggested_at: datetime


class CustomerState(Struct, kw_only=True):
    """A known (or new) customer while a batch works on it; the tallies are what the batch adds."""

    customer_id: UUID
    known: KnownCustomer | None = None
    """The customer before the batch; None if it is new."""
    version: int = 0
    last_registered_at: datetime = datetime.min.replace(tzinfo=UTC)
    merged_into: UUID | None = None
    changed: bool = False
    """Whether the batch gives it a version."""
    since: datetime | None = None
    name: str | None = None
    language: str | None = None
    interactions: int = 0
    repeated_questions: int = 0

    @classmethod
    def of_known(cls, known: KnownCustomer) -> Self:
        """A customer that the batch has changed nothing of yet."""
        return cls(
            customer_id=known.customer_id,
            known=known,
            version=known.version,
            merged_into=known.merged_into,
            last_registered_at=known.last_registered_at.replace(tzinfo=UTC),  # in the database it may be -infinity
        )

    @property
    def survivor_id(self) -> UUID:
        """The canonical customer of its merge set."""
        return self.merged_into or self.customer_id


async def find_owners(connection: Connection, identities: Collection[Identity]) -> dict[Identity, Owner]:
    """The owners of those identities that are known: members of merge sets, as if they were never merged."""
    if not identities:
        return {}
    kinds, values = zip(*identities, strict=True)
    rows = await connection.fetch(SQL.find_owners, kinds, values, ACCOUNT_KINDS)
    groups: dict[UUID, set[str]] = {row["customer_id"]: set() for row in rows}
    known = {(row["kind"], row["value"]) for row in rows}
    if groups and any(one.kind in EXCLUSIVE_KINDS and one not in known for one in identities):
        for customer_id, group in await find_exclusive_groups(connection, list(groups)):
            groups[customer_id].add(group)
    return {
        Identity(IdentityKind(row["kind"]), row["value"]): Owner(
            customer_id=row["customer_id"],
            merged_into=row["merged_into"],
            verified=row["verified"],
            has_account=row["has_account"],
            exclusive_groups=groups[row["customer_id"]],
        )
        for row in rows
    }


async def find_exclusive_values(connection: Connection, customer_ids: Sequence[UUID]) -> list[ExclusiveValue]:
    """The identities of these customers, each as it stands for itself, of which a customer has one."""
    rows = await connection.fetch(SQL.find_exclusive_identities, customer_ids, EXCLUSIVE_KINDS)
    groups = (Identity(IdentityKind(row["kind"]), row["value"]).exclusive_group(row["source"]) for row in rows)
    return [
        ExclusiveValue(row["customer_id"], group, row["value"])
        for row, group in zip(rows, groups, strict=True)
        if group
    ]


async def find_exclusive_groups(connection: Connection, customer_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """For each identity of these canonical customers that they have one of: the customer and what it is one of."""
    return [(one.customer_id, one.group) for one in await find_exclusive_values(connection, customer_ids)]


async def attach_identities(connection: Connection, rows: Sequence[IdentityRow], now: datetime) -> bool:
    """Give new identities to customers; False if another transaction was faster with any of them."""
    if not rows:
        return True
    attached = await connection.fetch(SQL.attach_identities, *columns(rows, 7), now)
    return len(attached) == len(rows)


async def verify_identities(connection: Connection, identities: Collection[Identity]) -> None:
    """Mark identities as verified, and their links as proven."""
    if identities:
        await connection.execute(SQL.verify_identities, *columns(sorted(identities), 2))


async def take_identities(connection: Connection, rows: Sequence[IdentityRow]) -> bool:
    """Give identities that others merely claimed to the customers of these rows; False if one is proven by now."""
    if not rows:
        return True
    ordered = sorted(rows)
    taken = [(row.kind, row.value, row.customer_id, row.source) for row in ordered]
    return len(await connection.fetch(SQL.take_identities, *columns(taken, 4))) == len(rows)


async def prove_identities(connection: Connection, identities: Collection[Identity], key_id: UUID) -> None:
    """Mark the links of identities as proven by a person with this key; those that are proven already stay."""
    if identities:
        await connection.execute(SQL.prove_identities, *columns(sorted(identities), 2), key_id)


async def record_merge_suggestions(
    connection: Connection, conflicts: Sequence[tuple[IdentityConflict, UUID]], now: datetime
) -> None:
    """Keep which (clash, interaction) speaks for two customers being one."""
    if conflicts:
        rows = [(c.customer_id, c.other_customer_id, *c.identity, interaction_id) for c, interaction_id in conflicts]
        await connection.execute(SQL.insert_merge_suggestions, *zip(*rows, strict=True), now)
