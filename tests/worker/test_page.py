import re
from datetime import timedelta

import httpx
import pytest

from service.db.pool import Database
from service.demo.processes import free_port
from service.errors import DatabaseUnavailable
from service.model.clock import Clock
from service.model.ids import new_id
from service.worker.loop import Rounds
from service.worker.page import WorkerPage
from service.worker.timers import run_next_timers
from tests.house.place import text


@pytest.fixture
def rounds():
    return Rounds()


@pytest.fixture
async def page(rounds, database):
    """A function that asks the page of a worker for a path."""
    page, port = WorkerPage(rounds), free_port()
    page.database = database
    async with page.served("127.0.0.1", port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        client.page = page
        yield client


def values(text):
    """Every sample of the page."""
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*) (\S+)$", text, re.MULTILINE)}


async def test_a_worker_says_that_it_lives_and_can_work(page):
    live, ready = await page.get("/health/live"), await page.get("/health/ready")
    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "degraded": []})


async def test_a_worker_without_its_database_lives_and_is_not_ready(page):
    page.page.database = None
    assert (await page.get("/health/live")).status_code == 200
    ready = await page.get("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", "degraded": ["database"]})


async def test_a_worker_with_a_loop_that_hangs_does_not_live(page, rounds):
    rounds.begin("insight")
    rounds._began["insight"] -= 301
    live = await page.get("/health/live")
    assert (live.status_code, live.json()["work"]) == (503, "insight")


async def test_the_oldest_change_and_the_most_overdue_timer_are_told(page, change, plan):
    await change(new_id(), 1)
    await plan(seconds=-90)
    told = values((await page.get("/metrics")).text)
    assert 0 < told["askonce_outbox_oldest_seconds"] < 60
    assert 90 <= told["askonce_timer_overdue_seconds"] < 150


async def test_how_late_timers_ran_is_counted_by_kind(page, duties, plan):
    before = values((await page.get("/metrics")).text).get('askonce_timer_lateness_seconds_sum{kind="ring"}', 0)
    await plan(seconds=-7)
    await run_next_timers(duties)
    after = values((await page.get("/metrics")).text)
    assert 7 <= after['askonce_timer_lateness_seconds_sum{kind="ring"}'] - before < 30


WEBHOOK = """
INSERT INTO webhook (webhook_id, name, url, secret, types, audience, created_at)
VALUES (gen_random_uuid(), 'slow', 'https://x.example', '{x}', '{*}', 'console', $1) RETURNING webhook_id
"""
FIVE_DELIVERIES = """
INSERT INTO webhook_delivery
    (webhook_id, event_id, type, customer_id, version, created_at, queued_at, due_at, failure, dead_at)
SELECT $1, n, 'x', gen_random_uuid(), 1, $2, $2, $2, CASE WHEN n > 2 THEN 'x' END, CASE WHEN n > 4 THEN $2::timestamptz END
FROM generate_series(1, 5) AS n
"""


async def test_the_backlog_of_webhooks_is_told_by_state(page, database):
    queued_at = Clock().now() - timedelta(minutes=5)
    async with database.transaction() as connection:
        webhook = await connection.fetchval(WEBHOOK, queued_at)
        await connection.execute(FIVE_DELIVERIES, webhook, queued_at)
    told = values((await page.get("/metrics")).text)
    states = ("pending", "failing", "dead")
    assert [told[f'askonce_webhook_deliveries{{state="{state}"}}'] for state in states] == [2, 2, 1]
    assert 300 <= told["askonce_webhook_oldest_seconds"] < 400


async def test_events_that_a_follower_has_not_seen_are_told(page, database):
    async with database.transaction() as connection:
        await connection.execute("UPDATE event_count SET events = 50")
        await connection.execute("UPDATE search_position SET event_id = 8")
    told = values((await page.get("/metrics")).text)
    assert told['askonce_events_behind{follower="search"}'] == 42


async def test_what_the_database_does_not_tell_is_no_number(page, database, monkeypatch):
    class Away(Database):
        def connection(self):
            raise DatabaseUnavailable

    page.page.database = Away(database._pool)
    text = (await page.get("/metrics")).text
    assert "askonce_outbox_oldest_seconds NaN" in text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/customers", 404), ("POST", "/metrics", 405)])
async def test_nothing_else_is_served(page, method, path, status):
    assert (await page.request(method, path)).status_code == status


async def test_a_head_has_no_body(page):
    answer = await page.head("/health/live")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "15")


async def test_a_worker_whose_port_is_taken_works_all_the_same(page, rounds):
    async with WorkerPage(rounds).served("127.0.0.1", page.base_url.port):
        assert (await page.get("/health/live")).status_code == 200


async def test_every_metric_of_a_worker_stands_in_the_list(page):
    served = re.findall(r"^# TYPE (\w+) ", (await page.get("/metrics")).text, re.MULTILINE)
    assert {name for name in served if f"`{name}`" not in text("docs/metrics.md")} == set()
