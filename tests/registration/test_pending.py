"""A conversation that waits for the customer is open again once the customer answers."""

import msgspec
import pytest

from service.db.change import SYSTEM_KEY_ID
from service.imports.interactions import InteractionImporter
from service.imports.record import FileRecord
from service.registration.prepare import prepare_submission
from tests.fixtures import KEY_ID, NOW
from tests.registration.events import event, event_json
from tests.registration.test_crossing import rows, statuses


async def register(registrar, **fields):
    return await registrar.register(prepare_submission(event(**fields), key_id=KEY_ID, region="DE"))


@pytest.fixture
async def pending(registrar, database):
    """The conversation 4711 of Anna, which waits for her."""
    opened = await register(registrar, id="first", ref="4711")
    await rows(database, "UPDATE conversation SET status = 'pending'")
    return opened


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "open"),
        ({"kind": "call", "channel": "phone", "outcome": "missed"}, "open"),
        ({"kind": "call", "channel": "phone", "outcome": "answered"}, "open"),
        ({"direction": "outbound"}, "pending"),
        ({"direction": "internal", "kind": "note"}, "pending"),
    ],
)
async def test_what_the_customer_sends_opens_what_waits_and_nothing_else_does(
    registrar, database, pending, fields, status
):
    answered = await register(registrar, ref="4711", **fields)
    assert answered.conversation_id == pending.conversation_id
    assert await statuses(database) == [status]


async def test_what_waits_is_opened_without_its_ref_too(registrar, database):
    opened = await register(registrar, id="first", subject="Router")
    await rows(database, "UPDATE conversation SET status = 'pending'")
    answered = await register(registrar, subject="Router")
    assert (answered.conversation_id, await statuses(database)) == (opened.conversation_id, ["open"])


async def test_history_from_a_file_opens_nothing(database, settings, pending):
    importer = InteractionImporter(key_id=SYSTEM_KEY_ID, region="DE", reopen=settings.reopen_period, space_id=0)
    record = FileRecord(1, msgspec.json.encode(event_json(ref="4711", id="old")), line=2)
    async with database.transaction() as connection:
        await importer(connection, [record], NOW)
    assert await statuses(database) == ["pending"]
