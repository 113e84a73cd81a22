"""Nothing is served that does not say who may call it, and nobody else gets further than its door (promise S3)."""

import pytest
from litestar import get

from service.errors import ConfigurationError
from service.model.vocabulary import Role
from service.web.http.response import json_response
from service.web.http.route import ANY_KEY, PUBLIC
from tests.web.front import Note, answering, application, caller, nothing


@pytest.mark.parametrize("undeclared", [{"roles": None}, {"roles": set()}, {"answers": None}, {"summary": ""}])
@pytest.mark.promise("S3")
def test_a_route_that_does_not_say_who_may_call_it_or_what_it_answers_does_not_start(undeclared):
    with pytest.raises(ConfigurationError, match="GET /v1/thing does not say"):
        application(answering(nothing, **undeclared))


@pytest.mark.promise("S3")
def test_a_handler_of_the_framework_itself_does_not_start():
    @get("/v1/backdoor", sync_to_thread=False)
    def open_door() -> str:
        return "in"

    with pytest.raises(ConfigurationError, match="not declared"):
        application(open_door)


def test_a_route_declared_twice_does_not_start():
    with pytest.raises(ConfigurationError, match="GET /v1/thing is declared twice"):
        application(answering(nothing), answering(nothing, roles=PUBLIC))


@pytest.mark.parametrize("roles", [PUBLIC, ANY_KEY, {Role.STORE}, {Role.ADMIN, Role.PRIVACY}])
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.promise("S3")
async def test_a_route_is_open_to_its_roles_alone(roles, role):
    app = application(answering(nothing, roles=roles))
    async with caller(app, role) as client:
        status = (await client.get("/v1/thing")).status_code
    if roles is PUBLIC:
        assert status == 200
    elif role is None:
        assert status == 401
    else:
        assert status == (200 if roles is ANY_KEY or role in roles else 403)


async def test_without_a_key_the_answer_says_how_to_send_one():
    async with caller(application(answering(nothing)), None) as client:
        refused = await client.get("/v1/thing")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["type"] == "/problems/unauthenticated"


@pytest.mark.parametrize(("role", "slug"), [(None, "unauthenticated"), (Role.STORE, "role-not-allowed")])
async def test_the_role_is_checked_before_the_body_is_read(role, slug):
    async def body():
        pytest.fail("somebody read the body of a caller without the right to send one")
        yield b""

    app = application(answering(nothing, "POST", body=Note))
    async with caller(app, role) as client:
        refused = await client.post("/v1/thing", content=body())
    assert refused.json()["type"] == f"/problems/{slug}"


async def test_the_handler_is_told_who_calls():
    async def tell(request):
        return json_response([request.principal.role, request.principal.name])

    async with caller(application(answering(tell)), Role.ADMIN) as client:
        assert (await client.get("/v1/thing")).json() == ["admin", "the admin"]


async def test_a_path_that_is_served_names_its_methods():
    app = application(answering(nothing), answering(nothing, "PUT"))
    async with caller(app) as client:
        refused = await client.delete("/v1/thing")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PUT")
    assert refused.json()["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize("path", ["/v2/thing", "/schema", "/schema/openapi.json", "/%00", "/v1/thing/more"])
async def test_a_path_that_is_not_served_is_a_problem_too(path):
    async with caller(application(answering(nothing))) as client:
        refused = await client.get(path)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/route-unknown")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-content-type-options"] == "nosniff"


async def test_head_answers_as_get_without_the_body():
    async def tell(_request):
        return json_response({"a": 1})

    async with caller(application(answering(tell))) as client:
        answer = await client.head("/v1/thing")
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "7", b"")


async def test_values_of_the_path_reach_the_handler():
    async def tell(request):
        return json_response(request.path_values)

    app = application(answering(tell, path="/v1/things/{thing_id}/parts/{name}"))
    async with caller(app) as client:
        assert (await client.get("/v1/things/7/parts/a%20b")).json() == {"thing_id": "7", "name": "a b"}
