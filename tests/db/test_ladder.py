"""Each limit is shorter than the next, so that who waits is told by the one that knows best why."""

import pytest

from service.cache import client
from service.db import pool
from service.db.startup.server_check import REQUEST_MS
from service.web.http.scope import REQUEST_TIMEOUT_S


@pytest.mark.promise("S20")
def test_each_step_of_the_ladder_of_limits_is_shorter_than_the_next():
    """S20: Redis, a free connection, a lock, a statement, a request."""
    statement_s = pool.STATEMENT_MS / 1000
    steps = [client.TIMEOUT_S, pool.ACQUIRE_S, pool.LOCK_MS / 1000, statement_s, statement_s + pool.HUNG_GRACE_S]
    assert [*steps, REQUEST_TIMEOUT_S] == sorted({*steps, REQUEST_TIMEOUT_S})
    assert REQUEST_MS == REQUEST_TIMEOUT_S * 1000


async def test_every_session_of_the_pool_keeps_the_limits(database):
    async with database.connection() as connection:
        for name, milliseconds in pool.session_limits().items():
            setting = await connection.fetchval("SELECT setting FROM pg_settings WHERE name = $1", name)
            assert setting == milliseconds
