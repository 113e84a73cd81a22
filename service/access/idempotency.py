"""Idempotency-Key: the same request twice has one effect and one answer.

The outcome is stored in the transaction of the effect itself, so both are there or neither is; what failed left nothing
and may be tried again with the same key. The body is never stored: a replay reads the resource by its id.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.access.model import Principal
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import IdempotencyKeyReused, IdempotencyKeyRunning

SQL = Statements("service.access", "idempotency")


class Earlier(Struct, frozen=True):
    """What the first request with this key brought about."""

    resource_id: UUID
    status: int


class Outcome(Struct):
    """`earlier` is set for a replay. Otherwise the caller acts, and says with `store` what came of it."""

    earlier: Earlier | None = None
    stored: Earlier | None = None

    def store(self, resource_id: UUID, status: int = 201) -> None:
        """This is what the request brought about; a replay will find it."""
        self.stored = Earlier(resource_id, status)


def fingerprint(method: str, path: str, body: object) -> bytes:
    """What a request asks for, as 32 bytes; `body` is its decoded shape, so that spaces and order do not count."""
    return hashlib.sha256(msgspec.json.encode((method, path, body), order="sorted")).digest()


@asynccontextmanager
async def idempotent(
    connection: Connection, *, principal: Principal, key: str, request: bytes, now: datetime
) -> AsyncIterator[Outcome]:
    """Guard an effect inside its transaction; `request` is its fingerprint.

    IdempotencyKeyRunning while another transaction holds the key, IdempotencyKeyReused if it stood for another request.
    """
    if not await connection.fetchval(SQL.lock_idempotency_key, _lock_number(principal.key_id, key)):
        raise IdempotencyKeyRunning
    row = await connection.fetchrow(SQL.find_outcome, principal.key_id, key)
    if row is not None:
        if row["fingerprint"] != request:
            raise IdempotencyKeyReused
        yield Outcome(earlier=Earlier(row["resource_id"], row["status"]))
        return
    outcome = Outcome()
    yield outcome
    assert outcome.stored is not None, "an effect behind an Idempotency-Key says what it brought about"
    await connection.execute(
        SQL.store_outcome, principal.key_id, key, request, outcome.stored.resource_id, outcome.stored.status, now
    )


def _lock_number(key_id: UUID, key: str) -> int:
    """The number of the advisory lock of this key: 64 bits of a hash; a collision costs a 409, no more."""
    return int.from_bytes(hashlib.sha256(key_id.bytes + key.encode()).digest()[:8], signed=True)
