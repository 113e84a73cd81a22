"""Promise D17: under overload some requests are refused, so that the others are served in time."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from service.model.vocabulary import Role
from service.telemetry.queue_time import QueueTime, publish_waits
from service.web.admission import queue, refusals
from service.web.admission.queue import ALWAYS_WAITING, STARTS_PER_TURN, UNPACED_IN_FLIGHT, AdmissionQueue
from service.web.admission.refusals import HOLD_S, REFUSALS_PER_S, RefusalPacer
from service.web.http.route import PUBLIC, MediaType
from service.web.http.streaming import EVENT_STREAM
from tests.web.front import answering, application, caller, nothing

MANY = 200


class Process:
    """A process whose turns take so long, and the requests that have begun in it."""

    def __init__(self, monkeypatch, *, turn_s, in_flight=MANY):
        self.now = 1000.0
        self.turn_s = turn_s
        self.in_flight = in_flight
        self.begun = []
        self.queue = AdmissionQueue(target_s=0.1)
        monkeypatch.setattr(queue, "monotonic", lambda: self.now)

    def arrive(self, count):
        return [asyncio.create_task(self._begin(number)) for number in range(count)]

    async def _begin(self, number):
        if not self.queue.starts_at_once(self.in_flight):
            await self.queue.wait_for_start()
        self.begun.append(number)

    async def pass_turns(self, count):
        for _ in range(count):
            self.now += self.turn_s
            await asyncio.sleep(0)


async def test_requests_that_arrive_together_begin_one_after_the_other(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001)
    process.arrive(MANY)
    await process.pass_turns(3)
    assert 0 < len(process.begun) <= 3 * STARTS_PER_TURN
    await process.pass_turns(MANY)
    assert process.begun == list(range(MANY))


async def test_while_few_are_in_flight_all_of_them_begin_in_one_turn(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001, in_flight=UNPACED_IN_FLIGHT)
    process.arrive(UNPACED_IN_FLIGHT)
    await process.pass_turns(1)
    assert process.begun == list(range(UNPACED_IN_FLIGHT))


async def test_requests_that_end_as_soon_as_they_begin_are_not_served_without_end(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001, in_flight=1)
    process.arrive(MANY)
    await process.pass_turns(1)
    assert process.begun == list(range(UNPACED_IN_FLIGHT))


async def test_a_request_never_begins_before_one_that_waits(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001)
    process.arrive(MANY)
    await process.pass_turns(1)
    process.in_flight = 1
    process.arrive(1)
    await process.pass_turns(MANY)
    assert process.begun == [*range(MANY), 0]


async def test_no_request_is_let_in_that_would_wait_longer_than_the_target(monkeypatch):
    process = Process(monkeypatch, turn_s=0.01)
    process.arrive(MANY)
    await process.pass_turns(5)
    assert not process.queue.admits()
    while not process.queue.admits():
        await process.pass_turns(1)
    waiting = MANY - len(process.begun)
    assert 0 < waiting * process.turn_s / STARTS_PER_TURN <= 0.15


async def test_a_burst_that_is_soon_served_is_refused_nothing(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001)
    process.arrive(MANY)
    for _ in range(MANY):
        assert process.queue.admits()
        await process.pass_turns(1)


async def test_a_few_requests_are_refused_nothing_however_slow_the_machine(monkeypatch):
    process = Process(monkeypatch, turn_s=3)
    process.arrive(ALWAYS_WAITING)
    for _ in range(ALWAYS_WAITING):
        assert process.queue.admits()
        await process.pass_turns(1)


async def test_all_requests_are_let_in_again_as_soon_as_none_waits(monkeypatch):
    process = Process(monkeypatch, turn_s=1)
    process.arrive(MANY)
    await process.pass_turns(MANY)
    process.arrive(MANY)
    assert process.queue.admits()


async def test_a_request_that_is_given_up_while_it_waits_holds_up_no_other(monkeypatch):
    process = Process(monkeypatch, turn_s=0.001)
    requests = process.arrive(MANY)
    await process.pass_turns(1)
    for request in requests[STARTS_PER_TURN:-1]:
        request.cancel()
    await process.pass_turns(5)
    assert process.begun == [*range(STARTS_PER_TURN), MANY - 1]


@pytest.mark.parametrize(("before", "held"), [(0, []), (REFUSALS_PER_S * HOLD_S, [HOLD_S])])
async def test_only_refusals_beyond_a_rate_are_held_back(monkeypatch, before, held):
    pacer, waits = RefusalPacer(), []

    async def note(seconds):
        waits.append(seconds)

    monkeypatch.setattr(refusals, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(refusals.asyncio, "sleep", note)
    for _ in range(int(before) + 1):
        await pacer.hold()
    assert waits == held


async def test_what_is_refused_is_told_when_to_come_back_and_operators_and_streams_are_served():
    always = ["/health/live", "/metrics", "/v1/keys/a", "/v1/changes"]
    app = application(
        answering(nothing),
        answering(nothing, path="/health/live", roles=PUBLIC),
        answering(nothing, path="/v1/keys/{name}", roles={Role.ADMIN}),
        answering(nothing, path="/v1/changes", roles={Role.ADMIN, Role.BOT}, answers={200: MediaType(EVENT_STREAM)}),
    )
    app._queue.admits = lambda: False
    async with caller(app, Role.ADMIN) as client:
        refused = await client.get("/v1/thing")
        statuses = {path: (await client.get(path)).status_code for path in always}
        metrics = (await client.get("/metrics")).text
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["x-request-id"]
    assert statuses == dict.fromkeys(always, 200)
    assert "askonce_requests_shed_total" in metrics


def test_the_metrics_show_the_longest_wait_of_each_kind_of_queue(monkeypatch):
    monkeypatch.setattr("service.telemetry.queue_time.monotonic", lambda: 1000.0)
    kept = [QueueTime("connections", lambda since=since: since) for since in (999.9, 999.5, None)]
    publish_waits()
    assert REGISTRY.get_sample_value("askonce_queue_seconds", {"queue": "connections"}) == 0.5
    assert kept[0].wait_s() == pytest.approx(0.1)
