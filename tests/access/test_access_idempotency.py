"""Idempotency-Key: one intention, one effect, one answer (promise D3)."""

import asyncio
from uuid import UUID

import pytest

from service.access.idempotency import (
    IdempotentRequest,
    StoredResult,
    begin_requests,
    fingerprint,
    idempotent,
    insert_results,
)
from service.access.model import Principal
from service.db.pool import Database
from service.errors import AskonceError, ConditionUsedUp, IdempotencyKeyReused, IdempotencyKeyRunning
from service.model.ids import new_id
from service.model.interaction import IdentityClaim
from service.model.vocabulary import IdentityKind, Role
from tests.fixtures import KEY_ID, NOW

pytestmark = pytest.mark.promise("D3")

DESK = Principal(key_id=KEY_ID, role=Role.CONSOLE, name="desk")
OTHER_DESK = Principal(key_id=UUID(int=2), role=Role.CONSOLE, name="other desk")
REQUEST = fingerprint("POST", "/v1/customers", {"name": "Anna"})


async def act(
    database: Database, *, caller: Principal = DESK, key: str = "k-1", request: bytes = REQUEST
) -> StoredResult:
    """Do something with an effect that can be counted; tells what it or its first time brought about."""
    async with (
        database.transaction() as connection,
        idempotent(connection, IdempotentRequest(caller.key_id, key, request), now=NOW) as outcome,
    ):
        if outcome.previous is not None:
            return outcome.previous
        resource = new_id()
        await connection.execute("INSERT INTO customer (customer_id, since) VALUES ($1, $2)", resource, NOW)
        outcome.set_result(resource)
    return StoredResult(resource, 201)


async def effects(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("SELECT count(*) FROM customer")


async def test_a_retry_finds_what_the_first_request_brought_about(database):
    assert await act(database) == await act(database)
    assert await effects(database) == 1


async def test_a_new_key_is_a_new_intention(database):
    assert await act(database, key="k-1") != await act(database, key="k-2")
    assert await effects(database) == 2


async def test_many_intentions_begin_at_once_and_each_finds_its_own(database):
    earlier = await act(database, key="old")
    wanted = [IdempotentRequest(KEY_ID, key, REQUEST) for key in ("new", "old", "new")]
    wanted.append(IdempotentRequest(KEY_ID, "old", fingerprint("POST", "/v1/customers", {"name": "Bert"})))
    async with database.transaction() as connection:
        first, known, second, reused = await begin_requests(connection, wanted)
        assert (first, known) == (None, earlier)
        assert (type(second), type(reused)) == (IdempotencyKeyRunning, IdempotencyKeyReused)
        await insert_results(connection, [(wanted[0], StoredResult(new_id(), 201))], NOW)
    assert (await act(database, key="new")).status == 201
    assert await effects(database) == 1


async def test_a_request_that_another_with_its_key_has_just_overtaken_changes_nothing(database):
    with pytest.raises(IdempotencyKeyRunning):
        async with database.transaction() as connection:
            intention = IdempotentRequest(KEY_ID, "k-1", REQUEST)
            assert await begin_requests(connection, [intention]) == [None]
            async with database.transaction() as other:  # it ended before the lock was ours, and unseen
                await insert_results(other, [(intention, StoredResult(new_id(), 201))], NOW)
            await insert_results(connection, [(intention, StoredResult(new_id(), 201))], NOW)


async def test_two_callers_may_use_the_same_key(database):
    assert await act(database) != await act(database, caller=OTHER_DESK)
    assert await effects(database) == 2


@pytest.mark.parametrize(
    "other",
    [
        fingerprint("POST", "/v1/customers", {"name": "Bert"}),
        fingerprint("POST", "/v1/callbacks", {"name": "Anna"}),
        fingerprint("PUT", "/v1/customers", {"name": "Anna"}),
    ],
)
async def test_the_same_key_with_another_request_is_refused(database, other):
    await act(database)
    with pytest.raises(IdempotencyKeyReused):
        await act(database, request=other)
    assert await effects(database) == 1


async def test_while_the_first_request_runs_the_second_is_told_so(database):
    async with (
        database.transaction() as connection,
        idempotent(connection, IdempotentRequest(DESK.key_id, "k-1", REQUEST), now=NOW) as outcome,
    ):
        with pytest.raises(IdempotencyKeyRunning):
            await act(database)
        await act(database, key="k-2")
        outcome.set_result(new_id())


@pytest.mark.parametrize("failure", [ConditionUsedUp, ConnectionResetError])
async def test_a_request_that_failed_may_be_tried_again_with_its_key(database, failure):
    with pytest.raises((failure, AskonceError)):
        async with (
            database.transaction() as connection,
            idempotent(connection, IdempotentRequest(DESK.key_id, "k-1", REQUEST), now=NOW),
        ):
            raise failure
    await act(database)
    assert await effects(database) == 1


async def test_fifty_copies_at_once_have_one_effect_and_one_answer(database):
    answers = await asyncio.gather(*(act(database) for _ in range(50)), return_exceptions=True)
    done = [answer for answer in answers if isinstance(answer, StoredResult)]
    assert all(isinstance(answer, IdempotencyKeyRunning) for answer in answers if answer not in done)
    assert len(set(done)) == 1
    assert await effects(database) == 1


async def test_only_what_a_request_means_counts_not_how_it_is_written():
    claim = IdentityClaim(kind=IdentityKind.PHONE, value="1")
    spelled_out = IdentityClaim(kind=IdentityKind.PHONE, value="1", verified=False)
    assert fingerprint("POST", "/a", {"x": 1, "y": claim}) == fingerprint("POST", "/a", {"y": spelled_out, "x": 1})


async def test_nothing_of_the_body_is_stored(database):
    await act(database, request=fingerprint("POST", "/v1/customers", {"name": "Anna Canary"}))
    async with database.connection() as connection:
        assert "Canary" not in await connection.fetchval("SELECT idempotency::text FROM idempotency")
