"""Answers that go on: neither late nor in flight, and ended by whoever has enough of them."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from service.errors import DatabaseUnavailable
from service.web.http import middleware as edge
from service.web.http import scope as exchange
from service.web.http import streaming as stream_module
from service.web.http.streaming import StreamingResponse
from tests.patience import until
from tests.web.front import KEYS, Role, answering, application, caller, nothing


class Tap:
    """A source that gives what is put into it."""

    def __init__(self):
        self.parts: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self.closed = False

    async def chunks(self):
        while (part := await self.parts.get()) is not None:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self):
        self.closed = True
        self.parts.put_nowait(None)


class Receiver:
    """A client at the other end of ASGI, who may go away or stop reading."""

    def __init__(self):
        self.status, self.headers = None, []
        self.body = b""
        self.ended = False
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
            return
        await self.reading.wait()
        self.body += message["body"]
        self.ended = not message["more_body"]


@pytest.fixture
def tap():
    return Tap()


@pytest.fixture
def app(tap):
    async def go_on(_request):
        return StreamingResponse(200, content_type=b"text/event-stream", source=tap)

    return application(answering(go_on), answering(nothing, path="/v1/other"), requests_in_flight=1)


@asynccontextmanager
async def listening(app, method="GET"):
    receiver = Receiver()
    scope = {
        "type": "http",
        "method": method,
        "path": "/v1/thing",
        "raw_path": b"/v1/thing",
        "query_string": b"",
        "headers": [(b"authorization", KEYS[Role.CONSOLE].encode()), (b"host", b"askonce.test")],
    }
    task = asyncio.create_task(app(scope, receiver.receive, receiver.send))
    yield receiver, task
    receiver.gone.set()
    await asyncio.wait_for(task, 5)


async def test_what_the_source_gives_is_sent_at_once_until_it_ends(app, tap):
    async with listening(app) as (receiver, task):
        for part in (b"one", b"two"):
            tap.parts.put_nowait(part)
            await until(lambda part=part: receiver.body.endswith(part))
        tap.parts.put_nowait(None)
        await asyncio.wait_for(task, 5)
    assert (receiver.status, receiver.body, receiver.ended) == (200, b"onetwo", True)


async def test_a_stream_is_never_late_and_takes_no_room_from_requests(app, tap, monkeypatch):
    monkeypatch.setattr(exchange, "REQUEST_TIMEOUT_S", 0)
    monkeypatch.setattr(edge, "_CHECK_INTERVAL_S", 0.01)
    async with listening(app) as (receiver, _):
        await until(lambda: receiver.status == 200)

        async def others_are_served():
            async with caller(app) as client:
                return (await client.get("/v1/other")).status_code == 200

        await until(others_are_served)
        tap.parts.put_nowait(b"still here")
        await until(lambda: receiver.body == b"still here")


async def test_a_receiver_that_goes_away_closes_the_source(app, tap):
    async with listening(app) as (receiver, task):
        await until(lambda: receiver.status == 200)
        receiver.gone.set()
        await asyncio.wait_for(task, 5)
    assert tap.closed


async def test_a_receiver_that_reads_nothing_is_cut_off(app, tap, monkeypatch):
    monkeypatch.setattr(stream_module, "SEND_TIMEOUT_S", 0.05)
    async with listening(app) as (receiver, task):
        receiver.reading.clear()
        tap.parts.put_nowait(b"unread")
        await asyncio.wait_for(task, 5)
    assert tap.closed
    assert not receiver.ended


async def test_an_outage_ends_the_answer_in_an_orderly_way(app, tap):
    async with listening(app) as (receiver, task):
        tap.parts.put_nowait(b"one")
        tap.parts.put_nowait(DatabaseUnavailable())
        await asyncio.wait_for(task, 5)
    assert (receiver.body, receiver.ended) == (b"one", True)


async def test_a_head_request_has_the_headers_alone_and_closes_the_source(app, tap):
    async with caller(app) as client:
        answer = await client.head("/v1/thing")
    assert (answer.status_code, answer.content, tap.closed) == (200, b"", True)
