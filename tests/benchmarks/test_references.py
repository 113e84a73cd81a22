"""The services that askonce is compared with do what they are said to do, and the load they are given is valid."""

import asyncio
import importlib
import json
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import make_url

from benchmarks.references.cached import cache_key, create_cached_app
from benchmarks.references.plain import create_app
from benchmarks.references.seed import seed
from benchmarks.references.warm import warm
from service.embedded.supervisor import EmbeddedServers

pytestmark = pytest.mark.slow

KEY = "bench-key"
CUSTOMERS = 30
SCRIPTS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="session")
async def database_url(servers: EmbeddedServers) -> AsyncIterator[str]:
    """A database of the references' own, filled."""
    ours = await asyncpg.connect(servers.endpoints.database_url)
    await ours.execute("CREATE DATABASE reference")
    url = make_url(servers.endpoints.database_url).set(drivername="postgresql+asyncpg", database="reference")
    await seed(url.render_as_string(hide_password=False), CUSTOMERS)
    yield url.render_as_string(hide_password=False)
    await ours.execute("DROP DATABASE reference WITH (FORCE)")
    await ours.close()


@pytest.fixture
async def redis_url(servers: EmbeddedServers) -> AsyncIterator[str]:
    """The cache, free of the references' keys."""
    async with Redis.from_url(servers.endpoints.redis_url) as cache:
        yield servers.endpoints.redis_url
        if keys := [key async for key in cache.scan_iter("reference:*")]:
            await cache.delete(*keys)


@pytest.fixture(params=["plain", "cached"])
async def app(request: pytest.FixtureRequest, database_url: str, redis_url: str) -> AsyncIterator[FastAPI]:
    """Reference 2, then reference 3."""
    plain = request.param == "plain"
    built = create_app(database_url, KEY) if plain else create_cached_app(database_url, redis_url, KEY)
    async with built.router.lifespan_context(built):
        yield built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A caller with the key."""
    headers = {"Authorization": f"Bearer {KEY}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://reference/v1", headers=headers) as caller:
        yield caller


@pytest.fixture
def event_id(request: pytest.FixtureRequest) -> str:
    """An event of this test alone: all tests share one database."""
    return request.node.name


async def look_up(client: httpx.AsyncClient, value: str, kind: str = "phone") -> httpx.Response:
    return await client.post("/context/lookup", json={"identity": {"kind": kind, "value": value}})


async def post(client: httpx.AsyncClient, event_id: str, identity: tuple[str, str], **more: object) -> httpx.Response:
    body = {"source": "test", "source_event_id": event_id, "occurred_at": "2026-11-21T09:30:00Z", "channel": "chatbot"}
    identities = [dict(zip(("kind", "value"), identity, strict=True))]
    return await client.post("/interactions", json=body | {"kind": "message", "identities": identities} | more)


async def test_a_look_up_answers_profile_conditions_in_force_and_the_20_newest(client: httpx.AsyncClient) -> None:
    answer = (await look_up(client, "+4915100000007")).json()
    assert answer["customer"]["name"] == "Customer 7"
    assert [condition["kind"] for condition in answer["conditions"]] == ["discount", "entitlement"]
    times = [interaction["occurred_at"] for interaction in answer["recent"]]
    assert len(times) == 20
    assert times == sorted(times, reverse=True)


async def test_an_interaction_is_in_the_next_look_up_by_any_identity(client: httpx.AsyncClient, event_id: str) -> None:
    identities = [("phone", "+4915100000008"), ("email", "c8@example.com")]
    for kind, value in identities:
        await look_up(client, value, kind)
    posted = await post(client, event_id, identities[0], text="It blinks.", facts={"error_code": "E42"})
    assert posted.status_code == 201
    for kind, value in identities:
        newest = (await look_up(client, value, kind)).json()["recent"][0]
        assert (newest["id"], newest["text"]) == (posted.json()["interaction_id"], "It blinks.")


async def test_what_has_no_column_is_kept_as_it_came(client: httpx.AsyncClient, event_id: str) -> None:
    more = {"attempt": {"what": "Restarted it", "outcome": "failed"}, "mood": -0.6, "asks": ["customer_number"]}
    await post(client, event_id, ("phone", "+4915100000010"), **more)
    assert (await look_up(client, "+4915100000010")).json()["recent"][0]["details"] == more


async def test_the_same_event_twice_counts_once(client: httpx.AsyncClient, event_id: str) -> None:
    first = await post(client, event_id, ("phone", "+4915100000009"))
    again = await post(client, event_id, ("phone", "+4915100000009"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}


async def test_first_contact_from_ten_channels_at_once_creates_one_customer(
    client: httpx.AsyncClient, event_id: str
) -> None:
    stranger = ("email", f"{event_id}@example.com")
    posts = [post(client, f"{event_id} {n}", stranger, facts={"a": "1", "b": "2"}) for n in range(10)]
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["customer_id"] for answer in answers}) == 1


async def test_a_stranger_is_not_found_and_a_wrong_key_is_refused(client: httpx.AsyncClient) -> None:
    assert (await look_up(client, "+4915199999999")).status_code == 404
    client.headers["Authorization"] = "Bearer wrong"
    assert (await look_up(client, "+4915100000007")).status_code == 401


async def test_a_warmed_answer_is_the_one_the_service_gives(database_url: str, redis_url: str) -> None:
    app = create_app(database_url, KEY)
    await warm(database_url, redis_url, datetime.now(UTC))
    transport, headers = httpx.ASGITransport(app), {"Authorization": f"Bearer {KEY}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://reference/v1", headers=headers) as client,
        Redis.from_url(redis_url) as cache,
    ):
        for phone in ("+4915100000000", f"+49151{CUSTOMERS - 1:08d}"):
            assert await cache.get(cache_key(("phone", phone))) == (await look_up(client, phone)).content


async def test_the_constant_is_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "body").write_bytes(b'{"schema":1}')
    monkeypatch.setenv("BENCH_BODY_FILE", str(tmp_path / "body"))
    app = importlib.import_module("benchmarks.references.constant").app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reference") as client:
        for answer in (await client.get("/"), await client.post("/v1/context/lookup", json={})):
            assert (answer.status_code, answer.content) == (200, b'{"schema":1}')


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
@pytest.mark.parametrize("script", ["lookup", "interactions"])
async def test_every_request_of_the_load_scripts_is_accepted(script: str, database_url: str) -> None:
    app = create_app(database_url, KEY)
    report = await _load(app, script)
    assert (report["errors"], report["lost"]) == (0, 0)
    assert report["requests"] > 10
    assert 0 < report["latency_p50_us"] <= report["latency_p99_us"] <= report["duration_us"]


async def _load(app: FastAPI, script: str) -> dict[str, int]:
    """What wrk reports after a second of this script."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        serving = asyncio.create_task(server.serve([listener]))
        wrk = await asyncio.create_subprocess_exec(
            *("wrk", "-t2", "-c4", "-d1", "--timeout", "10s", "-s", SCRIPTS / f"{script}.lua"),
            f"http://127.0.0.1:{listener.getsockname()[1]}",
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "BENCH_API_KEY": KEY, "BENCH_CUSTOMERS": str(CUSTOMERS)},
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await wrk.communicate()
        server.should_exit = True
        await serving
    return json.loads(printed.splitlines()[-1])
