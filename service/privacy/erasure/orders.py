"""Erasures as they stand in the database: ordered, on their way, and their receipts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct, convert, json

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerErased, CustomerUnknown
from service.privacy.erasure.model import ErasureContent, ErasureReceipt, ErasureState, Remains
from service.privacy.erasure.tables import KEPT

SQL = Statements("service.privacy.erasure", "orders")


class Erasure(Struct, frozen=True, kw_only=True):
    """A row of the table erasure."""

    erasure_id: UUID
    customer_ids: tuple[UUID, ...]
    state: ErasureState
    ordered_by: str
    reason: str | None
    request_id: UUID | None
    ordered_at: datetime
    erased_at: datetime | None
    pending: Remains
    receipt: ErasureContent | None
    sequence: int | None
    hash: str | None


async def find_merge_set(connection: Connection, customer_id: UUID) -> list[UUID]:
    """The customers of the merge set, the survivor first. CustomerUnknown; CustomerErased if they are gone."""
    rows = await connection.fetch(SQL.find_merge_set, customer_id)
    if not rows:
        erased = await connection.fetchrow(SQL.find_erasure, customer_id)
        raise CustomerErased if erased else CustomerUnknown
    return [row["customer_id"] for row in rows]


async def read_remains(connection: Connection, customer_ids: Sequence[UUID]) -> Remains:
    """What the last steps need to know of these customers."""
    row = await connection.fetchrow(SQL.read_remains, customer_ids)
    assert row is not None  # it has no FROM
    return Remains(
        identities=tuple((kind, value) for kind, value in map(json.decode, row["identities"])),
        events=tuple((UUID(key_id), event_id) for key_id, event_id in map(json.decode, row["events"])),
        attachments=tuple(row["attachments"]),
    )


def joined_remains(one: Remains, other: Remains) -> Remains:
    """Both."""
    return Remains(
        identities=(*one.identities, *other.identities),
        events=(*one.events, *other.events),
        attachments=(*one.attachments, *other.attachments),
    )


async def lock_erasure(connection: Connection, erasure_id: UUID) -> Erasure:
    """The erasure, locked for this transaction. CustomerUnknown if there is none."""
    row = await connection.fetchrow(SQL.lock_erasure, erasure_id)
    if row is None:
        raise CustomerUnknown("No such erasure is known.")
    return _erasure_of(row)


def _erasure_of(row: asyncpg.Record) -> Erasure:
    fields = dict(row) | {"pending": json.decode(row["pending"]), "receipt": json.decode(row["receipt"] or "null")}
    return convert(fields, Erasure)


async def store_step(connection: Connection, erasure: Erasure, *, due_at: datetime) -> None:
    """Store how far the erasure is, and when another process may go on."""
    await connection.execute(
        SQL.advance,
        erasure.erasure_id,
        erasure.customer_ids,
        erasure.state,
        erasure.erased_at,
        due_at,
        json.encode(erasure.pending).decode(),
        json.encode(erasure.receipt).decode(),
    )


async def find_erasure(connection: Connection, customer_id: UUID) -> Erasure:
    """The newest erasure of this customer. CustomerUnknown if there was none."""
    row = await connection.fetchrow(SQL.find_erasure, customer_id)
    if row is None:
        raise CustomerUnknown("No erasure is known of this customer.")
    return _erasure_of(row)


async def has_unburied(connection: Connection, customer_ids: Sequence[UUID]) -> bool:
    """Whether one of these erased customers is there, or has no tombstone."""
    return bool(await connection.fetch(SQL.find_unburied, customer_ids))


def receipt_of(erasure: Erasure) -> ErasureReceipt:
    """The receipt as far as the erasure is."""
    content = erasure.receipt or ErasureContent()
    return ErasureReceipt(
        erasure_id=erasure.erasure_id,
        customer_ids=erasure.customer_ids,
        state=erasure.state,
        ordered_by=erasure.ordered_by,
        reason=erasure.reason,
        request_id=erasure.request_id,
        ordered_at=erasure.ordered_at,
        erased_at=erasure.erased_at,
        tables=content.tables,
        kept=KEPT,
        attachments=content.attachments,
        sequence=erasure.sequence,
        hash=erasure.hash,
    )
