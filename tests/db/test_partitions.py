"""Partitions by time: made before they are needed, and gone once all they held has expired."""

from datetime import UTC, datetime, timedelta

import pytest

from service.db.partitions import PARTITIONED_TABLES, add_partitions, drop_empty_partitions
from service.model.ids import new_id

INTERACTION, EVENT, READ_AUDIT = PARTITIONED_TABLES
PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = $1::text::regclass ORDER BY 1"
LATE_INTERACTION = """
    INSERT INTO interaction (customer_id, interaction_id, conversation_id, version, source, source_event_id, channel, kind,
        direction, assurance, occurred_at, registered_at, repeated_questions)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'till', '1', 'store', 'visit', 'inbound', 'none', $1,
        $1, 0)
    RETURNING tableoid::regclass::text
"""
DAY = timedelta(days=1)
TODAY = datetime.now(UTC)  # partitions begin with the day of the migration
NEW_YEAR = datetime(TODAY.year + 2, 1, 1, tzinfo=UTC)


@pytest.fixture
async def connection(database):
    async with database.connection() as connection:
        yield connection


async def partitions(connection, table):
    return [row[0].removeprefix(f"{table.name}_") for row in await connection.fetch(PARTITIONS, table.name)]


async def read_at(connection, at):
    await connection.execute("INSERT INTO read_audit VALUES ($1, $2, 'console', '{}')", at, new_id())


async def test_the_interactions_of_a_year_have_a_table_thirty_days_before_it_begins(connection):
    await add_partitions(connection, INTERACTION, NEW_YEAR - 31 * DAY)
    assert str(NEW_YEAR.year) not in await partitions(connection, INTERACTION)
    assert await add_partitions(connection, INTERACTION, NEW_YEAR - 30 * DAY) == 1
    assert await partitions(connection, INTERACTION) == [str(NEW_YEAR.year - 1), str(NEW_YEAR.year), "before", "later"]


async def test_after_years_without_a_worker_each_year_gets_its_table(connection):
    await add_partitions(connection, INTERACTION, NEW_YEAR)
    assert await add_partitions(connection, INTERACTION, NEW_YEAR + 800 * DAY) == 2
    assert await add_partitions(connection, INTERACTION, NEW_YEAR + 800 * DAY) == 0


async def test_what_a_clock_that_was_ahead_recorded_lies_with_its_month(connection):
    times = [NEW_YEAR + days * DAY for days in (1, 40, 3000)]
    for at in [datetime(1970, 1, 1, tzinfo=UTC), TODAY, *times]:
        await read_at(connection, at)
    await add_partitions(connection, READ_AUDIT, NEW_YEAR + 40 * DAY)
    found = await connection.fetch(
        "SELECT tableoid::regclass::text FROM read_audit WHERE read_at = ANY ($1) ORDER BY read_at", times
    )
    year = NEW_YEAR.year
    assert [row[0] for row in found] == [f"read_audit_{year}_01", f"read_audit_{year}_02", "read_audit_later"]
    assert await connection.fetchval("SELECT count(*) FROM read_audit") == 5


async def test_a_month_of_which_all_has_expired_goes_and_others_stay(connection):
    await add_partitions(connection, READ_AUDIT, NEW_YEAR + 70 * DAY)
    await read_at(connection, NEW_YEAR + 40 * DAY)
    before = await partitions(connection, READ_AUDIT)
    await drop_empty_partitions(connection, READ_AUDIT, NEW_YEAR + 70 * DAY)
    gone = set(before) - set(await partitions(connection, READ_AUDIT))
    assert f"{NEW_YEAR.year}_01" in gone
    assert not gone & {"before", "later", f"{NEW_YEAR.year}_02", f"{NEW_YEAR.year}_03"}


async def test_empty_years_of_interactions_go_oldest_first_and_what_comes_late_still_has_a_place(connection):
    await add_partitions(connection, INTERACTION, NEW_YEAR)
    assert await drop_empty_partitions(connection, INTERACTION, NEW_YEAR + 401 * DAY) == 1
    assert await partitions(connection, INTERACTION) == [str(NEW_YEAR.year), "before", "later"]
    found = await connection.fetchval(LATE_INTERACTION, NEW_YEAR - DAY)
    assert found == "interaction_before"


async def test_a_year_with_one_interaction_stays_and_so_do_all_later_ones(connection):
    await add_partitions(connection, INTERACTION, NEW_YEAR)
    await connection.fetchval(LATE_INTERACTION, NEW_YEAR - DAY)
    assert await drop_empty_partitions(connection, INTERACTION, NEW_YEAR + 9000 * DAY) == 0


async def test_the_journal_is_read_in_its_order_over_the_end_of_a_month(connection):
    await add_partitions(connection, EVENT, NEW_YEAR)
    for number, at in enumerate((NEW_YEAR - DAY, NEW_YEAR + DAY, NEW_YEAR - DAY), 1):
        await connection.execute("INSERT INTO event VALUES ($1, 'x', $2, 1, NULL, $3)", number, new_id(), at)
    rows = await connection.fetch("SELECT event_id FROM event WHERE event_id > 0 ORDER BY event_id LIMIT 3")
    assert [row[0] for row in rows] == [1, 2, 3]


async def test_the_newest_interactions_are_read_from_the_last_year_backwards(connection):
    await add_partitions(connection, INTERACTION, NEW_YEAR)
    await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
    newest = "ORDER BY ten_minutes_of(occurred_at) DESC, occurred_at DESC, interaction_id DESC LIMIT 20"
    plan = await connection.fetch(f"EXPLAIN SELECT * FROM interaction WHERE customer_id = $1 {newest}", new_id())
    steps = [row[0].strip(" ->").split("  (")[0] for row in plan if "->" in row[0]]
    assert steps[:2] == ["Incremental Sort", "Append"]
    assert steps[2].startswith("Index Scan Backward using interaction_later")
    assert steps[-1].startswith("Index Scan Backward using interaction_before_times")
