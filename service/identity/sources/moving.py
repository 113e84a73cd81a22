"""Gives a record that was taken for one person's to another customer, with all that it states and stated."""

from collections.abc import Collection
from uuid import UUID

from service.db.pool import Connection
from service.db.statements import Statements
from service.identity.model import Identity
from service.identity.sources.taking import StatedValue, name_of
from service.model.names import name_key
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity.sources", "moving")


async def move_records(
    connection: Connection, customer_id: UUID, members: Collection[UUID], identities: Collection[Identity]
) -> None:
    """The records of these members that the identities name, by their source and id, are the customer's.

    So is a name that a member has from nothing else. Values keep their ids.
    """
    external = [one.value for one in identities if one.kind is IdentityKind.EXTERNAL]
    if not external:
        return
    moved = await connection.fetch(SQL.find_records, list(members), external)
    for row in moved:
        record = (row["source"], row["external_id"])
        await connection.execute(SQL.move_values, customer_id, row["customer_id"], *record)
        await connection.execute(SQL.move_record, customer_id, *record)
        name = await _read_name(connection, customer_id, record)
        if name:
            await connection.execute(SQL.name_customer, customer_id, name, name_key(name))
            await _rename(connection, row["customer_id"], name)


async def _rename(connection: Connection, customer_id: UUID, name: str) -> None:
    """A customer with this name has that of another record of it, or none, if nothing else told the name."""
    left = await connection.fetchrow(SQL.find_any_record, customer_id)
    other = await _read_name(connection, customer_id, (left["source"], left["external_id"])) if left else None
    await connection.execute(SQL.rename_customer, customer_id, name, other, name_key(other) if other else None)


async def _read_name(connection: Connection, customer_id: UUID, record: tuple[str, str]) -> str | None:
    rows = await connection.fetch(SQL.read_names, customer_id, *record)
    return name_of(StatedValue(row["field"], 0, row["value"], "", verified=False) for row in rows)
