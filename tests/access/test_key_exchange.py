"""A key is exchanged for a new one of its name: what either registers counts once, and the log tells which one asks."""

from structlog.testing import capture_logs

from service.access.keys import create_key
from service.model.vocabulary import Role
from tests.fixtures import NOW
from tests.registration.events import event_json


async def test_what_two_keys_of_a_name_register_counts_once(desk, database):
    first = (await desk.register(source_event_id="m-1")).json()
    async with database.transaction() as connection:
        desk.keys[Role.CHANNEL] = await create_key(connection, role=Role.CHANNEL, name="the channel", now=NOW)
    assert (await desk.register(source_event_id="m-1")).json() == first | {"duplicate": True}


async def test_the_line_of_an_answer_names_the_key_that_asked(desk, database):
    with capture_logs() as logs:
        await desk("channel", "POST", "/v1/interactions", event_json(kind="unheard-of"))
    async with database.connection() as connection:
        key_id = await connection.fetchval("SELECT key_id FROM api_key WHERE name = 'the channel'")
    assert [(line["event"], line["key_id"]) for line in logs] == [("request_answered", str(key_id))]


async def test_an_answer_to_nobody_names_no_key(desk):
    with capture_logs() as logs:
        await desk.http.get("/v1/queues")
    assert [("key_id" in line, line["status"]) for line in logs] == [(False, 401)]
