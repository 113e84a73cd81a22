"""Behind the shipped proxy, processes are restarted one after the other, and no request is lost."""

import shutil
import threading
from collections import Counter
from contextlib import ExitStack
from typing import Self

import asyncpg
import pytest

from service.access.keys import create_key
from service.embedded.supervisor import start_servers
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.docs.shell import free_port
from tests.fixtures import NOW
from tests.house.test_nginx import running_proxy
from tests.registration.events import event_json

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed"
    ),
]

WRITERS = 8
ROUNDS = 3


class Writers:
    """Callers of the proxy that write, one request after the other each, until they are told to stop."""

    def __init__(self, client, key: str) -> None:
        self.statuses: Counter[int] = Counter()
        self._client, self._key = client, key
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        headers = {"authorization": f"Bearer {self._key}", "askonce-affinity": f"writer-{number}"}
        while not self._stopped.is_set():
            self.statuses[self._client.post("/v1/interactions", json=event_json(), headers=headers).status_code] += 1


@pytest.fixture
def options(new_data_dir):
    """Settings of a process on a PostgreSQL and a Valkey that others use too."""
    with start_servers(new_data_dir(), durable=False) as servers:
        yield {
            "database_url": servers.endpoints.database_url,
            "redis_url": servers.endpoints.redis_url,
            "durable": "false",
        }


async def key_of(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await create_key(connection, role=Role.ADMIN, name="rolling", now=NOW)
    finally:
        await connection.close()


async def test_processes_that_are_restarted_in_turn_lose_no_write(options, tmp_path):
    ports = [free_port(), free_port()]
    with ExitStack() as running:
        processes = {port: start(running, port, options) for port in ports}
        key = await key_of(options["database_url"])
        client = running.enter_context(running_proxy(tmp_path, processes=tuple(ports)))
        with Writers(client, key) as writers:
            for port in ports * ROUNDS:
                processes[port].stop()
                processes[port] = start(running, port, options)
    assert set(writers.statuses) == {201}
    assert writers.statuses[201] > 100


def start(running: ExitStack, port: int, options: dict[str, str]):
    return running.enter_context(serving("--no-worker", "--port", port, **options))
