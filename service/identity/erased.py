"""Tombstones: which customers were erased, and what of them may not come back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.identity.model import Claim, Identity
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity", "erased")

ErasedIdentities = Mapping[Identity, datetime]
"""Identities of erased customers: what happened before this time and names one of them is not registered."""


async def find_erased_customers(connection: Connection, customer_ids: Collection[UUID]) -> set[UUID]:
    """Those of these customers that were erased."""
    return {row["customer_id"] for row in await connection.fetch(SQL.find_erased_customers, list(customer_ids))}


async def find_erased_identities(connection: Connection, identities: Collection[Identity]) -> ErasedIdentities:
    """Those of these identities that are of erased customers."""
    rows = await connection.fetch(SQL.find_erased_identities, *columns(sorted(identities), 2)) if identities else []
    return {Identity(IdentityKind(row["kind"]), row["value"]): row["refused_until"] for row in rows}


def is_of_the_past(claims: Iterable[Claim], erased: ErasedIdentities, occurred_at: datetime) -> bool:
    """Whether an event that claims these identities is of a customer that was erased after it."""
    return any(one.identity in erased and occurred_at < erased[one.identity] for one in claims)
