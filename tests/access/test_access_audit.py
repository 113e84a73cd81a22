"""Who read whose context is on record, also after an outage, and never costs more than a little memory."""

import asyncio
from uuid import UUID

import pytest

from service.access import audit as module
from service.access.audit import DROPPED_READS, ReadAudit
from service.db.pool import Database
from tests.fixtures import KEY_ID, NOW

ANNA, BERT = UUID(int=1), UUID(int=2)
OTHER_KEY = UUID(int=9)


@pytest.fixture
def audit(database) -> ReadAudit:
    return ReadAudit(database)


async def recorded(database: Database) -> set[tuple[UUID, str, tuple[UUID, ...]]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT key_id, view, customer_ids FROM read_audit")
    return {(row["key_id"], row["view"], tuple(row["customer_ids"])) for row in rows}


def dropped() -> float:
    return DROPPED_READS._value.get()


async def test_each_key_and_view_gets_one_row_with_every_customer_once(database, audit):
    for key_id, view, customer in [
        (KEY_ID, "console", ANNA),
        (KEY_ID, "console", BERT),
        (KEY_ID, "console", ANNA),
        (KEY_ID, "bot", ANNA),
        (OTHER_KEY, "bot", BERT),
    ]:
        audit.record_read(key_id, view, customer)
    await audit.flush(NOW)
    assert await recorded(database) == {
        (KEY_ID, "console", (ANNA, BERT)),
        (KEY_ID, "bot", (ANNA,)),
        (OTHER_KEY, "bot", (BERT,)),
    }


async def test_two_writers_of_one_moment_both_count(database, audit):
    other_process = ReadAudit(database)
    audit.record_read(KEY_ID, "console", ANNA)
    other_process.record_read(KEY_ID, "console", BERT)
    await audit.flush(NOW)
    await other_process.flush(NOW)
    assert await recorded(database) == {(KEY_ID, "console", (ANNA, BERT))}


async def test_reads_are_written_behind_the_answers(database, audit, clock, monkeypatch):
    monkeypatch.setattr(module, "FLUSH_S", 0.001)
    audit.start(clock)
    audit.record_read(KEY_ID, "console", ANNA)
    async with asyncio.timeout(5):
        while not await recorded(database):
            await asyncio.sleep(0)
    await audit.stop(NOW)


async def test_the_last_reads_are_written_at_the_end(database, audit, clock):
    audit.start(clock)
    audit.record_read(KEY_ID, "console", ANNA)
    await audit.stop(NOW)
    assert await recorded(database) == {(KEY_ID, "console", (ANNA,))}


async def test_reads_during_an_outage_are_written_after_it(database, database_url):
    gone = await Database.connect(database_url, connections=2)
    audit = ReadAudit(gone)
    audit.record_read(KEY_ID, "console", ANNA)
    await gone.close()
    await audit.flush(NOW)
    audit.record_read(KEY_ID, "console", BERT)
    audit._database = database
    await audit.flush(NOW)
    assert await recorded(database) == {(KEY_ID, "console", (ANNA, BERT))}


async def test_a_long_outage_costs_bounded_memory_and_what_is_lost_is_counted(database, database_url):
    gone = await Database.connect(database_url, connections=2)
    audit = ReadAudit(gone, max_pending=3)
    await gone.close()
    before = dropped()
    for number in range(5):
        audit.record_read(KEY_ID, "console", UUID(int=number))
    await audit.flush(NOW)
    audit.record_read(KEY_ID, "bot", ANNA)
    audit._database = database
    await audit.flush(NOW)
    assert dropped() - before == 3
    assert await recorded(database) == {(KEY_ID, "console", tuple(UUID(int=number) for number in range(3)))}
