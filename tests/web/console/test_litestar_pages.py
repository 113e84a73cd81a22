"""Litestar's own handlers stand beside the API's routes, behind the same edge."""

import pytest
from litestar import Response, Router, get, post
from litestar.params import JSONBody

from service.model.clock import Clock
from service.settings.model import Settings
from service.web.application import create_application
from service.web.console.application import page_application
from service.web.console.refusals import problem_answer, router_error
from tests.web.front import Ring, answering, caller, nothing


@get("/page")
async def page() -> Response[str]:
    return Response("<p>Here</p>", media_type="text/html", headers={"referrer-policy": "same-origin"})


@post("/form")
async def form(data: JSONBody[dict[str, str]]) -> None:
    return None


def refuse(request, error):
    if "text/html" in request.headers.get("accept", ""):
        return Response(f"<p>{type(router_error(error)).__name__}</p>", status_code=418, media_type="text/html")
    return problem_answer(router_error(error))


@pytest.fixture
async def client():
    pages = page_application([Router("/", route_handlers=[page, form], request_max_body_size=100)], refuse)
    app = create_application([answering(nothing)], principals=Ring(), settings=Settings(), clock=Clock(), pages=pages)
    async with caller(app, None) as client:
        yield client


async def test_a_page_has_the_headers_of_the_edge_and_its_own_instead(client):
    answer = await client.get("/page")
    assert (answer.status_code, answer.text) == (200, "<p>Here</p>")
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


async def test_a_browser_that_lost_its_way_gets_a_page_and_a_program_a_problem(client):
    page_of_refusal = await client.get("/nowhere", headers={"accept": "text/html"})
    assert (page_of_refusal.status_code, page_of_refusal.text) == (418, "<p>RouteUnknown</p>")
    problem = await client.get("/nowhere")
    assert (problem.status_code, problem.json()["type"]) == (404, "/problems/route-unknown")


@pytest.mark.parametrize(
    ("method", "path", "content", "slug"),
    [
        ("POST", "/page", b"", "method-not-allowed"),
        ("POST", "/form", b"{", "invalid-input"),
        ("POST", "/form", b'{"text": "' + b"x" * 200 + b'"}', "body-too-large"),
    ],
)
async def test_what_litestar_refuses_is_a_problem_of_the_service(client, method, path, content, slug):
    answer = await client.request(method, path, content=content, headers={"content-type": "application/json"})
    assert answer.json()["type"] == f"/problems/{slug}"
    assert answer.status_code == answer.json()["status"]
