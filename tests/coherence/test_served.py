"""D19 over HTTP: `askonce serve` on several Redis servers answers without errors, and shows nothing old, while one dies."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import Struct

from tests.cli.conftest import COMMAND, ROOT, environment, own_database, serving
from tests.coherence.conftest import BOUND_S
from tests.coherence.crowd import Crowd
from tests.faults.cluster import OwnCluster
from tests.faults.sentinel import SentinelPair
from tests.registration.events import event_json

__all__ = ["own_database"]  # a fixture
pytestmark = [pytest.mark.slow, pytest.mark.promise("D19")]


class SeenAnswer(Struct, frozen=True, kw_only=True):
    """Of an answer: what a crowd looks at."""

    version: int
    source: str = ""
    stale: bool = False
    customer_id: UUID | None = None


class HttpDesk:
    """A desk that writes and looks up over a connection of its own."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=20)

    async def register(self, email: str) -> SeenAnswer:
        answer = await self._post("/v1/interactions", event_json(email=email))
        return SeenAnswer(version=answer.json()["version"])

    async def lookup(self, email: str) -> SeenAnswer:
        answer = await self._post("/v1/context/lookup", {"identity": {"kind": "email", "value": email}})
        version, source = answer.headers["context-version"], answer.headers["context-source"]
        return SeenAnswer(version=int(version), source=source, stale="context-stale" in answer.headers)

    async def relay(self) -> None:
        """The service's own worker relays."""

    async def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return (await self.http.post(path, json=body)).raise_for_status()


class ServedCrowd(Crowd):
    """Customers of a service that is seen from outside alone."""

    async def _is_from_cache(self, reader: Any, number: int) -> bool:
        return await self.read(reader, number) == "cache"


@asynccontextmanager
async def served_crowd(settings: dict[str, str]) -> AsyncIterator[ServedCrowd]:
    """A crowd whose views are cached, of a service of two processes and its worker."""
    create = [*COMMAND, "keys", "create", "--role", "admin", "--name", "crowd"]
    made = subprocess.run(create, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, check=True)
    with serving("--workers", "2", **settings) as service:
        desks: list[Any] = [HttpDesk(service.url, made.stdout.strip()) for _ in range(3)]
        crowd = ServedCrowd(*desks)
        await crowd.write_all()
        await crowd.is_cached()
        yield crowd
        for desk in desks:
            await desk.http.aclose()


def is_well(crowd: Crowd) -> bool:
    """Whether every request was answered, and nothing old was shown for longer than the bound."""
    assert crowd.errors == []
    return [age for age in crowd.old_s if age > BOUND_S] == []


async def test_a_service_on_a_cluster_loses_no_request_when_a_primary_is_killed(own_database, measured):
    cluster = OwnCluster()
    try:
        await cluster.form()
        async with served_crowd(own_database | {"redis_url": cluster.url}) as crowd:
            async with crowd.at_work():
                cluster.primaries[0].server.kill()
                await cluster.is_failed_over(0)
                await crowd.works_for(4)
            await crowd.is_cached()
            assert is_well(crowd)
            measured("D19", "old look-ups over HTTP while a primary is killed", len(crowd.old_s), f"of {crowd.lookups}")
    finally:
        cluster.remove()


async def test_a_service_behind_sentinels_with_a_password_loses_no_request_when_a_primary_is_killed(own_database):
    pair = SentinelPair(password="s3cret-word")
    try:
        await pair.is_ready()
        async with served_crowd(own_database | {"redis_url": pair.url}) as crowd:
            async with crowd.at_work():
                pair.servers[0].kill()
                await pair.is_failed_over()
                await crowd.works_for(4)
            await crowd.is_cached()
            assert is_well(crowd)
    finally:
        pair.remove()
