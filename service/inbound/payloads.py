"""Deliveries as they came, kept for a while: a better parser can be run on them, and no event hangs on a good parse."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
from asyncpg import Record

from service.channels.base import Delivery
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.model.ids import new_id

SQL = Statements("service.inbound", "payloads")

_PAGE_SIZE = 4
"""Payloads read at once: each may be a mail of 25 MB."""


async def store_payload(connection: Connection, account_id: UUID, delivery: Delivery, *, taken: bool) -> UUID:
    """Store a delivery that holds no secret; gives the id of the payload."""
    payload_id = new_id()
    await connection.execute(
        SQL.store_payload,
        payload_id,
        account_id,
        delivery.received_at,
        delivery.method,
        delivery.rest,
        delivery.query_string,
        msgspec.json.encode(delivery.headers).decode(),
        delivery.raw,
        taken,
    )
    return payload_id


async def find_payload(connection: Connection, account_id: UUID, delivery_id: UUID) -> Delivery | None:
    """The payload of an entry of the log of deliveries; None if it is not kept."""
    row = await connection.fetchrow(SQL.find_payload, account_id, delivery_id)
    return None if row is None else _delivery_of(row)


async def delete_payload(connection: Connection, payload_id: UUID) -> None:
    """Keep this payload no longer."""
    await connection.execute(SQL.delete_payload, payload_id)


async def mark_payload_taken(connection: Connection, payload_id: UUID) -> None:
    """Mark a payload as registered."""
    await connection.execute(SQL.mark_payload_taken, payload_id)


async def read_payloads(
    database: Database, account_id: UUID, *, untaken: bool = False
) -> AsyncIterator[tuple[UUID, Delivery]]:
    """The payloads that are kept of an instance, oldest first; with `untaken` only those that did not go through."""
    after: UUID | None = None
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(SQL.read_payloads, account_id, after, untaken, _PAGE_SIZE)
        for row in rows:
            after = row["payload_id"]
            yield row["payload_id"], _delivery_of(row)
        if len(rows) < _PAGE_SIZE:
            return


def _delivery_of(row: Record) -> Delivery:
    return Delivery(
        raw=row["raw"],
        headers=msgspec.json.decode(row["headers"], type=dict[str, str]),
        method=row["method"],
        rest=row["rest"],
        query_string=row["query_string"],
        received_at=row["received_at"],
    )
