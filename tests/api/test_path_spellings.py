"""A path that the router finds in one step answers as one that it looks for part by part, and stands in the description."""

import pytest

from service.app.web import web_application

WHO = {"identity": {"kind": "email", "value": "anna@example.de"}}
CALLS = [
    ("console", "POST", "/v1/context/lookup", WHO),
    ("store", "POST", "/v1/context/lookup", {"identity": {"kind": "email", "value": "nobody@example.de"}}),
    ("console", "POST", "/v1/context/lookup", {"identity": 1}),
    ("channel", "POST", "/v1/context/lookup", WHO),
    ("bot", "POST", "/v1/known/ask", {"fields": ["order_number"], **WHO}),
    ("channel", "POST", "/v1/interactions", {"source": 7}),
    ("channel", "GET", "/v1/interactions", None),
    ("admin", "HEAD", "/v1/queues", None),
    ("admin", "OPTIONS", "/v1/context/lookup", None),
    ("admin", "DELETE", "/v1/context/lookup", None),
    ("admin", "TRACE", "/v1/queues", None),
    ("admin", "GET", "/openapi.json", None),
    ("admin", "HEAD", "/openapi.json", None),
]
OWN_HEADERS = ("x-request-id", "date")


def answer_of(response):
    """What an answer is but for what each has of its own."""
    headers = [pair for pair in response.headers.multi_items() if pair[0] not in OWN_HEADERS]
    return response.status_code, headers, response.content


@pytest.mark.parametrize(("role", "method", "path", "body"), CALLS)
async def test_a_path_answers_alike_however_it_is_written(desk, role, method, path, body):
    await desk.register(facts={"order_number": "A-1"})
    await desk.look_up()
    plain = answer_of(await desk(role, method, path, body))
    for written in (f"{path}/", f"{path}//", path.replace("/v1/", "/v1//"), path.replace("o", "%6F")):
        assert answer_of(await desk(role, method, written, body)) == plain


async def test_every_described_path_without_values_is_found_in_one_step(desk, rooms):
    described = {path for path in (await desk("admin", "GET", "/openapi.json")).json()["paths"] if "{" not in path}
    async with web_application(rooms) as app:
        assert described <= set(app._app._plain)
    assert {"/v1/context/lookup", "/v1/known/ask", "/v1/interactions"} <= described
