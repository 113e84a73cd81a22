"""The real worker, killed at the worst moments: nothing is lost, and nothing is told more than twice."""

import asyncio
import json
import signal
import subprocess
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from service.model.clock import Clock
from tests.cli.conftest import COMMAND, ROOT, environment
from tests.events.office import OK
from tests.events.sinks import hang, status
from tests.patience import until

pytestmark = pytest.mark.slow

PEOPLE = 40


@pytest.fixture
def working(database_url, servers, tmp_path):
    """A function that runs a worker for a block; what still runs at the end is killed. Its log is in `tmp_path`."""

    @asynccontextmanager
    async def worker():
        settings = environment(
            database_url=database_url,
            redis_url=servers.endpoints.redis_url,
            durable="false",
            webhook_allow_private="true",
            outbox_poll_ms="10",
            timer_poll_ms="10",
            log_level="debug",
        )
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen([*COMMAND, "worker"], cwd=ROOT, env=settings, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)

    return worker


async def change(world, times):
    """What `times` transactions leave in the outbox."""
    await world.execute(
        "INSERT INTO outbox (customer_id, version, type, created_at)"
        " SELECT gen_random_uuid(), n, 'context.changed', $1 FROM generate_series(1, $2::integer) n",
        Clock().now(),
        times,
    )


@pytest.mark.promise("D13")
async def test_a_worker_killed_between_sending_and_settling_sends_once_more_under_the_same_id(office, world, working):
    crm = await office.sink(hang)
    await office.hook(crm.url)
    await change(world, 1)
    async with working() as killed:
        await until(lambda: crm.received, seconds=30)
        killed.send_signal(signal.SIGKILL)

    claimed_for_s = await world.value("SELECT extract(epoch FROM due_at - tried_at)::integer FROM webhook_delivery")
    assert claimed_for_s == 30
    await world.execute("UPDATE webhook_delivery SET due_at = tried_at")  # those seconds later
    crm.answer = OK

    async with working():
        await until(lambda: len(crm.received) == 2, seconds=30)
        await until(lambda: nothing_left(world))
    assert crm.ids == [1, 1]
    assert crm.received[0].body == crm.received[1].body


@pytest.mark.promise("D13")
async def test_workers_killed_while_much_happens_lose_nothing_and_send_nothing_three_times(office, world, working):
    crm = await office.sink()
    await office.hook(crm.url)
    for _ in range(2):
        await change(world, 300)
        heard = len(crm.received)
        async with working() as killed:
            await until(lambda: len(crm.received) >= heard + 40, seconds=30)  # noqa: B023 (called at once)
            killed.send_signal(signal.SIGKILL)
    await world.execute("UPDATE webhook_delivery SET due_at = tried_at WHERE tried_at IS NOT NULL")

    async with working():
        await until(lambda: nothing_left(world), seconds=30)
    assert set(crm.ids) == set(range(1, 601))
    assert max(Counter(crm.ids).values()) <= 2
    assert await world.value("SELECT count(*) FROM event") == 600


async def test_workers_killed_while_they_tell_sources_leave_no_source_untold(office, world, working, desk):
    crm = await two_sources(office, desk)
    await people_with_new_numbers(desk, "0171 55501")
    async with working() as killed:
        await until(lambda: len(crm.received) >= 5, seconds=30)
        killed.send_signal(signal.SIGKILL)
    await people_with_new_numbers(desk, "0171 55502")
    await world.execute("UPDATE golden_change SET leased_until = changed_at")  # those seconds later

    async with working():
        await until(lambda: everything_told(world), seconds=30)
    told = sequences_told(crm)
    newest = await world.value("SELECT jsonb_object_agg(external_id, sequence) FROM golden_change WHERE source = 'crm'")
    assert {one: sequences[-1] for one, sequences in told.items()} == json.loads(newest)
    assert all(sequences == sorted(sequences) for sequences in told.values())
    assert max(Counter(one.headers["webhook-id"] for one in crm.received).values()) <= 2


async def test_two_workers_tell_each_source_once(office, world, working, desk):
    crm = await two_sources(office, desk)
    await people_with_new_numbers(desk, "0171 55501")
    async with working(), working():
        await until(lambda: everything_told(world), seconds=30)
    assert sorted(map(len, sequences_told(crm).values())) == [1] * PEOPLE


@pytest.mark.promise("S18")
async def test_no_log_tells_where_webhooks_go_or_what_signs_them(office, world, working, tmp_path):
    crm = await office.sink(status(500))
    secret = await office.hook(crm.url)
    await change(world, 1)
    async with working():
        await until(lambda: b"webhook_failed" in (tmp_path / "log").read_bytes(), seconds=30)

    log = (tmp_path / "log").read_text()
    assert not [word for word in (secret, str(crm.port), "key=abc") if word in log]


async def nothing_left(world):
    return await world.value("SELECT NOT EXISTS (SELECT FROM webhook_delivery) AND NOT EXISTS (SELECT FROM outbox)")


async def two_sources(office, desk):
    """Gives the receiver of what both are told."""
    sink = await office.sink()
    await office.hook(sink.url, "handoff.*")
    for name in ("crm", "shop"):
        await desk("admin", "PUT", f"/v1/sources/{name}", {"title": name, "webhook": "crm"})
    for number in range(PEOPLE):
        await desk("console", "PUT", f"/v1/sources/crm/records/{number}", person(number))
    return sink


def person(number):
    return {"emails": [f"person{number}@example.de"], "verified": True}


async def people_with_new_numbers(desk, beginning):
    """The shop states a new telephone number of each, which the other source does not know."""
    for number in range(PEOPLE):
        stated = person(number) | {"phones": [f"{beginning}{number:02}"]}
        answer = await desk("console", "PUT", f"/v1/sources/shop/records/{number}", stated)
        assert answer.is_success, answer.text


async def everything_told(world):
    """Whether each record of the first source was told of its newest change, and nothing else is about to come."""
    return await world.value(
        "SELECT count(*) FILTER (WHERE delivered = sequence AND due_at IS NULL) = $1"
        " AND (SELECT event_id FROM golden_position) = (SELECT events FROM event_count)"
        " AND NOT EXISTS (SELECT FROM outbox) FROM golden_change WHERE source = 'crm'",
        PEOPLE,
    )


def sequences_told(sink):
    """For each record the places in the feed that its messages named, in the order in which they came."""
    told = {}
    for one in sink.received:
        for external_id in one.event["data"]["external_ids"]:
            told.setdefault(external_id, []).append(one.event["data"]["sequence"])
    return told
