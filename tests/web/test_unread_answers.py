"""Promise S26: callers who never read an answer cost nothing that others need."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from service.web.http import endpoint
from service.web.http.response import Response
from service.web.http.route import PUBLIC
from tests.patience import until
from tests.web.front import KEYS, Role, answering, application, caller, nothing

pytestmark = pytest.mark.promise("S26")

PAGE = bytes(range(256)) * 4096


class Reader:
    """A caller at the other end of ASGI who takes so many parts of an answer, and then no more."""

    def __init__(self, parts):
        self.status = None
        self.body = b""
        self.ended = False
        self._parts = parts

    async def receive(self):
        await asyncio.Event().wait()

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self._parts -= 1
        if self._parts < 0:
            await asyncio.Event().wait()
        self.body += message["body"]
        self.ended = not message["more_body"]


@asynccontextmanager
async def asking(app, *, parts=10_000, path="/v1/page"):
    reader = Reader(parts)
    headers = [(b"authorization", KEYS[Role.CONSOLE].encode()), (b"host", b"askonce.test")]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    task = asyncio.create_task(app(scope | {"headers": headers}, reader.receive, reader.send))
    try:
        yield reader, task
    finally:
        task.cancel()
        await asyncio.wait({task})


def pages(**settings):
    async def show(_request):
        return Response(200, PAGE, b"text/html")

    return application(
        answering(show, path="/v1/page", roles=PUBLIC),
        answering(show, path="/v1/known"),
        answering(nothing, path="/v1/other"),
        **settings,
    )


@pytest.mark.parametrize("path", ["/v1/page", "/v1/known"])
async def test_a_large_answer_arrives_whole(path):
    async with asking(pages(), path=path) as (reader, task):
        await asyncio.wait_for(task, 5)
    assert (reader.status, reader.body, reader.ended) == (200, PAGE, True)


@pytest.mark.parametrize("path", ["/v1/page", "/v1/known"])
@pytest.mark.parametrize("parts", [0, 1, 20])
async def test_an_answer_that_is_not_read_further_is_given_up_after_the_write_timeout(path, parts):
    async with asking(pages(write_timeout_s=0.05), path=path, parts=parts) as (reader, task):
        await asyncio.wait_for(task, 5)
    assert not reader.ended


async def test_a_caller_who_reads_slowly_but_steadily_gets_the_whole_answer(monkeypatch):
    monkeypatch.setattr("service.web.http.scope.REQUEST_TIMEOUT_S", 0)
    monkeypatch.setattr("service.web.http.middleware._CHECK_INTERVAL_S", 0.01)
    async with asking(pages()) as (reader, task):
        await asyncio.wait_for(task, 5)
    assert reader.ended


async def test_answers_that_are_not_read_take_no_room_from_other_requests():
    app = pages(requests_in_flight=1)
    async with asking(app, parts=1) as (reader, _):
        await until(lambda: reader.status == 200)

        async def others_are_served():
            async with caller(app) as client:
                return (await client.get("/v1/other")).status_code == 200

        await until(others_are_served)


async def test_a_page_that_needs_no_key_is_held_for_few_who_do_not_read_and_for_all_others_with_a_key(monkeypatch):
    monkeypatch.setattr(endpoint, "MAX_PUBLIC_LARGE_ANSWERS", 2)
    app = pages()
    async with AsyncExitStack() as open_answers:
        for path in ["/v1/page"] * 2 + ["/v1/known"] * 3:
            reader, _ = await open_answers.enter_async_context(asking(app, parts=1, path=path))
            await until(lambda reader=reader: reader.status == 200)
        async with caller(app) as client:
            refused = await client.get("/v1/page")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
    assert refused.headers["retry-after"] == "1"
