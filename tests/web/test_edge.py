"""What holds for every request: ids, headers, limits of number and time, and no word about what went wrong inside."""

import asyncio
import json
import logging
import re
from contextlib import contextmanager

import pytest
import structlog
from structlog.testing import capture_logs

from service.errors import ConditionUsedUp, DatabaseUnavailable
from service.model.vocabulary import Role
from service.telemetry.logs import configure_logging
from service.web.http import middleware as module
from service.web.http import scope as exchange
from service.web.http.response import Response, empty_response
from service.web.http.route import PUBLIC
from tests.web.front import Note, answering, application, caller, nothing

CANARY = "Anna Canary"


@contextmanager
def logging_as_the_service_does():
    configure_logging(level="info", log_format="json")
    try:
        yield
    finally:
        structlog.reset_defaults()


async def fail(_request):
    raise ValueError(CANARY)


async def test_every_answer_has_an_id_of_its_own():
    async with caller(application(answering(nothing))) as client:
        ids = [(await client.get(path)).headers["x-request-id"] for path in ("/v1/thing", "/v1/thing", "/nowhere")]
    assert len(set(ids)) == 3


async def test_the_id_of_the_caller_is_kept():
    async with caller(application(answering(nothing))) as client:
        answer = await client.get("/v1/thing", headers={"x-request-id": "till-7.42_A"})
    assert answer.headers["x-request-id"] == "till-7.42_A"


@pytest.mark.parametrize("wild", ["", "a b", "x" * 65, "{${jndi}}", "a\tb"])
async def test_an_id_that_could_harm_a_log_is_replaced(wild):
    async with caller(application(answering(nothing))) as client:
        answer = await client.get("/v1/thing", headers={"x-request-id": wild})
    assert re.fullmatch("[0-9a-f]{12}-[0-9a-f]+", answer.headers["x-request-id"])


async def test_the_id_stands_in_every_line_that_is_logged_for_the_request(capsys):
    async def tell(_request):
        structlog.get_logger().info("thing_shown", thing=7)
        return empty_response()

    async with caller(application(answering(tell))) as client:
        with logging_as_the_service_does():
            answer = await asyncio.create_task(client.get("/v1/thing"))  # as the server does
            structlog.get_logger().info("clock_struck")
    during, after = map(json.loads, capsys.readouterr().err.splitlines())
    assert (during["event"], during["request_id"]) == ("thing_shown", answer.headers["x-request-id"])
    assert (after["event"], "request_id" in after) == ("clock_struck", False)


async def test_answers_run_nothing_stay_where_they_are_and_are_kept_by_nobody():
    async with caller(application(answering(nothing))) as client:
        headers = (await client.get("/v1/thing")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"


async def test_what_a_handler_says_about_caching_stands():
    async def tell(_request):
        return Response(200, headers=((b"cache-control", b"private, no-cache"),))

    async with caller(application(answering(tell))) as client:
        answer = await client.get("/v1/thing")
    assert answer.headers.get_list("cache-control") == ["private, no-cache"]


@pytest.mark.promise("S18")
async def test_a_mistake_inside_is_told_without_a_trace():
    async with caller(application(answering(fail))) as client:
        with capture_logs() as logs:
            answer = await client.get("/v1/thing")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/askonce-error")
    assert "Canary" not in answer.text
    assert [entry["event"] for entry in logs] == ["request_failed", "request_answered"]


@pytest.mark.promise("S18")
async def test_a_mistake_inside_is_logged_by_its_class_and_place_alone(capsys):
    async with caller(application(answering(fail))) as client:
        with logging_as_the_service_does():
            await client.get("/v1/thing")
    line, answered = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["request_id"] == answered["request_id"]
    assert line["error"] == "ValueError"
    assert "test_edge:" in line["at"]
    assert "Canary" not in str(line)


@pytest.mark.parametrize(("error", "status"), [(ConditionUsedUp, 409), (DatabaseUnavailable, 503)])
async def test_an_expected_failure_is_no_alarm_but_leaves_its_line(error, status):
    async def refuse(_request):
        raise error

    async with caller(application(answering(refuse))) as client:
        with capture_logs() as logs:
            answer = await client.get("/v1/thing")
    (line,) = logs
    assert (answer.status_code, line["event"], line["status"]) == (status, "request_answered", status)
    assert (line["request_id"], line["route"]) == (answer.headers["x-request-id"], "/v1/thing")
    assert line["log_level"] == ("info" if status < 500 else "warning")
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_beyond_the_limit_requests_are_refused_and_health_is_not():
    inside, leave = asyncio.Event(), asyncio.Event()

    async def stay(_request):
        inside.set()
        await leave.wait()
        return empty_response()

    app = application(answering(stay), answering(nothing, path="/health/live", roles=PUBLIC), requests_in_flight=1)
    async with caller(app) as client:
        first = asyncio.create_task(client.get("/v1/thing"))
        await inside.wait()
        refused = await client.get("/v1/thing")
        health = await client.get("/health/live")
        leave.set()
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
        assert refused.headers["retry-after"] == "1"
        assert health.status_code == 200
        assert (await first).status_code == 204
        assert (await client.get("/v1/thing")).status_code == 204


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "_CHECK_INTERVAL_S", 0.005)
    monkeypatch.setattr(exchange, "REQUEST_TIMEOUT_S", 0.02)


async def test_a_request_that_takes_too_long_is_given_up(impatient):
    given_up = []

    async def hang(_request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.append(True)
            raise

    async with caller(application(answering(hang))) as client:
        answer = await client.get("/v1/thing")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/request-timed-out")
    assert given_up == [True]


@pytest.mark.promise("S14")
async def test_a_body_that_does_not_arrive_is_not_waited_for(impatient):
    async def endless():
        yield b'{"te'
        await asyncio.Event().wait()

    app = application(answering(nothing, "POST", body=Note), body_timeout_s=0.02)
    async with caller(app) as client:
        answer = await client.post("/v1/thing", content=endless())
    assert (answer.status_code, answer.json()["type"]) == (408, "/problems/request-too-slow")


@pytest.mark.promise("S14")
async def test_a_slow_body_does_not_use_up_the_time_of_the_work(impatient):
    async def slow():
        for piece in (b'{"text"', b':"x"}'):
            await asyncio.sleep(0.03)
            yield piece

    app = application(answering(nothing, "POST", body=Note), body_timeout_s=5)
    async with caller(app) as client:
        assert (await client.post("/v1/thing", content=slow())).status_code == 200


async def test_a_body_that_breaks_off_is_no_body():
    sent = []

    async def receive():
        return {"type": "http.disconnect"} if sent else (sent.append(1), {"type": "http.request", "more_body": True})[1]

    answers = []

    async def send(message):
        answers.append(message)

    app = application(answering(nothing, "POST", body=Note))
    await app(
        {
            "type": "http",
            "method": "POST",
            "path": "/v1/thing",
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer console")],
        },
        receive,
        send,
    )
    assert answers[0]["status"] == 408


async def test_a_cancelled_server_task_stays_cancelled():
    inside = asyncio.Event()

    async def stay(_request):
        inside.set()
        await asyncio.Event().wait()

    async with caller(application(answering(stay))) as client:
        request = asyncio.create_task(client.get("/v1/thing"))
        await inside.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request


async def test_metrics_count_answers_by_route_and_status_and_name_nobody():
    app = application(answering(nothing, path="/v1/counted/{customer_id}"))
    async with caller(app, Role.CONSOLE) as client:
        for _ in range(2):
            await client.get(f"/v1/counted/{CANARY}")
        await client.get(f"/v1/nowhere/{CANARY}")
    async with caller(app, None) as client:
        await client.get(f"/v1/counted/{CANARY}")
        text = (await client.get("/metrics")).text
    route = 'method="GET",route="/v1/counted/{customer_id}"'
    assert f'askonce_request_seconds_count{{{route},status="200"}} 2.0' in text
    assert f'askonce_request_seconds_count{{{route},status="401"}} 1.0' in text
    assert 'askonce_request_seconds_count{method="",route="none",status="404"}' in text
    assert "Canary" not in text


@pytest.mark.parametrize(
    ("path", "headers", "status"), [("/v1/none", {}, 404), ("/v1/thing", {"authorization": ""}, 401)]
)
async def test_whatever_is_refused_leaves_one_line_with_its_request_id_and_no_path(path, headers, status):
    app = application(answering(nothing))
    async with caller(app) as client:
        with capture_logs() as logs:
            answer = await client.get(f"{path}?phone=%2B4930901820", headers={"x-request-id": "till-7", **headers})
    (line,) = logs
    assert (line["status"], line["request_id"]) == (status, "till-7")
    assert line.get("problem") == (answer.json()["type"] if status == 401 else None)
    assert "901820" not in str(line)


@pytest.mark.parametrize("access_log", [True, False])
async def test_an_access_log_has_a_line_for_every_answer(access_log):
    async with caller(application(answering(nothing), access_log=access_log)) as client:
        with capture_logs() as logs:
            await client.get("/v1/thing")
    assert [(line["event"], line["status"]) for line in logs] == [("request_answered", 200)] * access_log


def test_the_events_of_libraries_are_lines_of_the_same_kind_without_their_texts(capsys):
    with logging_as_the_service_does():
        logging.getLogger("asyncpg").warning("a resource warning about anna@example.de")
        logging.getLogger("_granian").error("Unexpected exit from worker-1")
    library, server = map(json.loads, capsys.readouterr().err.splitlines())
    assert (library["event"], library["logger"], library["level"]) == ("library_event", "asyncpg", "warning")
    assert "anna" not in str(library)
    assert server["text"] == "Unexpected exit from worker-1"
