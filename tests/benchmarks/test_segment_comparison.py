"""What the benchmark `channels` compares: the Segment door, and plain batches of the very same interactions."""

import asyncpg
import pytest

from benchmarks import segment
from benchmarks.services import MeasuredService
from service.access.keys import create_key
from service.channels.web.segment.door import ADAPTER
from service.db.pool import Database
from service.embedded.supervisor import EmbeddedServers
from service.inbound import accounts
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.fixtures import NOW

pytestmark = pytest.mark.slow


@pytest.fixture
async def key(database: Database) -> str:
    async with database.transaction() as connection:
        return await create_key(connection, role=Role.ADMIN, name="bench", now=NOW)


async def test_both_ways_register_the_same_interactions_and_none_is_refused(
    servers: EmbeddedServers, database_url: str, database: Database, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "REQUESTS_PER_ROUND", 2)
    monkeypatch.setattr(segment, "EVENTS_PER_REQUEST", 5)
    async with database.transaction() as connection:
        door = await accounts.add_account(connection, ADAPTER, name="bench", values={}, now=NOW)
    settings = {"database_url": database_url, "redis_url": servers.endpoints.redis_url, "durable": "false"}
    with serving(**settings) as running:
        rows = await segment.compare_with_batches(
            MeasuredService(url=running.url, key=key), accounts.delivery_path(ADAPTER, door), door.secret, rounds=1
        )
    assert [row.met for row in rows] == [None, None, rows[-1].met]
    assert await _counted(database_url) == {"bench-plain": 20, "segment:bench": 20}


async def _counted(database_url: str) -> dict[str, int]:
    """Interactions by source; those of both sources say the same."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            "SELECT source, count(*) AS number, count(DISTINCT (channel, kind, text, assurance)) AS kinds"
            " FROM interaction GROUP BY source"
        )
    finally:
        await connection.close()
    assert {row["kinds"] for row in rows} == {1}
    return {row["source"]: row["number"] for row in rows}
