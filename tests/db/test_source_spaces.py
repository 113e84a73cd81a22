"""The migration that gives receipts of an earlier version the space of the key, door or file that registered."""

from contextlib import asynccontextmanager

import httpx
import pytest

from service.access.keys import create_key
from service.app.web import web_application
from service.channels.registry import ADAPTERS
from service.db.change import SYSTEM_KEY_ID
from service.db.migrate import migrate
from service.inbound import accounts
from service.model.vocabulary import Role
from service.registration.prepare import prepare_submission
from service.registration.transaction import register_in_transaction
from tests.channels.vendors import QUEUE
from tests.fixtures import NOW, Desk
from tests.registration.events import event, event_json

EARLIER_VERSION = """
    ALTER TYPE conversation_row DROP ATTRIBUTE space_id;
    ALTER TABLE conversation DROP COLUMN space_id;
    DROP FUNCTION event_digest;
    DROP TYPE receipt_answer;
    ALTER TYPE asked_event DROP ATTRIBUTE digest, ADD ATTRIBUTE source_event_id text;
    CREATE TABLE receipt_of_before AS
    SELECT i.source, i.source_event_id, i.interaction_id, customer_id, i.conversation_id, version
    FROM receipt r JOIN interaction i USING (customer_id, version);
    DROP TABLE receipt;
    ALTER TABLE receipt_of_before RENAME TO receipt;
    ALTER TABLE receipt ADD CONSTRAINT receipt_pkey PRIMARY KEY (source, source_event_id);
    UPDATE interaction SET key_id = '00000000-0000-0000-0000-000000000000' WHERE key_id IS NULL;
    ALTER TYPE receipt_row
        DROP ATTRIBUTE digest, DROP ATTRIBUTE survivor_id, DROP ATTRIBUTE survivor_version, ADD ATTRIBUTE source text,
        ADD ATTRIBUTE source_event_id text, ADD ATTRIBUTE interaction_id uuid, ADD ATTRIBUTE conversation_id uuid;
    ALTER TABLE api_key DROP COLUMN space_id;
    DROP TABLE source_space;
    DELETE FROM schema_migration WHERE name IN ('0020_source_spaces', '0050_compact_records');
"""

SPACES = """
    SELECT space_id FROM interaction i
    JOIN receipt r USING (customer_id, version)
    JOIN (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT s.space_id FROM source_space s) AS space (space_id)
        ON r.digest = event_digest(space.space_id, i.source, i.source_event_id)
"""


@asynccontextmanager
async def serving(rooms, keys):
    """The service as it is after a start."""
    async with (
        web_application(rooms) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://askonce.test") as http,
    ):
        yield Desk(http, keys)


@pytest.fixture
async def keys(database):
    async with database.transaction() as connection:
        return {
            role: await create_key(connection, role=role, name=f"z {role}" if role is Role.BOT else str(role), now=NOW)
            for role in (Role.BOT, Role.CHANNEL, Role.ADMIN)
        }


async def upgrade(database, database_url) -> None:
    async with database.connection() as connection:
        await connection.execute(EARLIER_VERSION)
    assert await migrate(database_url) == ["0020_source_spaces", "0050_compact_records"]
    await database._pool.expire_connections()  # a service that is upgraded starts again


async def submit(database, *, key_id, space_id, settings, **fields):
    """Register an event as that of a key, door or file."""
    submission = prepare_submission(event(**fields), key_id=key_id, region="DE", space_id=space_id)
    async with database.transaction() as connection:
        batch = await register_in_transaction(connection, [submission], now=NOW, reopen=settings.reopen_period)
    return batch.results[0]


async def test_after_the_upgrade_every_key_is_answered_with_the_ids_of_before(rooms, keys, database, database_url):
    sent = [(role, event_json(source=source, ref="7")) for role in keys for source in (f"system of {role}", "shared")]
    async with serving(rooms, keys) as desk:
        first = [(await desk(role, "POST", "/v1/interactions", body)).json() for role, body in sent]
    await upgrade(database, database_url)
    async with serving(rooms, keys) as desk:
        again = [await desk(role, "POST", "/v1/interactions", body) for role, body in sent]
        assert [one.json() for one in again] == [one | {"duplicate": True} for one in first]
        goes_on = [
            await desk(role, "POST", "/v1/interactions", body | {"source_event_id": "new"}) for role, body in sent
        ]
        assert [one.json()["conversation_id"] for one in goes_on] == [one["conversation_id"] for one in first]
        stranger = await desk("admin", "POST", "/v1/interactions", sent[0][1])
        assert (stranger.status_code, stranger.json()["duplicate"]) == (201, False)


async def test_after_the_upgrade_what_a_site_and_a_desk_registered_counts_once(rooms, keys, database, database_url):
    asked = {"fields": ["name"], "identity": {"kind": "email", "value": "anna@example.de"}, "draft": "D3"}
    async with serving(rooms, keys) as desk:
        token = (await desk("channel", "POST", "/v1/forms/f1/tokens", asked)).json()["token"]
        save = {"token": token, "save": "1", "values": {"name": "Anna"}}
        await desk.http.post("/v1/forms/f1/draft", json=save)
        order = {"to": {"queue": "support"}, "identity": asked["identity"], "summary": "Help"}
        await desk("admin", "PUT", "/v1/queues/support", QUEUE)
        assert (await desk("bot", "POST", "/v1/handoffs", order, idempotency_key="1")).status_code == 201
    await upgrade(database, database_url)
    async with serving(rooms, keys) as desk:
        assert (await desk.http.post("/v1/forms/f1/draft", json=save)).json()["duplicate"]
    async with database.connection() as connection:
        assert [row["space_id"] for row in await connection.fetch(SPACES + "WHERE i.source = 'handoff:z bot'")] == [0]


async def test_after_the_upgrade_what_doors_and_files_registered_counts_once(database, database_url, keys, settings):
    async with database.transaction() as connection:
        door = await accounts.add_account(connection, ADAPTERS["chatwoot"], name="shop", values={}, now=NOW)
        bot = await connection.fetchval("SELECT key_id FROM api_key WHERE role = 'bot'")
    told = [
        (door.account_id, "chatwoot:shop", "message:1"),
        (SYSTEM_KEY_ID, "chatwoot:shop", "message:2"),
        (bot, "shop-bot", "m-1"),
        (SYSTEM_KEY_ID, "shop-bot", "m-2"),
        (SYSTEM_KEY_ID, "old-helpdesk", "1"),
        (bot, "chatwoot:shop", "message:3"),
    ]
    for key_id, source, event_id in told:
        await submit(database, key_id=key_id, space_id=0, settings=settings, source=source, id=event_id)
    await upgrade(database, database_url)
    async with database.connection() as connection:
        key = await connection.fetchval("SELECT space_id FROM api_key WHERE role = 'bot'")
        found = await connection.fetch(SPACES + "ORDER BY i.version")
    assert [row["space_id"] for row in found] == [0, 0, key, key, 1, key]
    genuine = await submit(
        database, key_id=door.account_id, space_id=0, settings=settings, source="chatwoot:shop", id="message:3"
    )
    assert not genuine.duplicate
