"""Idempotency-Key: the same request twice has one effect and one answer.

The outcome is stored in the transaction of the effect itself, so both are there or neither is; what failed left nothing
and may be tried again with the same key. The body is never stored: a replay reads the resource by its id.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from service.db.batcher import result_or_raise
from service.db.pool import Connection
from service.db.statements import Statements, columns
from service.errors import AskonceError, IdempotencyKeyReused, IdempotencyKeyRunning

SQL = Statements("service.access", "idempotency")


class StoredResult(Struct, frozen=True):
    """What the first request with this key brought about."""

    resource_id: UUID
    status: int = 201


class IdempotentRequest(Struct, frozen=True):
    """A request with an Idempotency-Key: the key of the caller, the Idempotency-Key, and a fingerprint (SHA-256)."""

    key_id: UUID
    key: str
    fingerprint: bytes


class IdempotencyState(Struct):
    """`earlier` is set for a replay. Otherwise the caller acts, and saves the outcome with `store`."""

    previous: StoredResult | None = None
    result: StoredResult | None = None

    def set_result(self, resource_id: UUID, status: int = 201) -> None:
        """This is what the request brought about; a replay will find it."""
        self.result = StoredResult(resource_id, status)


def fingerprint(method: str, path: str, body: object) -> bytes:
    """What a request asks for, as 32 bytes; `body` is its decoded shape, so that spaces and order do not count."""
    return hashlib.sha256(msgspec.json.encode((method, path, body), order="sorted")).digest()


@asynccontextmanager
async def idempotent(
    connection: Connection, request: IdempotentRequest | None, *, now: datetime
) -> AsyncIterator[IdempotencyState]:
    """Guard an effect inside its transaction; without a request there is nothing to guard.

    IdempotencyKeyRunning while another transaction has the key locked, IdempotencyKeyReused after another request.
    """
    if request is None:
        yield IdempotencyState()
        return
    (previous,) = await begin_requests(connection, [request])
    state = IdempotencyState(result_or_raise(previous))
    yield state
    if state.previous is None:
        assert state.result is not None, "an effect behind an Idempotency-Key says what it brought about"
        await insert_results(connection, [(request, state.result)], now)


async def begin_requests(
    connection: Connection, requests: Sequence[IdempotentRequest]
) -> list[StoredResult | AskonceError | None]:
    """For each intention its earlier outcome, None if this transaction is the first to act, or the error it meets.

    Errors as with `idempotent`. The keys stay locked until the transaction ends; of two equal ones the second runs.
    """
    numbers = [_lock_number(one.key_id, one.key) for one in requests]
    parameters = ((one.key_id, one.key, number) for one, number in zip(requests, numbers, strict=True))
    rows = await connection.fetch(SQL.lock_keys, *columns(parameters, 3))
    return [
        _previous_result(intention, row, duplicate=number in numbers[:place])
        for place, (intention, number, row) in enumerate(zip(requests, numbers, rows, strict=True))
    ]


def _previous_result(
    request: IdempotentRequest, row: asyncpg.Record, *, duplicate: bool
) -> StoredResult | AskonceError | None:
    if row["resource_id"] is None:
        return None if row["ours"] and not duplicate else IdempotencyKeyRunning()
    if row["fingerprint"] != request.fingerprint:
        return IdempotencyKeyReused()
    return StoredResult(row["resource_id"], row["status"])


async def insert_results(
    connection: Connection, results: Sequence[tuple[IdempotentRequest, StoredResult]], now: datetime
) -> None:
    """Store what the intentions brought about, in the transaction of their effects.

    IdempotencyKeyRunning if another request with the same key ended just when this one began.
    """
    rows = ((one.key_id, one.key, one.fingerprint, what.resource_id, what.status) for one, what in results)
    stored = await connection.fetch(SQL.insert_results, *columns(rows, 5), now)
    if len(stored) < len(results):
        raise IdempotencyKeyRunning


def _lock_number(key_id: UUID, key: str) -> int:
    """The number of the advisory lock of this key: 64 bits of a hash; a collision costs a 409, no more."""
    return int.from_bytes(hashlib.sha256(key_id.bytes + key.encode()).digest()[:8], signed=True)
