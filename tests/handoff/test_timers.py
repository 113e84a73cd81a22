"""The timers of handoffs and callbacks: each once, none early, whatever else happens, and ten thousand of one second."""

import asyncio
import re
from datetime import timedelta

import pytest

from service.app.rooms import Rooms
from service.app.worker import worker_dependencies
from service.db import timers
from service.handoff import repository as handoffs
from service.handoff import timers as effects
from service.handoff.callbacks import repository as callbacks
from service.handoff.timers import TIMER_EFFECTS
from service.model.ids import new_id
from service.worker.timers import run_due_timers
from tests.fixtures import KEY_ID
from tests.handoff.conftest import Office, Until
from tests.handoff.examples import MONDAY, callback, queue

CROWD = """
WITH person AS (
    INSERT INTO customer (customer_id, since) SELECT gen_random_uuid(), $1 FROM generate_series(1, $2) RETURNING customer_id
),
thread AS (
    INSERT INTO conversation (customer_id, conversation_id, source, subject_key, status, channels, opened_at, last_at, interactions)
    SELECT customer_id, gen_random_uuid(), 'bot', '', 'open', '{chatbot}', $1, $1, 1 FROM person
    RETURNING customer_id, conversation_id
),
given AS (
    INSERT INTO handoff (
        customer_id, handoff_id, conversation_id, state, mode, key_id, given_by, queue, asked_queue, priority, created_at,
        offers, deadline, packet, version
    )
    SELECT customer_id, gen_random_uuid(), conversation_id, 'offered', 'offer', $3, '{"role":"bot","name":"bot"}', 'support',
        'support', 0, $1, json_build_array(json_build_object('to', json_build_object('queue', 'support'), 'offered_at', $1)),
        $1, '{}', 0
    FROM thread
    RETURNING customer_id, handoff_id
)
INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
SELECT gen_random_uuid(), $1, 'handoff.offer_expired', customer_id, handoff_id FROM given
"""


CROWDS = pytest.mark.parametrize("crowd", [100, pytest.param(10_000, marks=pytest.mark.slow)])


async def expire(rooms: Rooms, crowd: int) -> None:
    """So many offers expire in the same second, and two workers follow them up."""
    async with rooms.database.transaction() as connection:
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute(CROWD, MONDAY, crowd, KEY_ID)
    await asyncio.gather(*(run_due_timers(worker_dependencies(rooms), asyncio.Event()) for _ in range(2)))
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM timer WHERE due_at <= $1", MONDAY) == 0


@CROWDS
@pytest.mark.promise("D12")
async def test_offers_that_expire_in_one_second_are_all_followed_up_once(office: Office, rooms: Rooms, crowd: int):
    await expire(rooms, crowd)
    async with rooms.database.connection() as connection:
        counts = await connection.fetch(
            "SELECT jsonb_array_length(offers), offers -> 0 ->> 'end', version, count(*) FROM handoff GROUP BY 1, 2, 3"
        )
    assert [tuple(row) for row in counts] == [(2, "expired", 1, crowd)]


@CROWDS
async def test_of_offers_that_nobody_takes_at_the_last_desk_each_becomes_one_callback(
    office: Office, rooms: Rooms, crowd: int
):
    await office.queue("support", max_offers=1)
    await expire(rooms, crowd)
    async with rooms.database.connection() as connection:
        counts = await connection.fetch(
            """
            SELECT h.state, h.version, b.state, count(*), count(DISTINCT b.callback_id)
            FROM handoff h LEFT JOIN callback b ON b.callback_id = h.callback_id AND b.conversation_id = h.conversation_id
            GROUP BY 1, 2, 3
            """
        )
    assert [tuple(row) for row in counts] == [("fell_back", 2, "uncallable", crowd, crowd)]


@pytest.mark.parametrize(
    ("statement", "width"), [(handoffs.SQL.update_handoffs, 6), (callbacks.SQL.update_callbacks, 9)]
)
async def test_a_crowd_is_found_by_its_subjects_when_the_statistics_know_of_none(
    rooms: Rooms, statement: str, width: int
):
    async with rooms.database.connection() as connection:
        await connection.execute(
            """
            INSERT INTO timer (timer_id, due_at, kind, subject_id)
            SELECT gen_random_uuid(), now() + '1 day', 'other', gen_random_uuid() FROM generate_series(1, 3000)
            """
        )
        try:
            await connection.execute("ANALYZE timer")
            plan = await connection.fetch(f"EXPLAIN {statement.rstrip(';')}", *[[None]] * width)
        finally:
            await connection.execute("DELETE FROM timer WHERE kind = 'other'")
            await connection.execute("ANALYZE timer")
    assert any(re.search(r"Index Cond: .* AND \(subject_id = changed", row[0]) for row in plan)


async def test_every_timer_of_something_that_is_gone_ends_quietly(rooms: Rooms):
    async with rooms.database.transaction() as connection:
        for kind in TIMER_EFFECTS:
            await timers.schedule_timer(connection, kind=kind, due_at=MONDAY, subject_id=new_id())
    await run_due_timers(worker_dependencies(rooms), asyncio.Event())
    async with rooms.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM timer WHERE due_at <= $1", rooms.clock.now()) == 0


async def test_a_timer_whose_time_is_past_finds_that_somebody_was_faster(office: Office, rooms: Rooms, until: Until):
    handoff = (await office.hand_off()).json()
    promise = (await office.promise(window={"from": "2026-11-24T08:00:00Z", "to": "2026-11-24T09:00:00Z"})).json()
    await office.step(handoff, "accept", agent="Ben")
    async with rooms.database.transaction() as connection:
        for kind in TIMER_EFFECTS:
            subject_id = handoff["id"] if kind.startswith("handoff") else promise["id"]
            await timers.schedule_timer(connection, kind=kind, due_at=MONDAY, subject_id=subject_id)
    await until(MONDAY + timedelta(seconds=1))
    assert (await office.handoff(handoff))["state"] == "accepted"
    assert await office.callback(promise) == promise


def test_a_retry_moves_with_the_hours_and_a_call_that_is_being_made_does_not():
    evening_desk = queue(hours="Mo-Fr 14:00-20:00").calendar
    retried = callback(kept=True, due_at=MONDAY + timedelta(minutes=30))
    moved = effects.rescheduled_for_hours(retried, evening_desk, MONDAY)
    assert (moved.due_at, moved.kept, moved.promised_from) == (MONDAY.replace(hour=13), True, MONDAY)
    assert effects.rescheduled_for_hours(retried, queue().calendar, MONDAY) is retried
    claimed = callback("claimed")
    assert effects.rescheduled_for_hours(claimed, evening_desk, MONDAY) is claimed
