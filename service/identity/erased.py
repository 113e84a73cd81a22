"""Tombstones: which customers were erased, and what of them may not come back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.model import Claim, Identity

SQL = Statements("service.identity", "erased")

ErasedIdentities = Mapping[Identity, datetime]
"""Identities of erased customers: what happened before this time and names one of them is not registered."""


async def find_erased_customers(connection: Connection, customer_ids: Collection[UUID]) -> set[UUID]:
    """Those of these customers that were erased."""
    return {row["customer_id"] for row in await connection.fetch(SQL.find_erased_customers, list(customer_ids))}


def is_of_the_past(claims: Iterable[Claim], erased: ErasedIdentities, occurred_at: datetime) -> bool:
    """Whether an event that claims these identities is of a customer that was erased after it."""
    return any(one.identity in erased and occurred_at < erased[one.identity] for one in claims)
