"""What callers put into paths, queries and headers: read leniently, stored never, refused by name."""

from uuid import UUID

import pytest

from service.errors import CustomerUnknown, FactUnknown
from service.model.vocabulary import Audience
from service.web.http.parameters import (
    etag_matches,
    idempotent_request,
    integer_parameter,
    is_no_cache,
    page_request,
    requested_view,
    text_in_path,
    uuid_in_path,
)
from service.web.http.response import json_response
from tests.web.front import answering, application, caller, nothing

CUSTOMER = "01900000-0000-7000-8000-000000000001"


async def told(read, path: str = "/v1/thing", **headers: str):
    """What `read` makes of a request: (status, answer)."""

    async def tell(request):
        return json_response(read(request))

    app = application(
        answering(tell), answering(tell, path="/v1/customers/{customer_id}"), answering(tell, path="/v1/facts/{name}")
    )
    async with caller(app) as client:
        answer = await client.get(path, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("query", "limit", "after"), [("", 50, None), ("?limit=1", 1, None), ("?limit=200&after=42", 200, "42")]
)
async def test_a_list_is_read_in_pages(query, limit, after):
    assert await told(page_request, f"/v1/thing{query}") == (200, {"limit": limit, "after": after})


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("after=%00", "after"),
        ("after=" + "x" * 201, "after"),
    ],
)
async def test_a_page_that_cannot_be_is_refused_by_name(query, field):
    status, answer = await told(page_request, f"/v1/thing?{query}")
    assert (status, answer["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("version", [0, 42, 2**63 - 1])
async def test_a_number_of_64_bits_is_a_number(version):
    assert await told(lambda request: integer_parameter(request, "n"), f"/v1/thing?n={version}") == (200, version)
    assert (await told(lambda request: integer_parameter(request, "n"), f"/v1/thing?n={2**63}"))[0] == 400


async def test_an_id_in_the_path_is_an_id():
    def read(request):
        return uuid_in_path(request, "customer_id", CustomerUnknown)

    assert await told(read, f"/v1/customers/{CUSTOMER}") == (200, str(UUID(CUSTOMER)))


@pytest.mark.parametrize("wrong", ["1", "%00", "x" * 36, CUSTOMER + "0", "0190%20000"])
async def test_what_is_no_id_looks_like_an_unknown_one(wrong):
    def read(request):
        return uuid_in_path(request, "customer_id", CustomerUnknown)

    status, answer = await told(read, f"/v1/customers/{wrong}")
    assert (status, answer["type"], answer["detail"]) == (404, "/problems/customer-unknown", CustomerUnknown().detail)


@pytest.mark.parametrize("wrong", ["%00", "a%00b", "a%0Ab", "x" * 201])
async def test_a_name_that_cannot_be_stored_looks_like_an_unknown_one(wrong):
    status, answer = await told(lambda request: text_in_path(request, "name", FactUnknown), f"/v1/facts/{wrong}")
    assert (status, answer["type"]) == (404, "/problems/fact-unknown")


@pytest.mark.parametrize(
    ("header", "fresh"), [("no-cache", True), ("max-age=0, no-cache", True), ("max-age=0", False), ("", False)]
)
async def test_no_cache_asks_for_a_look_at_the_database(header, fresh):
    assert await told(is_no_cache, **{"cache-control": header}) == (200, fresh)


@pytest.mark.parametrize(
    ("header", "current"),
    [('"42"', True), ('W/"42"', True), ('"41", "42"', True), ("*", True), ('"41"', False), ("42", False), ("", False)],
)
async def test_a_copy_is_current_if_its_tag_is(header, current):
    assert await told(lambda request: etag_matches(request, b'"42"'), **{"if-none-match": header}) == (200, current)


async def test_without_a_copy_nothing_is_current():
    assert await told(lambda request: etag_matches(request, b'"42"')) == (200, False)


@pytest.mark.parametrize("view", [*Audience])
async def test_a_view_is_asked_for_by_name(view):
    assert await told(requested_view, f"/v1/thing?view={view}") == (200, view)


async def test_a_view_there_is_not_is_refused_and_none_is_none():
    assert await told(requested_view) == (200, None)
    status, answer = await told(requested_view, "/v1/thing?view=everything")
    assert (status, answer["errors"][0]["field"]) == (400, "view")


@pytest.mark.parametrize(
    ("key", "status", "slug"),
    [
        (None, 400, "idempotency-key-missing"),
        ("", 400, "idempotency-key-missing"),
        ("x" * 201, 400, "invalid-input"),
        ("a\tb", 400, "invalid-input"),
    ],
)
async def test_an_idempotency_key_is_asked_for_where_it_is_needed(key, status, slug):
    headers = {} if key is None else {"idempotency-key": key}
    async with caller(application(answering(nothing, "POST", idempotent=True))) as client:
        answer = await client.post("/v1/thing", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


async def test_the_handler_is_told_the_idempotency_key():
    async def tell(request):
        return json_response(idempotent_request(request, None).key)

    async with caller(application(answering(tell, "POST", idempotent=True))) as client:
        assert (await client.post("/v1/thing", headers={"idempotency-key": "k 1"})).json() == "k 1"
