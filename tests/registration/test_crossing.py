"""What crosses with "resolved": it was not known to the agent who resolved, so its arrival reopens the conversation."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from service.access.model import HOUSE_SPACE
from service.db.change import SYSTEM_KEY_ID
from service.imports.interactions import InteractionImporter
from service.imports.record import FileRecord
from service.registration.prepare import prepare_submission
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event, event_json

HOUR = timedelta(hours=1)
LOST = datetime(1970, 1, 1, tzinfo=UTC)
EARLIER = NOW - HOUR


async def rows(database, query, *values):
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query, *values)]


async def register(registrar, **fields):
    return await registrar.register(prepare_submission(event(ref="4711", **fields), key_id=KEY_ID, region="DE"))


async def resolve(database):
    await rows(database, "UPDATE conversation SET status = 'resolved', resolved_at = $1", NOW)


async def statuses(database):
    return [status for (status,) in await rows(database, "SELECT status FROM conversation ORDER BY conversation_id")]


@pytest.fixture
async def resolved(registrar, database):
    """The conversation 4711 of Anna, resolved at NOW."""
    opened = await register(registrar, id="first", at=EARLIER)
    await resolve(database)
    return opened


@pytest.mark.parametrize("at", [NOW - timedelta(milliseconds=1), EARLIER, LOST, NOW, NOW + timedelta(days=3653)])
async def test_a_message_that_arrives_after_resolved_reopens_whatever_its_clock_says(registrar, database, resolved, at):
    crossed = await register(registrar, at=at)
    assert crossed.conversation_id == resolved.conversation_id
    assert await statuses(database) == ["open"]


async def test_it_reopens_although_the_clock_of_the_registering_process_is_behind(registrar, database, clock, resolved):
    clock.advance(-timedelta(seconds=1))
    await register(registrar, at=clock.now())
    assert await statuses(database) == ["open"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"direction": "outbound"}, "resolved"),
        ({"direction": "internal", "kind": "note"}, "resolved"),
        ({"participant": {"role": "agent"}}, "resolved"),
        ({"participant": {"role": "bot"}}, "resolved"),
        ({"kind": "call", "channel": "phone", "outcome": "answered"}, "resolved"),
        ({"participant": {"role": "customer"}}, "open"),
        ({"kind": "call", "channel": "phone", "outcome": "missed"}, "open"),
        ({"kind": "call", "channel": "phone", "outcome": "missed", "participant": {"role": "agent"}}, "open"),
        ({"kind": "call", "channel": "phone", "outcome": "voicemail"}, "open"),
    ],
)
async def test_what_one_of_us_took_part_in_before_resolved_reopens_nothing(
    registrar, database, resolved, fields, status
):
    await register(registrar, at=EARLIER, **fields)
    assert await statuses(database) == [status]


async def test_a_call_that_was_answered_after_resolved_reopens(registrar, database, resolved):
    await register(registrar, at=NOW, kind="call", channel="phone", outcome="answered")
    assert await statuses(database) == ["open"]


async def test_a_copy_of_what_came_before_resolved_reopens_nothing(registrar, database, resolved):
    assert (await register(registrar, id="first", at=NOW)).duplicate
    assert await statuses(database) == ["resolved"]


@pytest.mark.parametrize(("at", "status"), [(EARLIER, "resolved"), (LOST, "resolved"), (NOW + HOUR, "open")])
async def test_history_from_a_file_reopens_only_what_it_came_after(database, settings, resolved, at, status):
    importer = InteractionImporter(
        key_id=SYSTEM_KEY_ID, region="DE", reopen=settings.reopen_period, space_id=HOUSE_SPACE
    )
    record = FileRecord(1, msgspec.json.encode(event_json(ref="4711", at=at)), line=2)
    async with database.transaction() as connection:
        await importer(connection, [record], NOW + 2 * HOUR)
    assert await statuses(database) == [status]


async def test_one_request_with_mixed_clocks_reopens_and_goes_on_in_one_conversation(registrar, database, resolved):
    times = (NOW + HOUR, LOST, EARLIER, NOW, NOW)
    submissions = [prepare_submission(event(ref="4711", at=at), key_id=KEY_ID, region="DE") for at in times]
    answers = await registrar.register_all(submissions)
    assert {one.conversation_id for one in answers} == {resolved.conversation_id}
    assert await statuses(database) == ["open"]


@pytest.mark.parametrize("at", [LOST, EARLIER, NOW + timedelta(days=3653)])
async def test_after_the_time_for_reopening_each_clock_opens_one_conversation_and_stays_in_it(
    registrar, database, clock, resolved, at
):
    clock.advance(timedelta(days=8))
    answers = [await register(registrar, at=at) for _ in range(3)]
    assert len({one.conversation_id for one in answers} - {resolved.conversation_id}) == 1
    assert await statuses(database) == ["resolved", "open"]
    await rows(
        database, "UPDATE conversation SET status = 'resolved', resolved_at = $1 WHERE status = 'open'", clock.now()
    )
    assert (await register(registrar, at=at)).conversation_id == answers[0].conversation_id
    assert await statuses(database) == ["resolved", "open"]


async def test_a_desk_that_resolves_hears_of_what_crossed(desk):
    matter = (await desk.register(ref="4711", at=EARLIER)).json()["conversation_id"]
    answer = await desk("console", "PATCH", f"/v1/conversations/{matter}", {"status": "resolved"})
    assert answer.status_code == 200
    await desk.register(ref="4711", at=EARLIER, text="One more thing")
    (shown,) = (await desk.look_up()).json()["conversations"]
    assert (shown["id"], shown["status"]) == (matter, "open")
