from datetime import timedelta

import pytest

from service.model.ids import new_id
from service.worker import housekeeping
from service.worker.housekeeping import delete_expired


@pytest.mark.promise("G7")
async def test_what_was_kept_long_enough_is_deleted_and_nothing_else(duties, database, count):
    now, day = duties.clock.now(), timedelta(days=1)
    async with database.transaction() as connection:
        for age in (29 * day, 31 * day):
            await connection.execute("INSERT INTO idempotency VALUES ($1, 'k', '', $1, 201, $2)", new_id(), now - age)
        for age in (day / 2, 2 * day):
            await connection.execute(
                "INSERT INTO store_candidate VALUES ($1, $2, $2, 'berlin', 0, $3)", new_id().bytes, new_id(), now - age
            )
        for age in (364 * day, 366 * day):
            await connection.execute("INSERT INTO read_audit VALUES ($1, $2, 'console', '{}')", now - age, new_id())

    assert await delete_expired(duties) is False

    assert [await count(table) for table in ("idempotency", "store_candidate", "read_audit")] == [1, 1, 1]


async def test_tokens_of_forms_go_when_they_end(duties, database, count):
    async with database.transaction() as connection:
        for left in (timedelta(minutes=1), -timedelta(minutes=1)):
            await connection.execute(
                "INSERT INTO form_token VALUES ($1, $2, 'car', 'd', NULL, '{name}', 'claimed', $2, NULL, NULL, false, $3)",
                new_id().bytes,
                new_id(),
                duties.clock.now() + left,
            )
    await delete_expired(duties)
    assert await count("form_token") == 1


async def test_many_expired_records_go_in_small_portions(duties, database, count, monkeypatch):
    monkeypatch.setattr(housekeeping, "DELETE_BATCH", 2)
    async with database.transaction() as connection:
        for _ in range(3):
            await connection.execute(
                "INSERT INTO store_candidate VALUES ($1, $2, $2, 'berlin', 0, $3)",
                new_id().bytes,
                new_id(),
                duties.clock.now() - timedelta(days=2),
            )

    assert [await delete_expired(duties), await delete_expired(duties)] == [True, False]
    assert await count("store_candidate") == 0


async def test_what_an_agent_wrote_and_did_not_send_goes_after_thirty_days(duties, database, count):
    now, account_id = duties.clock.now(), new_id()
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO agent_account VALUES ($1, 'jana', 'jana', 'agent', '{}', NULL, NULL, NULL, NULL, 0, $2)",
            account_id,
            now,
        )
        for days in (29, 31):
            await connection.execute(
                "INSERT INTO agent_draft VALUES ($1, $2, 'note', 'text', $2, 'She called.', NULL, 'tab', $3)",
                account_id,
                new_id(),
                now - timedelta(days=days),
            )
    await delete_expired(duties)
    assert await count("agent_draft") == 1
