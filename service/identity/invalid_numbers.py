"""Telephone numbers of a customer that a call found to be none, until they are corrected."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.model import Claim
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity", "invalid_numbers")


class CustomerPhone(NamedTuple):
    """A canonical telephone number of a customer."""

    customer_id: UUID
    phone: str


def marked_number(phone: str) -> str:
    """The form in which a dialled number in E.164 is marked: that of an identity, if it has one."""
    try:
        return canonical_value(IdentityKind.PHONE, phone, "DE")  # of E.164 the region says nothing
    except InvalidInput:
        return phone


async def mark_number(
    connection: Connection, customer_id: UUID, phone: str, *, callback_id: UUID, now: datetime
) -> None:
    """This number of the customer does not exist, as a call found."""
    await connection.execute(SQL.mark_number, customer_id, marked_number(phone), callback_id, now)


async def clear_numbers(connection: Connection, valid: Iterable[tuple[UUID, str]]) -> None:
    """These canonical numbers are right, each for its customer and the merge set of that one."""
    rows = list(valid)
    if rows:
        await connection.execute(SQL.clear_numbers, *columns(rows, 2))


def claimed_numbers(customer_id: UUID, claims: Iterable[Claim]) -> list[CustomerPhone]:
    """The telephone numbers among the claims of a customer."""
    return [CustomerPhone(customer_id, one.identity.value) for one in claims if one.identity.kind is IdentityKind.PHONE]
