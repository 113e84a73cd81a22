"""A clock is moved, and what is due on its way has been done, each at its own time."""

from datetime import timedelta

from msgspec.structs import replace

from service.app.worker import worker_dependencies
from service.db.partitions import PARTITIONED_TABLES, add_partitions
from service.db.timers import schedule_timer
from service.model.ids import new_id
from service.worker.settling import open_settler
from tests.fixtures import NOW


async def test_on_its_way_the_clock_stops_at_each_moment_that_something_is_due_at(rooms):
    duties, moments = duties_of(rooms, leads_to=timedelta(hours=1))
    await plan(rooms, NOW + timedelta(minutes=5))
    async with open_settler(duties) as settler:
        steps = await settler.move_clock(NOW + timedelta(hours=2), max_steps=10)
    assert moments == [NOW + timedelta(minutes=5), NOW + timedelta(minutes=65)]
    assert (steps, rooms.clock.now()) == (2, NOW + timedelta(hours=2))


async def test_the_clock_stops_on_its_way_when_too_much_is_due(rooms):
    duties, moments = duties_of(rooms, leads_to=timedelta(minutes=1))
    await plan(rooms, NOW)
    async with open_settler(duties) as settler:
        assert await settler.move_clock(NOW + timedelta(days=1), max_steps=3) == 3
    assert rooms.clock.now() == moments[-1] == NOW + timedelta(minutes=2)


async def test_what_always_fails_does_not_hold_up_the_clock(rooms):
    duties, moments = duties_of(rooms, leads_to=None)
    await plan(rooms, NOW)
    async with open_settler(duties) as settler:
        await settler.move_clock(NOW + timedelta(minutes=1), max_steps=100)
    assert [round((at - NOW).total_seconds()) for at in moments] == [0, 2, 6, 14, 30]
    assert rooms.clock.now() == NOW + timedelta(minutes=1)


async def test_a_clock_that_was_moved_never_goes_back(rooms):
    rooms.clock.move_to(NOW + timedelta(hours=1))
    rooms.clock.move_to(NOW)
    assert rooms.clock.now() == NOW + timedelta(hours=1)
    assert rooms.clock.system_now() == NOW


async def plan(rooms, at) -> None:
    async with rooms.database.transaction() as connection:
        await schedule_timer(connection, kind="effect", due_at=at, subject_id=new_id())


def duties_of(rooms, *, leads_to):
    """A worker whose timers lead to another one so much later, or fail; and the times at which they ran."""
    moments = []

    async def effect(connection, timer, now):
        moments.append(now)
        if leads_to is None:
            raise ValueError
        await schedule_timer(connection, kind="effect", due_at=now + leads_to, subject_id=timer.subject_id)
        return []

    return replace(worker_dependencies(rooms), timer_handlers={"effect": effect}), moments


async def test_what_happened_long_ago_is_told_before_the_night_takes_its_partition(rooms, desk):
    rooms.clock.advance(timedelta(days=800))
    for table in PARTITIONED_TABLES:
        async with rooms.database.connection() as connection:
            await add_partitions(connection, table, rooms.clock.now())
    rooms.clock.advance(timedelta(days=-60))
    await desk.register(at=rooms.clock.now())
    rooms.clock.advance(timedelta(days=60))
    async with open_settler(worker_dependencies(rooms)) as settler:
        await settler.settle_night()
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
