import asyncio
from datetime import timedelta

import msgspec
import pytest
from structlog.testing import capture_logs

from service.db import timers
from service.errors import DatabaseUnavailable
from service.model.ids import new_id
from service.worker.housekeeping import delete_expired
from service.worker.timers import MAX_RETRY_DELAY_S, retry_delay, run_due_timers, run_next_timers


@pytest.fixture
def stop():
    return asyncio.Event()


@pytest.mark.promise("D12")
async def test_nothing_happens_before_its_time(duties, diary, plan, stop):
    tomorrow = await plan(seconds=86_400)
    duties.clock.advance(timedelta(seconds=86_399))
    await run_due_timers(duties, stop)
    assert diary.fired == []

    duties.clock.advance(timedelta(seconds=1))
    await run_due_timers(duties, stop)
    assert diary.fired == [tomorrow]


async def test_what_was_due_longest_comes_first(duties, diary, plan):
    later, sooner = await plan(seconds=-1), await plan(seconds=-2)
    while await run_next_timers(duties):
        pass
    assert diary.fired == [sooner, later]


@pytest.mark.promise("D12")
async def test_workers_side_by_side_fire_every_timer_once(duties, diary, plan, count, stop):
    subjects = [await plan() for _ in range(60)]
    await asyncio.gather(*(run_due_timers(duties, stop) for _ in range(3)))

    assert sorted(diary.fired) == sorted(subjects)
    assert await count("fired") == 60
    assert await count("timer") == 0


async def test_the_views_of_changed_customers_are_dropped(duties, diary, plan, stop):
    anna = new_id()
    await plan(customer_id=anna)
    await run_due_timers(duties, stop)
    assert diary.dropped == [anna]


async def test_an_effect_that_fails_changes_nothing_rests_and_holds_up_no_other(duties, diary, plan, count, stop):
    async def failing(connection, timer, now):
        await diary.effect(connection, timer, now)
        raise ValueError("a defect")

    duties = msgspec.structs.replace(duties, timer_handlers={"bad": failing, "ring": diary.effect})
    await plan("bad", seconds=-1)
    good = await plan("ring")
    with capture_logs() as logs:
        await run_due_timers(duties, stop)

    assert diary.fired[-1] == good
    assert await count("fired") == 1
    assert [entry["failures"] for entry in logs if entry["event"] == "timer_failed"] == [1]

    duties.clock.advance(retry_delay(1) - timedelta(seconds=1))
    assert await run_next_timers(duties) is False
    duties.clock.advance(timedelta(seconds=2))
    assert await run_next_timers(duties) is True


@pytest.fixture
def sharing(duties, diary):
    """Duties whose rings are one effect for many; it fails for the subjects in `bad`."""

    async def together(connection, due, now):
        for timer in due:
            await diary.effect(connection, timer, now)
            if timer.subject_id in diary.bad:
                raise ValueError("a defect")
        diary.together.append(len(due))
        return {timer.customer_id for timer in due if timer.customer_id}

    diary.bad, diary.together = set(), []
    return msgspec.structs.replace(
        duties, timer_handlers={"other": diary.effect}, timer_batch_handlers={"ring": together}
    )


async def test_timers_with_a_shared_effect_fire_together_and_each_once(sharing, diary, plan, count):
    anna = new_id()
    subjects = [await plan(seconds=number - 5, customer_id=anna) for number in range(5)]
    other = await plan("other", seconds=-3)
    await plan(seconds=60)
    while await run_next_timers(sharing):
        pass
    assert diary.together == [5]
    assert diary.fired == [*subjects, other]
    assert diary.dropped == [anna]
    assert await count("timer") == 1


async def test_one_that_fails_among_many_rests_alone(sharing, diary, plan, count, stop):
    subjects = [await plan() for _ in range(5)]
    diary.bad = {subjects[2]}
    with capture_logs() as logs:
        await run_due_timers(sharing, stop)
    assert diary.together == [1, 1, 1, 1]
    assert await count("fired") == 4
    assert await count("timer WHERE failures = 1") == await count("timer") == 1
    assert [entry["event"] for entry in logs if entry["log_level"] != "info"] == ["timers_split", "timer_failed"]


async def test_a_statement_that_fails_in_an_effect_does_not_take_the_timer_with_it(duties, plan, count, stop):
    async def failing(connection, timer, now):
        await connection.execute("SELECT 1 / 0")

    await plan()
    await run_due_timers(msgspec.structs.replace(duties, timer_handlers={"ring": failing}), stop)
    assert await count("timer WHERE failures = 1") == 1


async def test_a_failing_timer_is_tried_at_least_every_ten_minutes():
    rests = [retry_delay(failures).total_seconds() for failures in (1, 2, 3, 9, 10, 100_000)]
    assert rests == [2, 4, 8, 512, MAX_RETRY_DELAY_S, MAX_RETRY_DELAY_S]


async def test_a_lost_connection_is_no_failure_of_the_timer(duties, plan, count):
    async def cutting(connection, timer, now):
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    await plan()
    with pytest.raises(DatabaseUnavailable):
        await run_next_timers(msgspec.structs.replace(duties, timer_handlers={"ring": cutting}))
    assert await count("timer WHERE failures = 0") == 1


async def test_a_timer_of_a_kind_this_version_does_not_know_is_kept_and_reported(duties, plan, count, stop):
    await plan("from_the_future")
    with capture_logs() as logs:
        await run_due_timers(duties, stop)
        await delete_expired(duties)

    assert await count("timer") == 1
    assert {"kind": "from_the_future", "timers": 1} in [
        {"kind": entry["kind"], "timers": entry["timers"]}
        for entry in logs
        if entry["event"] == "timers_of_unknown_kind_due"
    ]


async def test_the_same_plan_made_twice_fires_once(duties, diary, database, stop):
    subject_id, due_at = new_id(), duties.clock.now()
    for _ in range(2):
        async with database.transaction() as connection:
            await timers.schedule_timer(connection, kind="ring", due_at=due_at, subject_id=subject_id)
    await run_due_timers(duties, stop)
    assert diary.fired == [subject_id]


async def test_a_cancelled_timer_does_not_fire(duties, diary, plan, database, stop):
    cancelled, other = await plan(), await plan()
    async with database.transaction() as connection:
        await timers.cancel_timers(connection, kind="ring", subject_id=cancelled)
    await run_due_timers(duties, stop)
    assert diary.fired == [other]


async def test_cancelling_a_timer_that_is_running_does_not_wait_for_it(duties, plan, database):
    subject_id = await plan()
    async with database.transaction() as worker, database.transaction() as canceller:
        assert await timers.claim_due_timers(worker, duties.clock.now(), {"ring": 1})
        await asyncio.wait_for(timers.cancel_timers(canceller, kind="ring", subject_id=subject_id), 1)


async def test_a_worker_told_to_stop_leaves_the_rest_to_others(duties, diary, plan, count, stop):
    for _ in range(20):
        await plan()
    stop.set()
    await run_due_timers(duties, stop)
    assert len(diary.fired) == 1
    assert await count("timer") == 19
