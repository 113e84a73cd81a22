import signal
import subprocess

import asyncpg
import pytest

from service.model.ids import new_id
from tests.cli.conftest import COMMAND, ROOT, environment, until

pytestmark = pytest.mark.slow


async def test_a_worker_of_its_own_empties_the_outbox_until_told_to_end(own_database, askonce):
    askonce("migrate", **own_database)
    connection = await asyncpg.connect(own_database["database_url"])
    await connection.execute(
        "INSERT INTO outbox (customer_id, version, type, created_at) VALUES ($1, 1, 'context.changed', now())", new_id()
    )
    worker = subprocess.Popen([*COMMAND, "worker"], cwd=ROOT, env=environment(**own_database), start_new_session=True)
    try:
        while await connection.fetchval("SELECT count(*) FROM outbox"):
            assert worker.poll() is None
        worker.send_signal(signal.SIGHUP)  # ends nothing that has no terminal
        worker.terminate()
        assert until(lambda: worker.poll() is not None)
        assert worker.returncode == 0
    finally:
        worker.kill()
        worker.wait()
        await connection.close()
