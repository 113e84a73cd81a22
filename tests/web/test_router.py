"""Each path leads to one route, however it is written, and what is not served says so."""

import pytest

from service.web.http.response import json_response
from tests.web.front import answering, application, caller

DECLARED = [
    ("GET", "/"),
    ("GET", "/v1/things"),
    ("GET", "/v1/things/{thing_id}"),
    ("DELETE", "/v1/things/{name}"),
    ("GET", "/v1/things/latest"),
    ("GET", "/v1/things/{thing_id}/parts/{part}"),
    ("POST", "/v1/things/{thing_id}/files/{file:path}"),
    ("OPTIONS", "/v1/doors"),
    ("POST", "/v1/doors"),
]


def world():
    """An application in which every route answers with its name and the values of its path."""

    def telling(method, path):
        async def tell(request):
            return json_response([f"{method} {path}", request.path_values])

        return answering(tell, method, path)

    return application(*[telling(*declared) for declared in DECLARED])


@pytest.mark.parametrize(
    ("method", "path", "route", "values"),
    [
        ("GET", "/", "GET /", {}),
        ("GET", "/v1/things", "GET /v1/things", {}),
        ("GET", "/v1/things/", "GET /v1/things", {}),
        ("GET", "/v1///things//", "GET /v1/things", {}),
        ("GET", "/v1/things/latest", "GET /v1/things/latest", {}),
        ("GET", "/v1/things/latest/", "GET /v1/things/latest", {}),
        ("GET", "/v1/things/7", "GET /v1/things/{thing_id}", {"thing_id": "7"}),
        ("DELETE", "/v1/things/7", "DELETE /v1/things/{name}", {"name": "7"}),
        ("GET", "/v1/things/M%C3%BCller%20%7B", "GET /v1/things/{thing_id}", {"thing_id": "Müller {"}),
        ("GET", "/v1/things/{thing_id}", "GET /v1/things/{thing_id}", {"thing_id": "{thing_id}"}),
        ("GET", "/v1/things/1/parts/2", "GET /v1/things/{thing_id}/parts/{part}", {"thing_id": "1", "part": "2"}),
        (
            "POST",
            "/v1/things/1/files/a",
            "POST /v1/things/{thing_id}/files/{file:path}",
            {"thing_id": "1", "file": "a"},
        ),
        (
            "POST",
            "/v1/things/1/files/a//b.c/",
            "POST /v1/things/{thing_id}/files/{file:path}",
            {"thing_id": "1", "file": "a/b.c"},
        ),
        ("OPTIONS", "/v1/doors", "OPTIONS /v1/doors", {}),
    ],
)
async def test_a_path_leads_to_its_route(method, path, route, values):
    async with caller(world()) as client:
        assert (await client.request(method, path)).json() == [route, values]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/v1", "/v1/thing", "/v1/things/1/parts", "/v1/things/1/files", "/v1/things/1/2", "/v1/THINGS"]
)
async def test_what_is_not_served_is_unknown_whatever_the_method(method, path):
    async with caller(world()) as client:
        answer = await client.request(method, path)
    assert answer.status_code == 404
    assert answer.content == b"" if method == "HEAD" else answer.json()["type"] == "/problems/route-unknown"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/things", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/things/7", "DELETE, GET, HEAD, OPTIONS"),
        ("HEAD", "/v1/doors", "OPTIONS, POST"),
        ("TRACE", "/v1/doors", "OPTIONS, POST"),
    ],
)
async def test_another_method_hears_which_the_path_knows(method, path, allowed):
    async with caller(world()) as client:
        refused = await client.request(method, path)
        asked = await client.options("/v1/things")
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert (asked.status_code, asked.headers["allow"], asked.content) == (204, "GET, HEAD, OPTIONS", b"")
