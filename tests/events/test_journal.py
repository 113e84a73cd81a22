import asyncio
from datetime import timedelta

import pytest

from service.db.outbox import OutboxRow
from service.events import journal
from service.model.ids import new_id
from service.worker.housekeeping import SQL as HOUSEKEEPING
from tests.fixtures import NOW
from tests.patience import until


def rows(number, *, created_at=NOW):
    return [
        OutboxRow(
            outbox_id=1,
            customer_id=new_id(),
            version=1,
            type="context.changed",
            subject_id=None,
            created_at=created_at,
        )
        for _ in range(number)
    ]


async def numbers(database, after=0):
    async with database.connection() as connection:
        return [event.event_id for event in await journal.read_events_after(connection, after, 100)]


async def extent(database):
    async with database.connection() as connection:
        return await journal.read_extent(connection)


async def append(database, events):
    async with database.transaction() as connection:
        await journal.append_events(connection, events)


async def test_a_transaction_that_fails_leaves_no_gap(database):
    await append(database, rows(2))
    with pytest.raises(LookupError):
        async with database.transaction() as connection:
            await journal.append_events(connection, rows(3))
            raise LookupError
    await append(database, rows(2))

    assert await numbers(database) == [1, 2, 3, 4]


async def test_no_event_becomes_visible_before_one_of_a_lower_number(database, world):
    async with database.transaction() as slow:
        await journal.append_events(slow, rows(2))
        quick = asyncio.create_task(append(database, rows(1)))
        await until(lambda: world.value("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"))
        assert await numbers(database) == []

    await quick
    assert await numbers(database) == [1, 2, 3]


async def test_many_workers_side_by_side_number_every_event_once_and_in_order_for_a_reader(database):
    seen = []

    async def read():
        while len(seen) < 60:
            seen.extend(await numbers(database, after=seen[-1] if seen else 0))

    async def work():
        for _ in range(5):
            await append(database, rows(3))

    async with asyncio.timeout(20):
        await asyncio.gather(read(), work(), work(), work(), work())
    assert seen == list(range(1, 61))


async def test_what_is_kept_is_always_without_a_gap_up_to_the_newest(database):
    await append(database, rows(3, created_at=NOW - timedelta(hours=30)))
    await append(database, rows(1, created_at=NOW))
    await append(database, rows(2, created_at=NOW - timedelta(hours=25)))

    async with database.connection() as connection:
        await connection.execute(HOUSEKEEPING.expire_events, NOW - timedelta(hours=24), 1000)

    assert await numbers(database) == [4, 5, 6]
    assert [(await extent(database)).can_resume_after(number) for number in (2, 3, 6, 7)] == [False, True, True, False]


async def test_numbers_go_on_after_everything_was_deleted(database):
    await append(database, rows(3))
    async with database.connection() as connection:
        await connection.execute(HOUSEKEEPING.expire_events, NOW + timedelta(hours=1), 1000)
    assert [(await extent(database)).can_resume_after(number) for number in (2, 3, 4)] == [False, True, False]

    await append(database, rows(1))
    assert await numbers(database) == [4]


async def test_an_event_of_a_handoff_or_callback_has_the_state_and_queue_of_now(database, world):
    anna = await world.customer()
    handoff, callback = await world.handoff(anna, "support"), await world.callback(anna, "partner-nord")
    await world.tell("handoff.offered", anna, handoff)
    await world.tell("callback.scheduled", anna, callback)
    await world.tell("context.changed", anna, handoff)
    await world.tell("handoff.offered", anna, new_id())
    await world.execute("UPDATE handoff SET queue = 'night' WHERE handoff_id = $1", handoff)

    async with database.connection() as connection:
        events = await journal.read_events_after(connection, 0, 10)

    assert [(event.state, event.queue) for event in events] == [
        ("offered", "night"),
        ("scheduled", "partner-nord"),
        (None, None),
        (None, None),
    ]
