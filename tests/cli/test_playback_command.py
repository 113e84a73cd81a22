"""`askonce playback` tells sources again what they did not take."""

import asyncpg
import pytest

from tests.cli.conftest import serving

pytestmark = pytest.mark.slow
TOLD = """
    WITH known AS (INSERT INTO customer (customer_id, since) VALUES (gen_random_uuid(), now()) RETURNING customer_id),
    declared AS (INSERT INTO source (source, title, changed_at) VALUES ('crm', 'CRM', now()))
    INSERT INTO golden_change (source, external_id, customer_id, sequence, told, changed_at, queued_at)
    SELECT 'crm', '1', customer_id, 7, '{"phone": "a"}', now(), now() FROM known
"""


async def test_it_says_how_far_each_source_was_told_and_names_a_source_that_is_none(askonce, own_database):
    with serving("--no-worker", **own_database):
        connection = await asyncpg.connect(own_database["database_url"])
        await connection.execute(TOLD)
        await connection.close()
        shown = askonce("playback", "--dry-run", **own_database)
        assert "crm: 0 told, 0 waiting, 0 failed, 1 untold." in shown.stdout
        assert "crm: 0 told" in askonce("playback", **own_database).stdout
        refused = askonce("playback", "--source", "nope", **own_database)
        assert refused.returncode == 1
        assert "There is no such source" in refused.stderr
