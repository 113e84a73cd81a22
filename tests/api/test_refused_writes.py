"""Whatever is written while PostgreSQL stores nothing is answered 503, with the time after which to repeat it."""

import pytest

from tests.handoff.conftest import queue_json
from tests.registration.events import event_json

WRITES = {
    "interaction": ("channel", "POST", "/v1/interactions", event_json()),
    "batch": ("channel", "POST", "/v1/interactions/batch", [event_json(), event_json()]),
    "queue": ("admin", "PUT", "/v1/queues/repairs", queue_json()),
}
OBSTACLE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '{sqlstate}'; END $$;
CREATE TRIGGER refused BEFORE INSERT ON interaction EXECUTE FUNCTION refuse();
CREATE TRIGGER refused BEFORE INSERT ON queue EXECUTE FUNCTION refuse();
"""


@pytest.mark.parametrize("sqlstate", ["53100", "25006", "58030"], ids=["full disk", "read-only primary", "broken disk"])
@pytest.mark.parametrize("what", WRITES)
@pytest.mark.promise("D10", "D21")
async def test_a_write_that_the_database_refuses_to_store_is_to_be_repeated(desk, rooms, what, sqlstate):
    """D10, D21."""
    async with rooms.database.connection() as connection:
        await connection.execute(OBSTACLE.replace("{sqlstate}", sqlstate))
    role, method, path, body = WRITES[what]
    answer = await desk(role, method, path, body)
    if what == "batch":  # each item has an answer of its own
        assert {one["status"] for one in answer.json()} == {503}
    else:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
        assert answer.json()["type"] == "/problems/database-unavailable"
